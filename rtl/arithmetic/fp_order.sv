// Order of two codes with -0 below +0, and which of them are NaN (a_below_o says nothing then). Combinational.
// Parameters: ExpBits, ManBits, Specials: the format, as in fp_decode.
module fp_order #(
  parameter int unsigned ExpBits = 5,
  parameter int unsigned ManBits = 10,
  parameter int unsigned Specials = 2,
  localparam int unsigned Width = 1 + ExpBits + ManBits
) (
  input  logic [Width-1:0] a_i,
  input  logic [Width-1:0] b_i,
  output logic             a_below_o,
  output logic             a_nan_o,
  output logic             b_nan_o
);

  localparam logic [Width-2:0] AllOnes = '1;
  localparam logic [Width-2:0] Infinity = AllOnes << ManBits;

  // Codes of one sign are ordered as integers; complementing the negative ones makes it all of them.
  logic [Width-1:0] a_key, b_key;
  assign a_key = a_i ^ {1'b1, {(Width - 1){a_i[Width-1]}}};
  assign b_key = b_i ^ {1'b1, {(Width - 1){b_i[Width-1]}}};
  assign a_below_o = a_key < b_key;

  if (Specials == 0) begin : g_none
    assign a_nan_o = 1'b0;
    assign b_nan_o = 1'b0;
  end else if (Specials == 1) begin : g_fn
    assign a_nan_o = a_i[Width-2:0] == AllOnes;
    assign b_nan_o = b_i[Width-2:0] == AllOnes;
  end else if (Specials == 2) begin : g_ieee
    assign a_nan_o = a_i[Width-2:0] > Infinity;
    assign b_nan_o = b_i[Width-2:0] > Infinity;
  end else begin : g_fnuz
    assign a_nan_o = a_i == {1'b1, {(Width - 1){1'b0}}};
    assign b_nan_o = b_i == {1'b1, {(Width - 1){1'b0}}};
  end

endmodule
