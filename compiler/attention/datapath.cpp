#include "compiler/attention/datapath.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "compiler/base/check.h"

namespace heddle::attention {
namespace {

using numerics::Code;
using numerics::FloatFormat;
using numerics::IntFormat;
using numerics::ScalarFormat;
using numerics::Value;

__extension__ using Wide = __int128;

/// The range of a two's complement number of `bits` bits.
Wide limited(Wide x, int bits) {
  const Wide high = (Wide{1} << (bits - 1)) - 1;
  return std::clamp(x, -high - 1, high);
}

/// x * 2^-shift, rounded half up; exact for shift <= 0.
Wide shifted_half_up(Wide x, int shift) {
  if (shift <= 0) return x << -shift;
  return shift >= 127 ? 0 : ((x >> (shift - 1)) + 1) >> 1;
}

constexpr Wide kFar = Wide{1} << 100;

bool is_float(const ScalarFormat& format) { return std::holds_alternative<FloatFormat>(format); }

Status check_port(const char* what, const ScalarFormat& format) {
  const auto* integer = std::get_if<IntFormat>(&format);
  const auto* real = std::get_if<FloatFormat>(&format);
  const bool fits = integer != nullptr ? integer->bits == 8 && integer->is_signed && !integer->affine
                                       : real->is_signed && real->subnormals && real->bits() <= 16;
  if (fits) return {};
  return fail(ErrorCode::kBadInput,
              fmt::format("the array has no arithmetic for {} in {}", what, numerics::name(format)), {},
              "fp16, bf16, signed minifloats with subnormals, or int8");
}

/// floor(2^(i / kWeightSegments) * 2^kWeightFraction + 1/2) for i = 0 .. kWeightSegments, from 60-bit square roots, so
/// that no library's rounding matters.
std::array<std::uint32_t, kWeightSegments + 1> weight_table() {
  constexpr int kBits = 60;
  std::array<std::uint32_t, kWeightSegments + 1> table{};
  // roots[k] = 2^(1 / 2^(k + 1)) * 2^60, each the floor of the root of the one before.
  std::array<unsigned __int128, 6> roots{};
  unsigned __int128 square = static_cast<unsigned __int128>(2) << kBits;
  for (auto& root : roots) {
    unsigned __int128 r = 0;
    for (int bit = kBits + 1; bit >= 0; --bit) {
      const unsigned __int128 next = r | (static_cast<unsigned __int128>(1) << bit);
      if (next <= (static_cast<unsigned __int128>(1) << 61) && next * next <= (square << kBits)) r = next;
    }
    root = r;
    square = r;
  }
  for (int i = 0; i <= kWeightSegments; ++i) {
    unsigned __int128 power = static_cast<unsigned __int128>(1) << kBits;
    for (int k = 0; k < 6; ++k)
      if ((i >> (5 - k) & 1) != 0) power = (power * roots[static_cast<std::size_t>(k)]) >> kBits;
    if (i == kWeightSegments) power = static_cast<unsigned __int128>(2) << kBits;
    const int drop = kBits - kWeightFraction;
    table[static_cast<std::size_t>(i)] =
        static_cast<std::uint32_t>((power + (static_cast<unsigned __int128>(1) << (drop - 1))) >> drop);
  }
  return table;
}

/// A code as an integer significand with its exponent and sign.
struct Parts {
  std::int64_t significand = 0;  ///< signed
  int exponent = 0;
};
Parts parts_of(const ScalarFormat& format, Code code) {
  const auto* real = std::get_if<FloatFormat>(&format);
  if (real == nullptr) return {static_cast<std::int8_t>(code), 0};  // check_ports: int8
  const auto mantissa = static_cast<unsigned>(real->mantissa_bits);
  const std::uint32_t magnitude = code & ((1U << static_cast<unsigned>(real->bits() - 1)) - 1);
  HEDDLE_CHECK(magnitude <= real->max_finite_code(), "only finite codes reach the array");
  const std::uint32_t field = magnitude >> mantissa;
  const auto significand = static_cast<std::int64_t>(field == 0 ? magnitude : magnitude - ((field - 1) << mantissa));
  return {(code >> static_cast<unsigned>(real->bits() - 1) & 1) != 0 ? -significand : significand,
          static_cast<int>(std::max(field, 1U)) - real->bias - real->mantissa_bits};
}

/// a * 2^exponent as a multiple of 2^-fraction, rounded half up and limited to `bits` bits: what stands behind both
/// multipliers of a core.
std::int64_t aligned(Wide a, int exponent, int fraction, int bits) {
  const int shift = -fraction - exponent;
  if (shift > 0 && shift < 63 && a >= INT64_MIN && a <= INT64_MAX) {  // the usual case, without wide arithmetic
    const std::int64_t rounded = ((static_cast<std::int64_t>(a) >> (shift - 1)) + 1) >> 1;
    const std::int64_t high = (std::int64_t{1} << (bits - 1)) - 1;
    return std::clamp(rounded, -high - 1, high);
  }
  if (shift < -64) return static_cast<std::int64_t>(limited(a == 0 ? 0 : a > 0 ? kFar : -kFar, bits));
  return static_cast<std::int64_t>(limited(shifted_half_up(a, shift), bits));
}

/// An unsigned number cut to its leading `bits` bits: value = leading * 2^exponent, and the rest dropped.
struct Leading {
  std::uint64_t bits = 0;
  int exponent = 0;
};
Leading leading(std::uint64_t x, int bits) {
  const int drop = std::bit_width(x) - bits;
  return drop >= 0 ? Leading{x >> drop, drop} : Leading{x << -drop, drop};
}

}  // namespace

LogitScale logit_scale(double scale) {
  HEDDLE_CHECK(std::isfinite(scale) && scale > 0, "a scale of attention is positive");
  int exponent = 0;
  const double fraction = std::frexp(scale, &exponent);  // [1/2, 1)
  double factor = std::nearbyint(std::ldexp(fraction, kFactorBits));
  exponent -= kFactorBits;
  if (factor == std::ldexp(1.0, kFactorBits)) {
    factor /= 2;
    ++exponent;
  }
  return {static_cast<std::uint32_t>(factor), exponent};
}

Status check_ports(const Ports& ports) {
  HEDDLE_TRY(check_port("operands", ports.operand));
  return check_port("outputs", ports.output);
}

std::int64_t score(const Ports& ports, std::span<const Code> query, std::span<const Code> key) {
  std::int64_t sum = 0;
  for (std::size_t e = 0; e < query.size(); ++e) {
    const Parts q = parts_of(ports.operand, query[e]);
    const Parts k = parts_of(ports.operand, key[e]);
    const std::int64_t product = q.significand * k.significand;
    sum += is_float(ports.operand) ? aligned(product, q.exponent + k.exponent, kScoreFraction, kProductBits) : product;
  }
  return sum;
}

std::int32_t logit(const Ports& ports, std::int64_t score, const LogitScale& scale) {
  const Wide product = limited(score, kScoreBits) * static_cast<Wide>(scale.factor);
  const int unit = is_float(ports.operand) ? -kScoreFraction : 0;
  return static_cast<std::int32_t>(aligned(product, scale.exponent + unit, kLogitFraction, kLogitBits));
}

std::uint32_t weight(std::int32_t x) {
  static const auto kTable = weight_table();
  constexpr int kRestBits = kLogitFraction - 6;
  static_assert(kWeightSegments == 1 << 6);
  const std::int32_t whole = x >> kLogitFraction;  // floor
  const auto fraction = static_cast<std::uint32_t>(x) & ((1U << kLogitFraction) - 1);
  const std::uint32_t index = fraction >> kRestBits;
  const std::uint64_t rest = fraction & ((1U << kRestBits) - 1);
  const std::uint64_t base = kTable[index];
  const std::uint64_t step = kTable[index + 1] - base;
  const std::uint64_t power = (base << kRestBits) + step * rest;  // 2^f, in units of 2^-(kWeightFraction + kRestBits)
  const int shift = kRestBits - whole;
  if (shift > 40) return 0;
  return static_cast<std::uint32_t>(((power >> (shift - 1)) + 1) >> 1);
}

RowState empty_row(int head_dim) {
  RowState row;
  row.output.assign(static_cast<std::size_t>(head_dim), 0);
  return row;
}

Weighted weigh(RowState& row, std::int32_t logit) {
  static_assert(kMaximumStep == 4);
  const auto ceiling =
      kMaximumStep * static_cast<std::int32_t>(-((-static_cast<std::int64_t>(logit)) >> (kLogitFraction + 2)));
  const std::int32_t maximum = row.empty ? ceiling : std::max(row.maximum, ceiling);
  const std::int32_t shift = row.empty ? 0 : maximum - row.maximum;
  Weighted weighted;
  weighted.clear = row.empty || shift > kLargestShift;
  weighted.shift = weighted.clear ? 0 : shift;
  weighted.weight =
      weight(static_cast<std::int32_t>(logit - static_cast<std::int64_t>(maximum) * (1 << kLogitFraction)));
  row.sum = (weighted.clear ? 0 : row.sum >> weighted.shift) + weighted.weight;
  HEDDLE_CHECK(row.sum >> kSumBits == 0, "a row of too many keys for its sum");
  row.maximum = maximum;
  row.empty = false;
  return weighted;
}

void mix(const Ports& ports, std::span<std::int64_t> output, const Weighted& weighted, std::span<const Code> value) {
  const bool real = is_float(ports.operand);
  for (std::size_t e = 0; e < output.size(); ++e) {
    const Parts v = parts_of(ports.operand, value[e]);
    const std::int64_t product = static_cast<std::int64_t>(weighted.weight) * v.significand;
    output[e] = (weighted.clear ? 0 : output[e] >> weighted.shift) +
                (real ? aligned(product, v.exponent - kWeightFraction, kOutputFraction, kMixedBits) : product);
  }
}

void see(const Ports& ports, RowState& row, std::int32_t logit, std::span<const Code> value) {
  mix(ports, row.output, weigh(row, logit), value);
}

std::vector<Code> finish(const Ports& ports, const RowState& row, const LogitScale& output_scale) {
  std::vector<Code> codes(row.output.size(), 0);
  if (row.empty || row.sum == 0) return codes;
  constexpr int kSumLead = 20;
  constexpr int kOutputLead = 24;
  const Leading sum = leading(row.sum, kSumLead);
  std::uint64_t r = (std::uint64_t{1} << 39U) / sum.bits;  // 20 or 21 bits
  int exponent = kWeightFraction - sum.exponent - 39;      // 1 / l = r * 2^exponent
  if (!is_float(ports.output)) {
    const Leading scaled = leading(r * output_scale.factor, 21);
    r = scaled.bits;
    exponent += output_scale.exponent + scaled.exponent;
  }
  const int unit = is_float(ports.operand) ? -kOutputFraction : -kWeightFraction;
  for (std::size_t e = 0; e < codes.size(); ++e) {
    const std::int64_t z = row.output[e];
    const Leading cut = leading(z < 0 ? 0 - static_cast<std::uint64_t>(z) : static_cast<std::uint64_t>(z), kOutputLead);
    Value value;
    value.negative = z < 0;
    value.significand = z == 0 ? 0 : cut.bits * r;
    value.exponent = cut.exponent + exponent + unit;
    codes[e] = numerics::encode(ports.output, value);
  }
  return codes;
}

}  // namespace heddle::attention
