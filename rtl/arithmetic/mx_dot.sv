// Dot product of two vectors in OCP MX blocks: of each block of Block elements the exact fixed-point sum of products, times the two
// E8M0 scales, is rounded once to fp32 (block_o); the results of successive blocks are added in fp32 (sum_o, each sum rounded).
//
// A beat is a clock with en_i and valid_i: Lanes elements of each vector, element i in bits i*Bits up. The first beat after reset
// starts a block, which takes Block / Lanes beats. clear_i with a block's first beat starts a new sum with it; the sum is unknown
// before. The scales are taken with the last beat. A scale of 0xFF, or a NaN element, makes the block NaN (canonical); infinite
// elements as in IEEE arithmetic. fp32 overflows to infinity and underflows through subnormals; rounding is to nearest even.
//
// Latency: block_valid_o and block_o 4 enabled clocks after a block's last beat, sum_valid_o and sum_o 5. Throughput: one beat a clock.
// All registers move when en_i is high, and only then; rst_ni (asynchronous) clears what is on its way.
//
// Parameters: Block 16, 32 or 64; Lanes a divisor of it; for both sides ExpBits (0: MXINT8, with ManBits 8, Specials 0), ManBits,
// Specials (0 none, 1 fn, 2 ieee): MXFP8 E5M2 5, 2, 2; E4M3 4, 3, 1; MXFP6 E3M2 3, 2, 0; E2M3 2, 3, 0; MXFP4 2, 1, 0. Architecture: of
// the multipliers (mul_integer.sv).
module mx_dot #(
  parameter int unsigned Block = 32,
  parameter int unsigned Lanes = 4,
  parameter int unsigned AExpBits = 4,
  parameter int unsigned AManBits = 3,
  parameter int unsigned ASpecials = 1,
  parameter int unsigned BExpBits = 4,
  parameter int unsigned BManBits = 3,
  parameter int unsigned BSpecials = 1,
  parameter int unsigned Architecture = 1,
  localparam int unsigned ABits = (AExpBits == 0) ? AManBits : 1 + AExpBits + AManBits,
  localparam int unsigned BBits = (BExpBits == 0) ? BManBits : 1 + BExpBits + BManBits
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  logic                   en_i,
  input  logic                   valid_i,
  input  logic                   clear_i,
  input  logic [Lanes*ABits-1:0] a_i,
  input  logic [Lanes*BBits-1:0] b_i,
  input  logic [7:0]             a_scale_i,
  input  logic [7:0]             b_scale_i,
  output logic                   block_valid_o,
  output logic [31:0]            block_o,
  output logic                   sum_valid_o,
  output logic [31:0]            sum_o
);

  // Unit of the block sum, and bits that hold it.
  localparam int AUnit = (AExpBits == 0) ? -6 : 2 - (1 << (AExpBits - 1)) - signed'(AManBits);
  localparam int BUnit = (BExpBits == 0) ? -6 : 2 - (1 << (BExpBits - 1)) - signed'(BManBits);
  localparam int unsigned AMagnitude = (AExpBits == 0) ? AManBits : 2 ** AExpBits + AManBits - 1;
  localparam int unsigned BMagnitude = (BExpBits == 0) ? BManBits : 2 ** BExpBits + BManBits - 1;
  localparam int unsigned SumBits = AMagnitude + BMagnitude + $clog2(Block) + 1;

  // Beats of a block ----------------------------------------------------------------------------------------------------------
  localparam int unsigned Beats = Block / Lanes;
  localparam int unsigned BeatBits = (Beats == 1) ? 1 : $clog2(Beats);
  logic [BeatBits-1:0] beat_q;
  logic first, last;
  assign first = beat_q == '0;
  assign last = beat_q == BeatBits'(Beats - 1);
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) beat_q <= '0;
    else if (en_i && valid_i) beat_q <= last ? '0 : beat_q + 1'b1;
  end

  // Products, with what travels beside them -------------------------------------------------------------------------------------
  logic valid_1, first_1, last_1, clear_1, scale_nan_1;
  logic [8:0] scale, scale_1;
  logic scale_nan;
  assign scale = 9'(a_scale_i) + 9'(b_scale_i);
  assign scale_nan = (&a_scale_i) | (&b_scale_i);
  mac_stage #(.Width(1), .Reset(1'b1)) u_valid (.clk_i, .rst_ni, .en_i, .d_i(valid_i), .q_o(valid_1));
  mac_stage #(.Width(13)) u_beside (
    .clk_i, .rst_ni, .en_i, .d_i({first, last, clear_i, scale_nan, scale}), .q_o({first_1, last_1, clear_1, scale_nan_1, scale_1})
  );
  logic [Lanes*SumBits-1:0] addends;
  logic [Lanes-1:0] carries, nans, positives, negatives;
  for (genvar i = 0; i < Lanes; i++) begin : g_lane
    if (AExpBits == 0 && BExpBits == 0) begin : g_integer
      mac_integer_product #(.ABits(ABits), .BBits(BBits), .OutBits(SumBits), .Architecture(Architecture)) u_product (
        .clk_i, .en_i, .a_i(a_i[i*ABits+:ABits]), .b_i(b_i[i*BBits+:BBits]), .addend_o(addends[i*SumBits+:SumBits]),
        .carry_o(carries[i])
      );
      assign {nans[i], positives[i], negatives[i]} = 3'b000;
    end else begin : g_float
      mac_float_product #(
        .AExpBits(AExpBits), .AManBits(AManBits), .ASpecials(ASpecials), .BExpBits(BExpBits), .BManBits(BManBits),
        .BSpecials(BSpecials), .OutBits(SumBits), .Architecture(Architecture)
      ) u_product (
        .clk_i, .en_i, .a_i(a_i[i*ABits+:ABits]), .b_i(b_i[i*BBits+:BBits]), .addend_o(addends[i*SumBits+:SumBits]),
        .carry_o(carries[i]), .special_o({nans[i], positives[i], negatives[i]})
      );
    end
  end

  // Exact sum of the block ------------------------------------------------------------------------------------------------------
  logic [SumBits-1:0] block_q, block_d;
  logic [2:0] special_q, special_d;
  logic unused_bit;
  always_comb begin
    block_d = first_1 ? '0 : block_q;
    unused_bit = 1'b0;
    for (int unsigned i = 0; i < Lanes; i++) begin
      {block_d, unused_bit} = {block_d, carries[i]} - {~addends[i*SumBits+:SumBits], 1'b1};  // as in chain_add
    end
    special_d = (first_1 ? 3'b000 : special_q) | {|nans, |positives, |negatives};
  end
  always_ff @(posedge clk_i) begin
    if (en_i && valid_1) begin
      block_q <= block_d;
      special_q <= special_d;
    end
  end
  logic done_2, clear_2, clear_start, scale_nan_2;
  logic [8:0] scale_2;
  mac_stage #(.Width(1), .Reset(1'b1)) u_done (.clk_i, .rst_ni, .en_i, .d_i(valid_1 & last_1), .q_o(done_2));
  mac_stage #(.Width(10)) u_scale (.clk_i, .rst_ni, .en_i, .d_i({scale_nan_1, scale_1}), .q_o({scale_nan_2, scale_2}));
  // Whether the block starts a sum, from its first beat on.
  assign clear_start = (valid_1 & first_1) ? clear_1 : clear_2;
  mac_stage #(.Width(1)) u_clear (.clk_i, .rst_ni, .en_i, .d_i(clear_start), .q_o(clear_2));

  // Rounded to fp32: |block| * 2^(AUnit + BUnit + scales - 254), exponents counted from 2^-126 -----------------------------------
  logic [SumBits-1:0] magnitude;
  logic negative, nan, infinity, sign;
  logic [8:0] down;
  logic [31:0] rounded, block_3;
  assign negative = block_q[SumBits-1];
  assign magnitude = negative ? -block_q : block_q;
  assign nan = scale_nan_2 | special_q[2] | (special_q[1] & special_q[0]);
  assign infinity = special_q[1] | special_q[0];
  assign sign = infinity ? special_q[0] : negative;
  assign down = 9'd508 - scale_2;
  convert_to_float #(
    .PBits(SumBits), .LowExponent(AUnit + BUnit + 254 + 126), .ShiftBits(9), .ExpBits(8), .ManBits(23), .Specials(2),
    .Saturate(1'b0), .ShiftReg(1'b1)
  ) u_round (
    .clk_i, .en_i, .product_i(magnitude), .sign_i(sign), .nan_i(nan), .infinity_i(infinity), .shift_i(down), .code_o(rounded)
  );
  logic done_3, clear_3, done_4, clear_4;
  mac_stage #(.Width(1), .Reset(1'b1)) u_done_3 (.clk_i, .rst_ni, .en_i, .d_i(done_2), .q_o(done_3));
  mac_stage #(.Width(1), .Reset(1'b1)) u_done_4 (.clk_i, .rst_ni, .en_i, .d_i(done_3), .q_o(done_4));
  mac_stage #(.Width(2)) u_clear_4 (.clk_i, .rst_ni, .en_i, .d_i({clear_2, clear_3}), .q_o({clear_3, clear_4}));
  mac_stage #(.Width(32)) u_block (.clk_i, .rst_ni, .en_i, .d_i(rounded), .q_o(block_3));
  assign block_valid_o = done_4;
  assign block_o = block_3;

  // Sum of blocks in fp32 ---------------------------------------------------------------------------------------------------------
  logic [31:0] sum_q, sum_next;
  fp_add #(.ExpBits(8), .ManBits(23), .Specials(2), .Stages(0)) u_add (
    .clk_i, .en_i, .sub_i(1'b0), .a_i(sum_q), .b_i(block_3), .result_o(sum_next)
  );
  always_ff @(posedge clk_i) begin
    if (en_i && done_4) sum_q <= clear_4 ? block_3 : sum_next;
  end
  mac_stage #(.Width(1), .Reset(1'b1)) u_done_5 (.clk_i, .rst_ni, .en_i, .d_i(done_4), .q_o(sum_valid_o));
  assign sum_o = sum_q;

  if ((Block != 16 && Block != 32 && Block != 64) || Lanes == 0 || Block % Lanes != 0) begin : g_bad_block
    $error("mx_dot: blocks of %0d elements in %0d lanes; 16, 32 or 64 in a divisor of it", Block, Lanes);
  end
  if ((AExpBits == 0 && AManBits != 8) || (BExpBits == 0 && BManBits != 8) || ASpecials > 2 || BSpecials > 2) begin : g_bad_element
    $error("mx_dot: elements are MXINT8 or floats with specials 0, 1 or 2");
  end

endmodule
