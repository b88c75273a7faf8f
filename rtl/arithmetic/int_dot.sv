// Dot product of packed integers added to a running sum: sum_o = sum_i + a[0] * b[0] + ... (modulo 2^SumBits), as 4 x int8 or 8 x
// int4 of a 32-bit word. Element i is in bits i*Bits up.
// Latency: ProductReg (behind the products) + SumReg (behind the sum) clocks with en_i high, of sum_i too; throughput 1. Nothing is
// reset. For an accumulator set SumReg 0 and put the register of the user behind.
// Parameters: Lanes >= 1; Bits 2 to 16; ASigned, BSigned; SumBits >= 2; Architecture as in mul_integer.sv.
module int_dot #(
  parameter int unsigned Lanes = 4,
  parameter int unsigned Bits = 8,
  parameter bit ASigned = 1'b1,
  parameter bit BSigned = 1'b1,
  parameter int unsigned SumBits = 32,
  parameter int unsigned Architecture = 2,
  parameter bit ProductReg = 1'b1,
  parameter bit SumReg = 1'b1
) (
  input  logic                  clk_i,
  input  logic                  en_i,
  input  logic [Lanes*Bits-1:0] a_i,
  input  logic [Lanes*Bits-1:0] b_i,
  input  logic [SumBits-1:0]    sum_i,
  output logic [SumBits-1:0]    sum_o
);

  // Products as addend + carry; each chain takes one of both in a row, so that the sum so far needs no LUT of its own.
  localparam int unsigned TreeBits = 2 * Bits + 1 + $clog2(Lanes + 1);
  localparam int unsigned PartBits = (TreeBits < SumBits) ? TreeBits : SumBits;
  logic [Lanes*PartBits-1:0] addends;
  logic [Lanes-1:0] carries;
  for (genvar i = 0; i < Lanes; i++) begin : g_lane
    mac_integer_product #(
      .ABits(Bits), .BBits(Bits), .ASigned(ASigned), .BSigned(BSigned), .OutBits(PartBits), .Architecture(Architecture),
      .ProductReg(ProductReg)
    ) u_product (
      .clk_i, .en_i, .a_i(a_i[i*Bits+:Bits]), .b_i(b_i[i*Bits+:Bits]), .addend_o(addends[i*PartBits+:PartBits]),
      .carry_o(carries[i])
    );
  end

  logic [SumBits-1:0] running, total;
  mac_stage #(.Width(SumBits), .Enable(ProductReg)) u_running (
    .clk_i, .rst_ni(1'b1), .en_i, .d_i(sum_i), .q_o(running)
  );

  // The sum of products is narrow; only the last adder has the width of the running sum.
  logic [PartBits-1:0] part;
  logic unused_bit;
  always_comb begin
    part = addends[0+:PartBits];
    unused_bit = 1'b0;
    for (int unsigned i = 1; i < Lanes; i++) begin
      {part, unused_bit} = {part, carries[i]} - {~addends[i*PartBits+:PartBits], 1'b1};  // as in chain_add
    end
  end
  logic [SumBits-1:0] extended;
  assign extended = SumBits'(signed'(part));
  chain_add #(.Width(SumBits)) u_sum (.a_i(running), .b_i(extended), .carry_i(carries[0]), .sum_o(total));
  mac_stage #(.Width(SumBits), .Enable(SumReg)) u_total (.clk_i, .rst_ni(1'b1), .en_i, .d_i(total), .q_o(sum_o));

endmodule
