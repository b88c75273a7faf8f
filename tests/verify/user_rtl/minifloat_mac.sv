// acc_o += a_i * b_i exactly, in units of the smallest product; two registers: product, then sum. `fault_i` picks a
// planted fault: 0 none, 1 subnormals are read as normals, 2 the sum loses its lowest bit, 3 the sign of b is ignored,
// 4 products of two negatives are one unit off, 5 the top bit of the sum is dropped, 6 the sum is a cycle early.
module minifloat_mac #(
  parameter int unsigned ExpBits = 4,
  parameter int unsigned ManBits = 3,
  parameter int unsigned AccBits = 46,
  localparam int unsigned Width = 1 + ExpBits + ManBits
) (
  input  logic               clk,
  input  logic               reset,
  input  logic [2:0]         fault,
  input  logic [Width-1:0]   x,
  input  logic [Width-1:0]   w,
  input  logic               start,
  input  logic               in_valid,
  output logic               sum_valid,
  output logic [AccBits-1:0] sum
);

  localparam int unsigned SigBits = ManBits + 1;

  logic [2*SigBits-1:0] product;
  logic [AccBits-1:0] shifted, product_d, product_q, sum_d, sum_q;
  logic [ExpBits:0] shift;
  logic negative, start_q, valid_q, valid_qq;

  function automatic logic [SigBits-1:0] significand(input logic [Width-1:0] code, input logic wrong);
    significand = {code[Width-2:ManBits] != '0 || wrong, code[ManBits-1:0]};
  endfunction

  // The exponent above that of the subnormals.
  function automatic logic [ExpBits:0] steps(input logic [Width-1:0] code);
    steps = (code[Width-2:ManBits] == '0) ? '0 : {1'b0, code[Width-2:ManBits]} - 1'b1;
  endfunction

  always_comb begin
    product = (2 * SigBits)'(significand(x, fault == 3'd1)) * (2 * SigBits)'(significand(w, fault == 3'd1));
    shift = steps(x) + steps(w);
    shifted = AccBits'(product) << shift;
    negative = x[Width-1] ^ (w[Width-1] & (fault != 3'd3));
    if (fault == 3'd4 && x[Width-1] && w[Width-1]) shifted = shifted + 1'b1;
    product_d = negative ? -shifted : shifted;
    sum_d = (start_q ? '0 : sum_q) + product_q;
    if (fault == 3'd2) sum_d[0] = 1'b0;
    if (fault == 3'd5) sum_d[AccBits-1] = sum_d[AccBits-2];
  end

  always_ff @(posedge clk) begin
    product_q <= product_d;
    start_q <= start;
    if (reset) begin
      sum_q <= '0;
      valid_q <= 1'b0;
      valid_qq <= 1'b0;
    end else begin
      valid_q <= in_valid;
      valid_qq <= valid_q;
      if (valid_q) sum_q <= sum_d;
    end
  end

  assign sum = (fault == 3'd6 && valid_q) ? sum_d : sum_q;
  assign sum_valid = (fault == 3'd6) ? valid_q : valid_qq;

endmodule
