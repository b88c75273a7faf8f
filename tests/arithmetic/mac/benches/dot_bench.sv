// Dot products fed with the low bits of the same inputs: mx_dot in seven pairs of element types, int_dot, mul_dsp_pair.
// The table of the first is repeated in dot_test.cpp.
module dot_bench (
  input  logic          clk_i,
  input  logic          rst_ni,
  input  logic          en_i,
  input  logic          valid_i,
  input  logic          clear_i,
  input  logic [127:0]  a_i,
  input  logic [127:0]  b_i,
  input  logic [7:0]    a_scale_i,
  input  logic [7:0]    b_scale_i,
  output logic [7:0]    block_valid_o,
  output logic [7:0]    sum_valid_o,
  output logic [255:0]  block_o,
  output logic [255:0]  sum_o,
  input  logic [31:0]   running_i,
  output logic [159:0]  dot_o,  // 5 x int_dot
  output logic [31:0]   pair_o
);

  `define MX(I, Size, N, AE, AM, AS, BE, BM, BS, Arch) \
    mx_dot #( \
      .Block(Size), .Lanes(N), .AExpBits(AE), .AManBits(AM), .ASpecials(AS), .BExpBits(BE), .BManBits(BM), .BSpecials(BS), \
      .Architecture(Arch) \
    ) u_mx_``I ( \
      .clk_i, .rst_ni, .en_i, .valid_i, .clear_i, .a_i(a_i[N*((AE)==0?8:1+(AE)+(AM))-1:0]), \
      .b_i(b_i[N*((BE)==0?8:1+(BE)+(BM))-1:0]), .a_scale_i, .b_scale_i, .block_valid_o(block_valid_o[I]), \
      .block_o(block_o[I*32+:32]), .sum_valid_o(sum_valid_o[I]), .sum_o(sum_o[I*32+:32]) \
    );
  `MX(0, 32, 4, 4, 3, 1, 4, 3, 1, 1)
  `MX(1, 32, 4, 5, 2, 2, 5, 2, 2, 1)
  `MX(2, 64, 8, 3, 2, 0, 3, 2, 0, 3)
  `MX(3, 16, 16, 2, 3, 0, 2, 3, 0, 0)
  `MX(4, 32, 16, 2, 1, 0, 2, 1, 0, 1)
  `MX(5, 32, 4, 0, 8, 0, 0, 8, 0, 2)
  `MX(6, 16, 1, 5, 2, 2, 2, 1, 0, 3)
  `MX(7, 32, 2, 0, 8, 0, 4, 3, 1, 1)

  `define DOT(I, N, Width, AS, BS, Arch, R) \
    int_dot #( \
      .Lanes(N), .Bits(Width), .ASigned(AS), .BSigned(BS), .Architecture(Arch), .ProductReg(R), .SumReg(R) \
    ) u_dot_``I ( \
      .clk_i, .en_i, .a_i(a_i[N*Width-1:0]), .b_i(b_i[N*Width-1:0]), .sum_i(running_i), .sum_o(dot_o[I*32+:32]) \
    );
  `DOT(0, 4, 8, 1'b1, 1'b1, 2, 1'b0)
  `DOT(1, 8, 4, 1'b1, 1'b1, 2, 1'b1)
  `DOT(2, 4, 8, 1'b0, 1'b1, 1, 1'b1)
  `DOT(3, 8, 4, 1'b0, 1'b0, 2, 1'b0)
  `DOT(4, 4, 8, 1'b1, 1'b1, 0, 1'b0)

  mul_dsp_pair #(.ProductReg(1'b0)) u_pair (
    .clk_i, .en_i, .a0_i(a_i[7:0]), .a1_i(a_i[15:8]), .b_i(b_i[7:0]), .product0_o(pair_o[15:0]), .product1_o(pair_o[31:16])
  );

endmodule
