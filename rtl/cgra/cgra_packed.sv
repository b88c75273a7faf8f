// Operations on integers packed into the low 32 bits of a word (docs/execution_model.md, section 2): dot products of 4 x int8 and
// 8 x int4 added to a sum, and the choice of bytes for 2:4 sparse ones.
// Latency: Latency - 1 array cycles (the result register behind it makes it Latency); throughput 1. The first register stands behind
// the products, the second behind the sum, others line up.
// What is in no operation of OpMask costs no logic; elements get a bit more where unsigned ones occur.
// Parameters: Width 32, 64; OpMask: bit i set if opcode i is present; Latency >= 1.
module cgra_packed #(
  parameter int unsigned Width = 32,
  parameter logic [127:0] OpMask = '0,
  parameter int unsigned Latency = 2
) (
  input  logic             clk_i,
  input  logic             en_i,
  input  logic [6:0]       op_i,
  input  logic [Width-1:0] a_i,
  input  logic [Width-1:0] b_i,
  input  logic [Width-1:0] c_i,
  output logic [Width-1:0] result_o
);

  localparam bit HasDot8 = OpMask[cgra_packed_pkg::OpS8Dot] | OpMask[cgra_packed_pkg::OpUs8Dot];
  localparam bit HasDot4 = OpMask[cgra_packed_pkg::OpS4Dot] | OpMask[cgra_packed_pkg::OpUs4Dot];
  localparam bit HasPick = OpMask[cgra_packed_pkg::OpB8Pick];
  localparam int unsigned Bits8 = OpMask[cgra_packed_pkg::OpUs8Dot] ? 9 : 8;
  localparam int unsigned Bits4 = OpMask[cgra_packed_pkg::OpUs4Dot] ? 5 : 4;
  localparam bit ProductReg = Latency >= 2;
  localparam bit SumReg = Latency >= 3;
  localparam int unsigned Inside = (Latency >= 3) ? 2 : Latency - 1;

  logic [31:0] a, b, c;
  assign a = a_i[31:0];
  assign b = b_i[31:0];
  assign c = c_i[31:0];
  logic unused_bits;
  assign unused_bits = ^{a, b, c};

  logic [31:0] dot8, dot4, pick;
  if (HasDot8) begin : g_dot8
    logic [4*Bits8-1:0] a8, b8;
    logic a_unsigned;
    assign a_unsigned = OpMask[cgra_packed_pkg::OpUs8Dot] && op_i == cgra_packed_pkg::OpUs8Dot;
    for (genvar i = 0; i < 4; i++) begin : g_lane
      assign a8[i*Bits8+:Bits8] = Bits8'(signed'({a[8*i+7] & ~a_unsigned, a[8*i+:8]}));
      assign b8[i*Bits8+:Bits8] = Bits8'(signed'({b[8*i+7], b[8*i+:8]}));
    end
    int_dot #(.Lanes(4), .Bits(Bits8), .ProductReg(ProductReg), .SumReg(SumReg)) u_dot (
      .clk_i, .en_i, .a_i(a8), .b_i(b8), .sum_i(c), .sum_o(dot8)
    );
  end else begin : g_no_dot8
    assign dot8 = '0;
  end

  if (HasDot4) begin : g_dot4
    logic [8*Bits4-1:0] a4, b4;
    logic a_unsigned;
    assign a_unsigned = OpMask[cgra_packed_pkg::OpUs4Dot] && op_i == cgra_packed_pkg::OpUs4Dot;
    for (genvar i = 0; i < 8; i++) begin : g_lane
      assign a4[i*Bits4+:Bits4] = Bits4'(signed'({a[4*i+3] & ~a_unsigned, a[4*i+:4]}));
      assign b4[i*Bits4+:Bits4] = Bits4'(signed'({b[4*i+3], b[4*i+:4]}));
    end
    int_dot #(.Lanes(8), .Bits(Bits4), .ProductReg(ProductReg), .SumReg(SumReg)) u_dot (
      .clk_i, .en_i, .a_i(a4), .b_i(b4), .sum_i(c), .sum_o(dot4)
    );
  end else begin : g_no_dot4
    assign dot4 = '0;
  end

  // Two bytes of a and two of b.
  if (HasPick) begin : g_pick
    logic [31:0] picked;
    for (genvar i = 0; i < 4; i++) begin : g_byte
      logic [31:0] source;
      assign source = (i < 2) ? a : b;
      assign picked[8*i+:8] = source[{c[2*i+:2], 3'b000}+:8];
    end
    cgra_delay #(.Width(32), .Cycles(Inside)) u_delay (.clk_i, .en_i, .d_i(picked), .q_o(pick));
  end else begin : g_no_pick
    assign pick = '0;
  end

  // Which of them, when it is done.
  logic is_dot4, is_pick;
  cgra_delay #(.Width(2), .Cycles(Inside)) u_which (
    .clk_i, .en_i,
    .d_i({HasPick && op_i == cgra_packed_pkg::OpB8Pick,
          HasDot4 && (op_i == cgra_packed_pkg::OpS4Dot || op_i == cgra_packed_pkg::OpUs4Dot)}),
    .q_o({is_pick, is_dot4})
  );
  logic [31:0] result, late;
  assign result = is_pick ? pick : is_dot4 ? dot4 : dot8;
  cgra_delay #(.Width(32), .Cycles(Latency - 1 - Inside)) u_late (.clk_i, .en_i, .d_i(result), .q_o(late));
  assign result_o = Width'(late);
  if (Width > 32) begin : g_wide_word
    logic unused_operands;
    assign unused_operands = ^{a_i[Width-1:32], b_i[Width-1:32], c_i[Width-1:32]};
  end

endmodule
