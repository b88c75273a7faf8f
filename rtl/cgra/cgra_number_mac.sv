// Sums, differences, products and multiply-accumulates of all formats of a PE on one fused unit with an fp32 accumulator.
// a + b is a * 1 + b, and a * b is a * b + (-0), which changes nothing, the sign of a zero included. Results of narrower formats
// are rounded a second time; that gives the correctly rounded result: products of fp16, bf16 and minifloats are exact in fp32
// where they are not tiny in bf16, and fp32 has at least twice the precision plus two bits of each of them (Figueroa 1995);
// docs/decisions/0006_number_format_operations.md has the argument for tiny products of bf16.
// Latency: Latency - 1 enabled clocks; throughput 1. If Latency >= 3 and there is a second rounding, a register stands before it.
// Parameters: ManBits: the largest number of mantissa bits among the factors, 1..23; Narrow: formats of narrower sums and
// products, bit i for format i of cgra_pkg; Latency >= 1.
module cgra_number_mac #(
  parameter int unsigned ManBits = 23,
  parameter logic [7:0] Narrow = '0,
  parameter int unsigned Latency = 4
) (
  input  logic        clk_i,
  input  logic        en_i,
  input  logic [3:0]  function_i,
  input  logic [2:0]  format_i,
  input  logic [31:0] a_i,  // fp32 codes of the operands
  input  logic [31:0] b_i,
  input  logic [31:0] c_i,
  output logic [31:0] result_o
);

  localparam int unsigned RoundStages = (Narrow != '0 && Latency >= 3) ? 1 : 0;
  localparam int unsigned MacStages = Latency - 1 - RoundStages;
  localparam int unsigned FactorBits = 9 + ManBits;
  localparam logic [31:0] One = 32'h3F80_0000;
  localparam logic [31:0] MinusZero = 32'h8000_0000;

  logic is_sum, is_mac;
  logic [31:0] factor, addend, sum;
  assign is_sum = function_i == cgra_pkg::FnAdd || function_i == cgra_pkg::FnSub;
  assign is_mac = function_i == cgra_pkg::FnMac;
  assign factor = is_sum ? One : b_i;
  assign addend = is_mac ? c_i
                : is_sum ? {b_i[31] ^ (function_i == cgra_pkg::FnSub), b_i[30:0]} : MinusZero;

  fp_mac #(
    .ExpBits(8), .ManBits(23), .Specials(2), .AExpBits(8), .AManBits(ManBits), .ASpecials(2),
    .Stages(MacStages)
  ) u_mac (
    .clk_i, .en_i, .a_i(a_i[31-:FactorBits]), .b_i(factor[31-:FactorBits]), .c_i(addend),
    .result_o(sum)
  );
  if (FactorBits < 32) begin : g_unused
    logic unused_low_bits;
    assign unused_low_bits = ^{a_i[31-FactorBits:0], factor[31-FactorBits:0]};
  end

  if (Narrow != '0) begin : g_round
    logic [2:0] format;
    logic [31:0] rounded_in;
    cgra_delay #(.Width(3), .Cycles(Latency - 1)) u_format (
      .clk_i, .en_i, .d_i(is_mac ? cgra_pkg::FormatFp32 : format_i), .q_o(format)
    );
    cgra_delay #(.Width(32), .Cycles(RoundStages)) u_sum (
      .clk_i, .en_i, .d_i(sum), .q_o(rounded_in)
    );
    cgra_narrow_any #(.Formats(Narrow)) u_narrow (
      .clk_i, .en_i, .format_i(format), .fp32_i(rounded_in), .code_o(result_o)
    );
  end else begin : g_fp32
    assign result_o = sum;
    logic unused_format;
    assign unused_format = ^format_i;
  end

endmodule
