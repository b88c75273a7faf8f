// floor(2^39 / divisor_i) for divisors of 2^19 to 2^20 - 1, a bit a clock.
// start_i takes a divisor; 22 clocks later done_o is high for one clock, and quotient_o holds from then until the next start.
module swat_divide (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        start_i,
  input  logic [19:0] divisor_i,
  output logic        done_o,
  output logic [20:0] quotient_o
);

  // 2^39 = 2^19 * 2^20: the remainder begins with 2^18, below every divisor, and 21 zeros follow.
  logic [19:0] divisor_q, remainder_q;
  logic [20:0] doubled, difference;
  logic [4:0] left_q;
  logic fits;
  assign doubled = {remainder_q, 1'b0};
  assign difference = doubled - {1'b0, divisor_q};
  assign fits = ~difference[20];  // what is left is below the divisor, unless it borrows
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      left_q <= '0;
      done_o <= 1'b0;
    end else begin
      left_q <= start_i ? 5'd21 : (left_q == '0) ? '0 : left_q - 5'd1;
      done_o <= left_q == 5'd1;
    end
  end
  always_ff @(posedge clk_i) begin
    if (start_i) begin
      divisor_q <= divisor_i;
      remainder_q <= 20'h40000;
      quotient_o <= '0;
    end else if (left_q != '0) begin
      remainder_q <= fits ? difference[19:0] : doubled[19:0];
      quotient_o <= {quotient_o[19:0], fits};
    end
  end

endmodule
