// Rounds to nearest even and packs: the last step of every unit. Combinational.
// The value is (-1)^sign_i * sig_i / 2^(ManBits + 2) * 2^exp_i with exp_i counted from that of subnormals (as fp_decode gives it),
// plus a remainder below the last bit of sig_i if that bit is set: sig_i = {hidden, mantissa, guard, sticky}. A value without hidden
// bit is subnormal or zero (exp_i is not looked at: it must be that of subnormals).
// NaN becomes the format's canonical one (positive, top mantissa bit only), or 0 where it has none. Too large a value becomes the
// largest finite one if Saturate is set, else infinity, or NaN where there is no infinity, or the largest one where there is
// neither; so does infinity. A negative value becomes 0 in an unsigned format; fnuz has no negative zero.
// Parameters: as fp_decode; ExpInBits >= ExpBits: of exp_i.
module fp_round #(
  parameter int unsigned ExpBits = 5,
  parameter int unsigned ManBits = 10,
  parameter int unsigned Specials = 2,
  parameter bit Signed = 1'b1,
  parameter bit Saturate = 1'b0,
  parameter int unsigned ExpInBits = ExpBits + 1,
  localparam int unsigned Width = ExpBits + ManBits + (Signed ? 1 : 0)
) (
  input  logic                 sign_i,
  input  logic [ExpInBits-1:0] exp_i,
  input  logic [ManBits+2:0]   sig_i,
  input  logic                 nan_i,
  input  logic                 inf_i,
  output logic [Width-1:0]     code_o
);

  localparam int unsigned MagBits = ExpBits + ManBits;
  localparam logic [MagBits-1:0] AllOnes = '1;
  localparam logic [MagBits-1:0] Infinity = AllOnes << ManBits;
  localparam logic [MagBits-1:0] Largest =
      (Specials == 1) ? AllOnes - 1'b1 : (Specials == 2) ? Infinity - 1'b1 : AllOnes;
  localparam logic [MagBits-1:0] NanMagnitude = (Specials == 1) ? AllOnes
      : (Specials == 2 && ManBits > 0) ? (Infinity | (Infinity >> 1 & ~Infinity)) : '0;
  localparam bit NanSign = Specials == 3;
  localparam bit OverflowIsNan = !Saturate && (Specials == 1 || Specials == 3);
  localparam logic [MagBits-1:0] Overflowed = (!Saturate && Specials == 2) ? Infinity : Largest;

  // Adding the increment to exponent and mantissa as one number carries from the one to the other.
  localparam int unsigned SumBits = ExpInBits + ManBits + 1;
  logic hidden, round_up, beyond, overflow, is_nan, sign;
  logic [SumBits-1:0] sum;
  logic [MagBits-1:0] magnitude;

  assign hidden = sig_i[ManBits+2];
  assign round_up = sig_i[1] & (sig_i[0] | sig_i[2]);
  assign sum = (hidden ? SumBits'({exp_i, {ManBits{1'b0}}}) : '0)
             + SumBits'(sig_i[ManBits+2:2]) + SumBits'(round_up);
  // sum > Largest, without a carry chain behind that of the sum.
  if (Specials == 1) begin : g_beyond_fn
    assign beyond = (|sum[SumBits-1:MagBits]) | (&sum[MagBits-1:0]);
  end else if (Specials == 2) begin : g_beyond_ieee
    assign beyond = (|sum[SumBits-1:MagBits]) | (&sum[MagBits-1:ManBits]);
  end else begin : g_beyond
    assign beyond = |sum[SumBits-1:MagBits];
  end
  assign overflow = inf_i | beyond;
  assign is_nan = nan_i | (OverflowIsNan & overflow);
  assign magnitude = is_nan ? NanMagnitude : overflow ? Overflowed : sum[MagBits-1:0];
  
  if (Signed) begin : g_signed
    assign sign = is_nan ? NanSign : (Specials == 3 && magnitude == '0) ? 1'b0 : sign_i;
    assign code_o = {sign, magnitude};
  end else begin : g_unsigned
    assign sign = sign_i;
    assign code_o = (sign & ~nan_i) ? '0 : magnitude;
  end

  if (ExpInBits < ExpBits) begin : g_illegal
    $error("fp_round: ExpInBits must be at least ExpBits");
  end

endmodule
