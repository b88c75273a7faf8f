// Proof task for mac_unit without pipeline registers: whatever the accumulator holds, it holds the sum with the product one enabled
// clock after a slot, 0 after a clear, and the same after any other clock. The specification is the value definition alone: a signed
// significand times a power of two, multiplied at full width. Checked for all operands by scripts/checks/formal.
// Parameters: as those of mac_unit, for both operands; Bits: of a code.
module mac_formal #(
  parameter int unsigned ExpBits = 4,
  parameter int unsigned ManBits = 3,
  parameter int unsigned AccBits = 50,
  parameter int unsigned Architecture = 1,
  parameter int unsigned Bits = 8
) (
  input logic            clk_i,
  input logic            en_i,
  input logic            valid_i,
  input logic            clear_i,
  input logic [Bits-1:0] a_i,
  input logic [Bits-1:0] b_i
);

  logic [AccBits-1:0] acc;
  logic valid, nan, positive_inf, negative_inf;
  mac_unit #(
    .AExpBits(ExpBits), .AManBits(ManBits), .BExpBits(ExpBits), .BManBits(ManBits), .AccBits(AccBits),
    .Architecture(Architecture), .InputReg(1'b0), .ProductReg(1'b0), .AlignReg(1'b0)
  ) u_mac (
    .clk_i, .rst_ni(1'b1), .en_i, .valid_i, .clear_i, .a_i, .b_i, .valid_o(valid), .acc_o(acc), .nan_o(nan),
    .positive_inf_o(positive_inf), .negative_inf_o(negative_inf)
  );

  // The product of two codes in units of the formats' smallest steps.
  logic signed [AccBits-1:0] product;
  if (ExpBits == 0) begin : g_integer
    assign product = $signed(a_i) * $signed(b_i);
  end else begin : g_float
    logic [ExpBits-1:0] a_exponent, b_exponent;
    logic [2*ManBits+1:0] significands;
    logic [ExpBits:0] shift;
    logic [AccBits-1:0] magnitude;
    assign a_exponent = a_i[Bits-2:ManBits];
    assign b_exponent = b_i[Bits-2:ManBits];
    assign significands = {a_exponent != 0, a_i[ManBits-1:0]} * {b_exponent != 0, b_i[ManBits-1:0]};
    assign shift = (a_exponent == 0 ? 0 : a_exponent - 1) + (b_exponent == 0 ? 0 : b_exponent - 1);
    assign magnitude = significands << shift;
    assign product = a_i[Bits-1] != b_i[Bits-1] ? -magnitude : magnitude;
  end

  logic after_first_q = 1'b0;
  logic [AccBits-1:0] expected_q;
  always_ff @(posedge clk_i) begin
    after_first_q <= 1'b1;
    expected_q <= !en_i ? acc : clear_i ? '0 : valid_i ? acc + product : acc;
  end

  always_comb begin
    assert (!(nan || positive_inf || negative_inf));
    if (after_first_q) assert (acc == expected_q);
  end

endmodule
