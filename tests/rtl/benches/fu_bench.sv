// cgra_fu with 64-bit ports, and one of three tables of latencies, which the test computes as well (fu_test.cpp).
module fu_bench #(
  parameter int unsigned Width = 32,
  parameter int unsigned Table = 0
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        clear_i,
  input  logic        en_i,
  input  logic [6:0]  op_i,
  input  logic [63:0] a_i,
  input  logic [63:0] b_i,
  input  logic [63:0] c_i,
  input  logic        predicate_i,
  input  logic        valid_i,
  input  logic [63:0] imm_i,
  input  logic [2:0]  mem_shift_i,
  input  logic [1:0]  live_out_i,
  output logic        mem_req_o,
  output logic        mem_we_o,
  output logic [31:0] mem_addr_o,
  output logic [7:0]  mem_be_o,
  output logic [63:0] mem_wdata_o,
  input  logic [63:0] mem_rdata_i,
  output logic [63:0] res_o,
  output logic [1:0]  live_out_o
);

  localparam int unsigned LineBits = (Width == 16) ? 32 : Width;

  function automatic logic [1023:0] latencies();
    latencies = '0;
    for (int unsigned op = 1; op < 52; op++) begin
      latencies[8*op+:8] = (Table == 2) ? 8'(1 + op % 3) : 8'd1;
      if (op == 4) latencies[8*op+:8] = (Table == 0) ? 8'd2 : (Table == 1) ? 8'd1 : 8'd3;
      if (op >= 29 && op <= 32) latencies[8*op+:8] = (Table == 0) ? 8'd9 : (Table == 1) ? 8'd1 : 8'd12;
      if (op >= 33 && op < 38) latencies[8*op+:8] = (Width == 16) ? 8'd0 : (Table == 1) ? 8'd1 : 8'd4;
      if (op >= 38 && op < 40) latencies[8*op+:8] = 8'd0;
      if (op >= 40 && op < 47) latencies[8*op+:8] = (Table == 0) ? 8'd2 : (Table == 1) ? 8'd3 : 8'd5;
      if (op == 47) latencies[8*op+:8] = 8'd0;
      if (op >= 48) latencies[8*op+:8] = 8'd1;
    end
    for (int unsigned op = 64; op < 124; op++) begin
      latencies[8*op+:8] = cgra_pkg::MacMask[op] ? ((Table == 0) ? 8'd4 : (Table == 1) ? 8'd1 : 8'd6)
                         : cgra_pkg::CompareMask[op] ? ((Table == 2) ? 8'd3 : 8'd1)
                         : ((Table == 0) ? 8'd2 : (Table == 1) ? 8'd1 : 8'd3);
    end
  endfunction

  logic [Width-1:0] res, unused_res_d;
  logic [LineBits/8-1:0] be;
  logic [LineBits-1:0] wdata;

  cgra_fu #(
    .Width(Width), .LineBits(LineBits), .AddrBits(16), .LiveOutBits(2), .OpLatency(latencies()),
    .DivInterval(Table == 0 ? 8 : Table == 1 ? 1 : 3)
  ) u_fu (
    .clk_i, .rst_ni, .clear_i, .en_i, .op_i, .a_i(a_i[Width-1:0]), .b_i(b_i[Width-1:0]),
    .c_i(c_i[Width-1:0]), .predicate_i, .valid_i, .imm_i(imm_i[Width-1:0]), .mem_shift_i,
    .live_out_i, .mem_req_o, .mem_we_o, .mem_addr_o(mem_addr_o[15:0]), .mem_be_o(be),
    .mem_wdata_o(wdata), .mem_rdata_i(mem_rdata_i[LineBits-1:0]), .res_o(res),
    .res_d_o(unused_res_d), .live_out_o
  );
  assign mem_addr_o[31:16] = '0;
  assign mem_be_o = 8'(be);
  assign mem_wdata_o = 64'(wdata);
  assign res_o = 64'(res);

endmodule
