// Comparisons, minimum and maximum of numbers. Combinational.
// lt, le, eq: 1 or 0, false for NaN. min, max: a number wins over NaN, -0 is less than +0; of two NaNs the canonical one.
module cgra_number_compare (
  input  logic [3:0]  function_i,
  input  logic [2:0]  format_i,
  input  logic [31:0] a_i,       // fp32 codes of the operands
  input  logic [31:0] b_i,
  input  logic [31:0] a_code_i,  // the operands themselves
  input  logic [31:0] b_code_i,
  output logic [31:0] result_o
);

  logic a_nan, b_nan, equal, zeros, less, lt, eq, pick_a, half;
  fp_order #(.ExpBits(8), .ManBits(23), .Specials(2)) u_order (
    .a_i, .b_i, .a_below_o(less), .a_nan_o(a_nan), .b_nan_o(b_nan)
  );
  assign zeros = ~|{a_i[30:0], b_i[30:0]};
  assign equal = a_i == b_i;
  assign lt = ~a_nan & ~b_nan & ~zeros & less;
  assign eq = ~a_nan & ~b_nan & (zeros | equal);
  assign pick_a = b_nan | (~a_nan & (less ^ (function_i == cgra_pkg::FnMax)));

  assign half = format_i != cgra_pkg::FormatFp32;
  logic [31:0] nan, picked;
  assign nan = (format_i == cgra_pkg::FormatFp16) ? 32'h0000_7E00
             : half ? 32'h0000_7FC0 : 32'h7FC0_0000;
  assign picked = pick_a ? a_code_i : b_code_i;

  always_comb begin
    case (function_i)
      cgra_pkg::FnLt: result_o = {31'd0, lt};
      cgra_pkg::FnLe: result_o = {31'd0, lt | eq};
      cgra_pkg::FnEq: result_o = {31'd0, eq};
      default: result_o = (a_nan & b_nan) ? nan : half ? {16'd0, picked[15:0]} : picked;
    endcase
  end

endmodule
