#include "compiler/numerics/format.h"

#include <fmt/format.h>

#include <bit>

namespace heddle::numerics {

std::int64_t IntFormat::max() const { return (std::int64_t{1} << (is_signed ? bits - 1 : bits)) - 1; }

std::int64_t IntFormat::min() const {
  if (!is_signed) return 0;
  return narrow ? -max() : -max() - 1;
}

FloatFormat fp16() { return {5, 10, true, Specials::kIeee, 15, true}; }
FloatFormat bf16() { return {8, 7, true, Specials::kIeee, 127, true}; }
FloatFormat fp32() { return {8, 23, true, Specials::kIeee, 127, true}; }

FloatFormat minifloat(int exponent_bits, int mantissa_bits, Specials specials, bool is_signed) {
  FloatFormat format{exponent_bits, mantissa_bits, is_signed, specials, 0, true};
  format.bias = default_bias(exponent_bits, specials);
  return format;
}

int default_bias(int exponent_bits, Specials specials) {
  const int half = 1 << (exponent_bits - 1);
  return specials == Specials::kFnuz ? half : half - 1;
}

int bits(const ScalarFormat& format) {
  if (const auto* integer = std::get_if<IntFormat>(&format)) return integer->bits;
  return std::get<FloatFormat>(format).bits();
}

std::vector<FloatFormat> minifloats(bool is_signed) {
  std::vector<FloatFormat> formats;
  for (int width = 3; width <= 8; ++width) {
    for (int exponent = 1; exponent <= width - 1; ++exponent) {
      // An unsigned format spends the sign bit on the mantissa.
      const int mantissa = width - 1 - exponent + (is_signed ? 0 : 1);
      formats.push_back(minifloat(exponent, mantissa, Specials::kNone, is_signed));
    }
  }
  return formats;
}

BlockFormat block_format(const ScalarFormat& element, SharedExponent rule) {
  BlockFormat format;
  format.element = element;
  format.rule = rule;
  return format;
}

BlockFormat nvfp4() {
  BlockFormat format;
  format.element = minifloat(2, 1);
  format.block = 16;
  format.e4m3_scale = true;
  return format;
}

Status validate(const IntFormat& format) {
  if (format.bits < 2 || format.bits > kMaxIntBits) {
    return fail(ErrorCode::kBadInput,
                fmt::format("an integer format has 2 to {} bits, not {}", kMaxIntBits, format.bits));
  }
  if (format.narrow && !format.is_signed) {
    return fail(ErrorCode::kBadInput, "an unsigned integer has no most negative code to leave out");
  }
  return {};
}

Status validate(const FloatFormat& format) {
  const int x = format.exponent_bits;
  const int y = format.mantissa_bits;
  if (x < 1 || x > 8) return fail(ErrorCode::kBadInput, fmt::format("a float has 1 to 8 exponent bits, not {}", x));
  if (y < 0 || y > 23) return fail(ErrorCode::kBadInput, fmt::format("a float has 0 to 23 mantissa bits, not {}", y));
  if (format.bias < -kMaxBias || format.bias > kMaxBias) {
    return fail(ErrorCode::kBadInput, fmt::format("a bias is -{0} to {0}, not {1}", kMaxBias, format.bias));
  }
  if (format.specials == Specials::kFnuz && !format.is_signed) {
    return fail(ErrorCode::kBadInput, "fnuz makes a NaN of negative zero, which an unsigned float has not");
  }
  // The codes below the first special one, or below 2^(X+Y); without subnormals the first 2^Y of them all mean zero.
  const int first_nonzero = format.subnormals ? 1 : 1 << y;
  if (static_cast<std::int64_t>(format.max_finite_code()) < first_nonzero) {
    return fail(ErrorCode::kBadInput, "this float has no finite value but zero");
  }
  return {};
}

int FloatFormat::max_exponent() const {
  const std::uint32_t code = max_finite_code();
  const int field = static_cast<int>(code >> mantissa_bits);
  if (field > 0) return field - bias;
  // One exponent bit and IEEE specials: the largest finite value is a subnormal.
  return std::bit_width(code) - 1 + min_exponent();
}

std::uint32_t FloatFormat::max_finite_code() const {
  const std::uint32_t codes = std::uint32_t{1} << (exponent_bits + mantissa_bits);
  switch (specials) {
    case Specials::kFn: return codes - 2;
    case Specials::kIeee: return codes - (std::uint32_t{1} << mantissa_bits) - 1;
    case Specials::kNone:
    case Specials::kFnuz: break;
  }
  return codes - 1;
}

}  // namespace heddle::numerics
