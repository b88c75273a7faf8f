// Numeric order of two floating-point numbers: -0 equals +0; with a NaN all three outputs are 0.
// Latency: Stages enabled clock edges, behind the result (0: combinational). Throughput 1.
// Parameters: ExpBits, ManBits, Specials: the format, as in fp_decode; Stages >= 0.
module fp_compare #(
  parameter int unsigned ExpBits = 5,
  parameter int unsigned ManBits = 10,
  parameter int unsigned Specials = 2,
  parameter int unsigned Stages = 0,
  localparam int unsigned Width = 1 + ExpBits + ManBits
) (
  input  logic             clk_i,
  input  logic             en_i,
  input  logic [Width-1:0] a_i,
  input  logic [Width-1:0] b_i,
  output logic             lt_o,
  output logic             le_o,
  output logic             eq_o
);

  logic a_below, a_nan, b_nan, identical, zeros, unordered, lt, eq;
  fp_order #(.ExpBits(ExpBits), .ManBits(ManBits), .Specials(Specials)) u_order (
    .a_i, .b_i, .a_below_o(a_below), .a_nan_o(a_nan), .b_nan_o(b_nan)
  );
  assign unordered = a_nan | b_nan;
  assign identical = a_i == b_i;
  assign zeros = (a_i[Width-2:0] == '0) & (b_i[Width-2:0] == '0);
  assign lt = ~unordered & a_below & ~zeros;
  assign eq = ~unordered & (identical | zeros);

  fp_delay #(.Width(3), .Cycles(Stages)) u_cut_result (
    .clk_i, .en_i, .d_i({lt, lt | eq, eq}), .q_o({lt_o, le_o, eq_o})
  );

endmodule
