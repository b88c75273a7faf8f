// acc_o += a_i * b_i in two's complement, one register. `fault_i` picks a planted fault: 0 none, 1 the accumulator is
// one bit short, 2 one operand is read as unsigned, 3 clear does not clear, 4 the largest product is lost, 5 the sum
// hangs on a register that the reset forgets.
module int8_mac #(
  parameter int unsigned AccBits = 24
) (
  input  logic               clk_i,
  input  logic               rst_ni,
  input  logic [2:0]         fault_i,
  input  logic               first_i,
  input  logic               clear_i,
  input  logic               enable_i,
  input  logic [7:0]         a_i,
  input  logic [7:0]         b_i,
  output logic [AccBits-1:0] acc_o
);

  logic signed [15:0] product;
  logic signed [AccBits-1:0] acc_q, sum;
  logic armed_q;

  always_comb begin
    product = $signed(a_i) * $signed(b_i);
    if (fault_i == 3'd2) product = 16'($signed({1'b0, a_i}) * $signed(b_i));
    if (fault_i == 3'd4 && product == 16'sd16384) product = 16'sd16383;
    sum = (first_i ? '0 : acc_q) + AccBits'(product);
    if (fault_i == 3'd1) sum[AccBits-1] = sum[AccBits-2];
    if (fault_i == 3'd5 && armed_q) sum[0] = ~sum[0];
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) acc_q <= '0;
    else if (enable_i) acc_q <= (clear_i && fault_i != 3'd3) ? '0 : sum;
  end

  always_ff @(posedge clk_i) armed_q <= armed_q;

  assign acc_o = acc_q;

endmodule
