// A core's sum of q * k: step 1 of docs/attention.md. A slot with first_i starts a new sum with its product.
// Latency: 4 clocks from a slot to sum_o with it; throughput 1. Registers behind the operands, the product, the alignment, the sum.
// Parameters: ExpBits, ManBits, Specials, Bias: of the codes (ExpBits 0: an integer of ManBits bits); SumBits: of the sum.
module swat_score #(
  parameter int unsigned ExpBits = 5,
  parameter int unsigned ManBits = 10,
  parameter int unsigned Specials = 2,
  parameter int Bias = 15,
  parameter int unsigned SumBits = 61,
  localparam int unsigned Width = (ExpBits == 0) ? ManBits : 1 + ExpBits + ManBits
) (
  input  logic                      clk_i,
  input  logic                      first_i,
  input  logic [Width-1:0]          q_i,
  input  logic [Width-1:0]          k_i,
  output logic signed [SumBits-1:0] sum_o
);

  localparam int unsigned SigBits = (ExpBits == 0) ? ManBits : ManBits + 2;
  localparam int unsigned ExpPorts = (ExpBits == 0) ? 1 : ExpBits;
  localparam int unsigned TermBits = (ExpBits == 0) ? 2 * SigBits : 53;

  logic signed [SigBits-1:0] q, k, q_q, k_q;
  logic [ExpPorts-1:0] q_exponent, k_exponent, q_exponent_q, k_exponent_q;
  logic signed [2*SigBits-1:0] product_q;
  logic [ExpPorts:0] exponent_q;
  logic signed [TermBits-1:0] term, term_q;
  logic first_1, first_2, first_3;

  swat_number #(.ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials)) u_q (
    .code_i(q_i), .significand_o(q), .exponent_o(q_exponent)
  );
  swat_number #(.ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials)) u_k (
    .code_i(k_i), .significand_o(k), .exponent_o(k_exponent)
  );

  if (ExpBits == 0) begin : g_integer
    assign term = product_q;
    logic unused_exponent;
    assign unused_exponent = ^exponent_q;
  end else begin : g_float
    // The product's lowest bit weighs 2^(exponent - Unit - 20).
    localparam int Unit = 2 * (Bias - 1) + 2 * signed'(ManBits) - 20;
    localparam int Natural = 2 * (2 ** signed'(ExpBits) - 2) - Unit;  // the farthest shift to the left
    localparam int unsigned Left = (Natural > 52) ? 52 : (Natural < 0) ? 0 : unsigned'(Natural);
    localparam int unsigned ShiftBits = ExpBits + 4;
    swat_align #(.InBits(2 * SigBits), .OutBits(TermBits), .Left(Left), .ShiftBits(ShiftBits)) u_align (
      .value_i(product_q), .shift_i(ShiftBits'(Unit) - ShiftBits'(exponent_q)), .value_o(term)
    );
  end

  always_ff @(posedge clk_i) begin
    q_q <= q;
    k_q <= k;
    q_exponent_q <= q_exponent;
    k_exponent_q <= k_exponent;
    product_q <= q_q * k_q;
    exponent_q <= (ExpPorts + 1)'(q_exponent_q) + (ExpPorts + 1)'(k_exponent_q);
    term_q <= term;
    {first_3, first_2, first_1} <= {first_2, first_1, first_i};
    sum_o <= (first_3 ? '0 : sum_o) + SumBits'(term_q);
  end

endmodule
