// A core's output row: z[e] = (z[e] >> shift) + p * v[e], step 6 of docs/attention.md, in two banks of HeadDim elements.
// A slot is written 4 clocks after it is given; throughput 1, an element not twice within 4 clocks. `drain_o` is the element of bank
// and number that `drain_i` names, at once.
// Parameters: ExpBits, ManBits, Specials, Bias: of the values (ExpBits 0: an integer of ManBits bits); HeadDim: elements of a bank.
module swat_mix #(
  parameter int unsigned ExpBits = 5,
  parameter int unsigned ManBits = 10,
  parameter int unsigned Specials = 2,
  parameter int Bias = 15,
  parameter int unsigned HeadDim = 64,
  localparam int unsigned Width = (ExpBits == 0) ? ManBits : 1 + ExpBits + ManBits,
  localparam int unsigned AddressBits = $clog2(2 * HeadDim)
) (
  input  logic                    clk_i,
  input  logic                    valid_i,
  input  logic [AddressBits-1:0]  address_i,  // {bank, element}
  input  logic                    clear_i,
  input  logic [3:0]              shift_i,    // in steps of four
  input  logic [20:0]             weight_i,
  input  logic [Width-1:0]        value_i,
  input  logic [AddressBits-1:0]  drain_i,
  output logic signed [63:0]      drain_o
);

  localparam int unsigned SigBits = (ExpBits == 0) ? ManBits : ManBits + 2;
  localparam int unsigned ExpPorts = (ExpBits == 0) ? 1 : ExpBits;
  localparam int unsigned ProductBits = SigBits + 21;
  localparam int unsigned TermBits = (ExpBits == 0) ? ProductBits : 45;

  (* ram_style = "distributed" *)
  logic signed [63:0] memory [2 * HeadDim];

  logic signed [SigBits-1:0] v, v_q;
  logic [ExpPorts-1:0] exponent, exponent_1, exponent_2;
  logic signed [21:0] weight_q;
  logic signed [ProductBits-1:0] product_q;
  logic signed [TermBits-1:0] term, term_q;
  logic signed [63:0] shifted, kept_q;
  logic [AddressBits-1:0] address_1, address_2, address_3;
  logic valid_1, valid_2, valid_3, clear_1, clear_2;
  logic [3:0] shift_1, shift_2;

  swat_number #(.ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials)) u_v (
    .code_i(value_i), .significand_o(v), .exponent_o(exponent)
  );

  if (ExpBits == 0) begin : g_integer
    assign term = product_q;
    logic unused_exponent;
    assign unused_exponent = ^exponent_2;
  end else begin : g_float
    // The product's lowest bit weighs 2^(exponent - Unit - 28).
    localparam int Unit = Bias - 1 + signed'(ManBits) + 20 - 28;
    localparam int Natural = 2 ** signed'(ExpBits) - 2 - Unit;
    localparam int unsigned Left = (Natural > 44) ? 44 : (Natural < 0) ? 0 : unsigned'(Natural);
    localparam int unsigned ShiftBits = ExpBits + 3;
    swat_align #(.InBits(ProductBits), .OutBits(TermBits), .Left(Left), .ShiftBits(ShiftBits)) u_align (
      .value_i(product_q), .shift_i(ShiftBits'(Unit) - ShiftBits'(exponent_2)), .value_o(term)
    );
  end

  assign drain_o = memory[drain_i];
  assign shifted = memory[address_2] >>> {shift_2, 2'b00};

  always_ff @(posedge clk_i) begin
    v_q <= v;
    exponent_1 <= exponent;
    exponent_2 <= exponent_1;
    weight_q <= {1'b0, weight_i};
    product_q <= ProductBits'(v_q) * ProductBits'(weight_q);
    term_q <= term;
    kept_q <= clear_2 ? 64'sd0 : shifted;
    {address_3, address_2, address_1} <= {address_2, address_1, address_i};
    {valid_3, valid_2, valid_1} <= {valid_2, valid_1, valid_i};
    {clear_2, clear_1} <= {clear_1, clear_i};
    {shift_2, shift_1} <= {shift_1, shift_i};
    if (valid_3) memory[address_3] <= kept_q + 64'(term_q);
  end

endmodule
