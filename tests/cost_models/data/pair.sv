// A small hierarchy for tests of the oracle: two instances of leaf with 8 bits, one with the default 4.
module leaf #(
  parameter int unsigned W = 4,
  parameter logic [7:0]  K = 8'h5
) (
  input  logic         clk_i,
  input  logic         rst_ni,
  input  logic [W-1:0] a_i,
  output logic [W-1:0] q_o
);
  localparam int unsigned Twice = 2 * W;
  logic [Twice-1:0] square;
  assign square = Twice'(a_i) * Twice'(a_i);
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) q_o <= '0;
    else q_o <= square[Twice-1:W] + W'(K);
  end
endmodule

module pair (
  input  logic       clk_i,
  input  logic       rst_ni,
  input  logic [7:0] a_i,
  output logic [7:0] q_o
);
  logic [7:0] x, y;
  logic [3:0] z;
  leaf #(.W(8)) u_first (.clk_i, .rst_ni, .a_i(a_i), .q_o(x));
  leaf #(.W(8)) u_second (.clk_i, .rst_ni, .a_i(x), .q_o(y));
  leaf u_third (.clk_i, .rst_ni, .a_i(y[3:0]), .q_o(z));
  assign q_o = y ^ {z, z};
endmodule
