// The smaller or the larger of two floating-point numbers, like C's fmin and fmax (IEEE 754-2019 minimumNumber, maximumNumber): if one
// operand is NaN, the other one; if both are, the canonical NaN. -0 is below +0.
// Latency: Stages enabled clock edges, behind the result (0: combinational). Throughput 1.
// Parameters: ExpBits, ManBits, Specials: the format, as in fp_decode; Stages >= 0.
module fp_minmax #(
  parameter int unsigned ExpBits = 5,
  parameter int unsigned ManBits = 10,
  parameter int unsigned Specials = 2,
  parameter int unsigned Stages = 0,
  localparam int unsigned Width = 1 + ExpBits + ManBits
) (
  input  logic             clk_i,
  input  logic             en_i,
  input  logic             max_i,  // the larger one
  input  logic [Width-1:0] a_i,
  input  logic [Width-1:0] b_i,
  output logic [Width-1:0] result_o
);

  logic a_below, a_nan, b_nan;
  logic [Width-1:0] nan_code, result;
  fp_order #(.ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials)) u_order (
    .a_i, .b_i, .a_below_o(a_below), .a_nan_o(a_nan), .b_nan_o(b_nan)
  );
  // Sized zeros: Yosys 0.23 fails an assertion over '0 at the port of a parameterised module.
  fp_round #(.ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials), .ExpInBits(ExpBits)) u_nan (
    .sign_i(1'b0), .exp_i({ExpBits{1'b0}}), .sig_i({(ManBits + 3){1'b0}}), .nan_i(1'b1), .inf_i(1'b0),
    .code_o(nan_code)
  );
  assign result = (a_nan & b_nan) ? nan_code
                : (b_nan | (~a_nan & (a_below ^ max_i))) ? a_i : b_i;

  fp_delay #(.Width(Width), .Cycles(Stages)) u_cut_result (
    .clk_i, .en_i, .d_i(result), .q_o(result_o)
  );

endmodule
