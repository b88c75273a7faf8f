// The memory side of a PE: address, byte enables and store data of a request, and the value of a load from the line it returns.
// Combinational; requests go to the scratchpad in the array cycle of issue, lines come back in the next one (LineBits wide,
// aligned), with the attributes registered by this module on en_i.
// Latency: value_o belongs to the load issued one array cycle before. Throughput: one request per array cycle.
// Parameters: Width 16, 32, 64; LineBits: scratchpad line, >= Width; AddrBits: log2 of the scratchpad's bytes; OpMask as in cgra_alu.
module cgra_load_store #(
  parameter int unsigned Width = 32,
  parameter int unsigned LineBits = 32,
  parameter int unsigned AddrBits = 15,
  parameter logic [127:0] OpMask = '1
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  input  logic                  en_i,
  // Operation.
  input  logic [6:0]            op_i,
  input  logic                  access_i,     // predicate true and iteration valid
  input  logic [Width-1:0]      index_i,
  input  logic [Width-1:0]      data_i,
  input  logic [Width-1:0]      imm_i,
  input  logic [2:0]            shift_i,
  // Scratchpad.
  output logic                  req_o,
  output logic                  we_o,
  output logic [AddrBits-1:0]   addr_o,
  output logic [LineBits/8-1:0] be_o,
  output logic [LineBits-1:0]   wdata_o,
  input  logic [LineBits-1:0]   rdata_i,
  // Value of the load of the previous array cycle; 0 if it was suppressed.
  output logic [Width-1:0]      value_o
);

  localparam int unsigned LineBytes = LineBits / 8;
  localparam int unsigned OffsetBits = $clog2(LineBytes);

  // Addresses are modulo 2^32 (zero-extended words); what lies above the scratchpad's size wraps.
  logic [31:0] index, base, address;
  assign index = 32'(index_i);
  assign base = 32'(imm_i);
  assign address = base + (index << shift_i);
  assign addr_o = address[AddrBits-1:0];
  logic unused_address;
  assign unused_address = ^address;

  // log2 of the access size: opcodes load_s8 .. load_64 are 40 .. 46, store8 .. store64 are 48 .. 51.
  logic [1:0] size;
  assign we_o = op_i[4];
  assign size = we_o ? op_i[1:0] : op_i[2:1];
  assign req_o = access_i & OpMask[op_i] & (cgra_pkg::LoadMask[op_i] | cgra_pkg::StoreMask[op_i]);

  // Misaligned address bits are ignored: accesses are aligned to their size by contract.
  logic [OffsetBits-1:0] offset;
  logic [7:0] enables;
  logic [15:0] shifted_enables;
  assign offset = addr_o[OffsetBits-1:0] & ~(OffsetBits'((4'd1 << size) - 4'd1));
  assign enables = (size == 2'd0) ? 8'h01 : (size == 2'd1) ? 8'h03 : (size == 2'd2) ? 8'h0F : 8'hFF;
  assign shifted_enables = {8'd0, enables} << offset;
  assign be_o = shifted_enables[LineBytes-1:0];
  assign wdata_o = LineBits'(data_i) << {offset, 3'd0};
  logic unused_enables;
  assign unused_enables = ^shifted_enables;

  // Attributes of the load in flight.
  logic access_q, signed_q;
  logic [1:0] size_q;
  logic [OffsetBits-1:0] offset_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      access_q <= 1'b0;
      signed_q <= 1'b0;
      size_q <= '0;
      offset_q <= '0;
    end else if (en_i) begin
      access_q <= req_o & ~we_o;
      signed_q <= ~op_i[0];
      size_q <= size;
      offset_q <= offset;
    end
  end

  logic [LineBits-1:0] field;
  logic [63:0] line, extended;
  assign field = rdata_i >> {offset_q, 3'd0};
  assign line = 64'(field);
  always_comb begin
    case (size_q)
      2'd0: extended = {{56{signed_q & line[7]}}, line[7:0]};
      2'd1: extended = {{48{signed_q & line[15]}}, line[15:0]};
      2'd2: extended = {{32{signed_q & line[31]}}, line[31:0]};
      default: extended = line;
    endcase
  end
  assign value_o = access_q ? extended[Width-1:0] : '0;
  logic unused_extended;
  assign unused_extended = ^extended;

endmodule
