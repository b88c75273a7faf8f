// Every unit with 0 to 7 register stages; field s of an output is the result of the unit with s stages.
module pipeline_bench (
  input  logic           clk_i,
  input  logic           en_i,
  input  logic           flag_i,
  input  logic [15:0]    a_i,
  input  logic [15:0]    b_i,
  input  logic [31:0]    c_i,
  output logic [8*16-1:0] add_o,
  output logic [8*16-1:0] mul_o,
  output logic [8*32-1:0] mac_o
);

  for (genvar s = 0; s < 8; s++) begin : g_stages
    fp_add #(.Stages(s)) u_add (
      .clk_i, .en_i, .sub_i(flag_i), .a_i, .b_i, .result_o(add_o[s*16+:16])
    );
    fp_mul #(.Stages(s)) u_mul (
      .clk_i, .en_i, .a_i, .b_i, .result_o(mul_o[s*16+:16])
    );
    fp_mac #(.AExpBits(5), .AManBits(10), .Stages(s)) u_mac (
      .clk_i, .en_i, .a_i, .b_i, .c_i, .result_o(mac_o[s*32+:32])
    );
  end

endmodule
