#include "compiler/numerics/format.h"

namespace heddle::numerics {

std::int64_t IntFormat::max() const { return (std::int64_t{1} << (is_signed ? bits - 1 : bits)) - 1; }

std::int64_t IntFormat::min() const {
  if (!is_signed) return 0;
  return narrow ? -max() : -max() - 1;
}

FloatFormat fp16() { return {5, 10, true, Specials::kIeee, 15, true}; }
FloatFormat bf16() { return {8, 7, true, Specials::kIeee, 127, true}; }
FloatFormat fp32() { return {8, 23, true, Specials::kIeee, 127, true}; }

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
      formats.push_back({exponent, mantissa, is_signed, Specials::kNone, (1 << (exponent - 1)) - 1, true});
    }
  }
  return formats;
}

}  // namespace heddle::numerics
