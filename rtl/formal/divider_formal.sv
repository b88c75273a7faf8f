// Proof task for cgra_divider: any operation issued right after reset, with Width 5, gives RISC-V's result after Latency - 1
// array cycles, whatever en_i does in between. Checked by bounded model checking (scripts/checks/formal).
module divider_formal (
  input logic       clk_i,
  input logic       en_i,
  input logic       signed_i,
  input logic       remainder_i,
  input logic [4:0] a_i,
  input logic [4:0] b_i
);

  localparam int unsigned Latency = 3;
  logic [4:0] result;
  logic started_q = 1'b0;
  logic [3:0] age_q = '0;
  logic signed_q, remainder_q;
  logic [4:0] a_q, b_q;

  cgra_divider #(.Width(5), .Latency(Latency), .Interval(Latency - 1)) u_divider (
    .clk_i, .rst_ni(1'b1), .en_i, .start_i(~started_q), .signed_i, .remainder_i, .a_i, .b_i, .result_o(result)
  );

  always_ff @(posedge clk_i) begin
    if (en_i) begin
      started_q <= 1'b1;
      if (age_q < Latency) age_q <= age_q + 4'd1;
      if (!started_q) begin
        signed_q <= signed_i;
        remainder_q <= remainder_i;
        a_q <= a_i;
        b_q <= b_i;
      end
    end
  end

  // The specification, without division: q * b + r = a, |r| < |b|, r has the sign of a; and the corner cases.
  logic signed [5:0] a, b, q, r;
  assign a = {signed_q & a_q[4], a_q};
  assign b = {signed_q & b_q[4], b_q};
  assign q = {signed_q & result[4], result};
  assign r = q;
  logic corner;
  assign corner = b_q == 0 || (signed_q && a_q == 5'h10 && b_q == 5'h1F);

  logic signed [11:0] left;
  assign left = a - q * b;  // the remainder that belongs to this quotient

  always_comb begin
    if (started_q && age_q == Latency - 1) begin
      if (b_q == 0) begin
        assert (result == (remainder_q ? a_q : 5'h1F));
      end else if (corner) begin
        assert (result == (remainder_q ? 5'h00 : 5'h10));
      end else if (!remainder_q) begin
        assert ((left < 0 ? -left : left) < (b < 0 ? -b : b));
        assert (left == 0 || (left < 0) == (a < 0));
      end else begin
        assert ((r < 0 ? -r : r) < (b < 0 ? -b : b));
        assert (r == 0 || (r < 0) == (a < 0));
      end
    end
  end

endmodule
