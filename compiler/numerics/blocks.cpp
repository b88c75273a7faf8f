#include "compiler/numerics/blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "compiler/base/check.h"
#include "compiler/numerics/prepared.h"

namespace heddle::numerics {
namespace {

constexpr int kScaleBias = 127;
constexpr std::uint8_t kNanScale = 255;
constexpr float kNvfp4Largest = 6;      // of E2M1
constexpr float kNvfp4Range = 448 * 6;  // of the block scale, times that

FloatFormat e4m3fn() { return minifloat(4, 3, Specials::kFn); }

/// Elements of mxint8 are integers of 2^-6.
int element_shift(const BlockFormat& format) { return std::holds_alternative<IntFormat>(format.element) ? -6 : 0; }

/// Significant bits of an element below the leading one, and the exponent of its largest value (`emax`).
int element_mantissa(const BlockFormat& format) {
  if (const auto* integer = std::get_if<IntFormat>(&format.element)) return integer->bits - 2;
  return std::get<FloatFormat>(format.element).mantissa_bits;
}
int element_max_exponent(const BlockFormat& format) {
  const auto* real = std::get_if<FloatFormat>(&format.element);
  return real != nullptr ? real->max_exponent() : 0;
}
double element_largest(const BlockFormat& format) {
  return std::ldexp(to_double(highest_value(format.element)), element_shift(format));
}

Quantizer element_quantizer(const BlockFormat& format, const BlockRounding& how) {
  Quantizer quantizer;
  quantizer.format = format.element;
  quantizer.rounding = how.rounding;
  quantizer.seed = how.seed;
  return quantizer;
}

void quantize_mx_block(const BlockFormat& format, PreparedQuantizer& quantizer, std::span<const float> x,
                       std::span<std::uint8_t> codes, std::uint8_t& scale, std::uint64_t first_index) {
  const float largest = kernels::largest_magnitude(x.data(), x.size());
  if (!std::isfinite(largest)) {
    scale = kNanScale;
    std::fill(codes.begin(), codes.end(), std::uint8_t{0});
    return;
  }
  const int exponent = largest == 0 ? -kScaleBias : shared_exponent(format, largest);
  scale = static_cast<std::uint8_t>(exponent + kScaleBias);
  // A division by a power of two is exact unless the quotient is far below every element's smallest value.
  quantizer.set_scale(std::ldexp(1.0F, exponent + element_shift(format)), 0);
  quantizer.to_codes(x, codes, first_index);
}

/// x / (scale * tensor_scale), one rounding. The divisor is exact in double, and the quotient in double lies on a tie
/// only if the exact one does: x, 28 bits of divisor and a 3-bit tie differ in the first 53 bits or not at all.
void quantize_nvfp4_block(const BlockRounding& how, float tensor_scale, std::span<const float> x,
                          std::span<std::uint8_t> codes, std::uint8_t& scale, std::uint64_t first_index) {
  const float largest = kernels::largest_magnitude(x.data(), x.size());
  scale = 0;
  std::fill(codes.begin(), codes.end(), std::uint8_t{0});
  if (largest == 0) return;
  const float wanted = largest / kNvfp4Largest / tensor_scale;
  scale = static_cast<std::uint8_t>(std::max<Code>(1, encode(e4m3fn(), from_double(wanted))));
  const double divisor = to_double(decode(e4m3fn(), scale)) * static_cast<double>(tensor_scale);
  const FloatFormat element = minifloat(2, 1);
  for (std::size_t i = 0; i < x.size(); ++i) {
    Random random = random_at(how.seed, first_index + i);
    const RoundingMode mode{how.rounding, Overflow::kSaturate, &random};
    codes[i] = static_cast<std::uint8_t>(encode(element, from_double(static_cast<double>(x[i]) / divisor), mode));
  }
}

/// Calls visit(block index, first element, count) for each block of rows.
template <class Visit>
void for_each_block(std::size_t size, std::size_t row, std::size_t block, Visit&& visit) {
  std::size_t index = 0;
  for (std::size_t start = 0; start < size; start += row) {
    for (std::size_t column = 0; column < row; column += block) {
      visit(index++, start + column, std::min(block, row - column));
    }
  }
}

std::size_t block_count(std::size_t size, std::size_t row, std::size_t block) {
  return row == 0 ? 0 : size / row * ((row + block - 1) / block);
}

Result<float> nvfp4_tensor_scale(std::span<const float> x) {
  const float largest = kernels::largest_magnitude(x.data(), x.size());
  if (!std::isfinite(largest))
    return fail(ErrorCode::kBadInput, "nvfp4 has no code for the NaN or infinity in this tensor");
  return largest == 0 ? 1.0F : std::max(largest / kNvfp4Range, std::numeric_limits<float>::min());
}

}  // namespace

int shared_exponent(const BlockFormat& format, float largest) {
  HEDDLE_CHECK(std::isfinite(largest) && largest > 0, "the shared exponent of zero or of no number");
  int exponent = std::ilogb(largest) - element_max_exponent(format);
  switch (format.rule) {
    case SharedExponent::kFloor: break;
    case SharedExponent::kCeil:
      // The floor rule leaves the maximum below twice the power of two of the largest element: one step more is enough.
      if (static_cast<double>(largest) > std::ldexp(element_largest(format), exponent)) ++exponent;
      break;
    case SharedExponent::kEven: {
      const int last_place = std::ilogb(largest) - element_mantissa(format);
      const double rounded = std::nearbyint(std::ldexp(static_cast<double>(largest), -last_place));
      exponent = std::ilogb(rounded) + last_place - element_max_exponent(format);
      break;
    }
  }
  return std::clamp(exponent, -kScaleBias, kScaleBias);
}

Result<BlockTensor> quantize_blocks(const BlockFormat& format, std::size_t row, std::span<const float> x,
                                    const BlockRounding& how) {
  if (x.size() % std::max<std::size_t>(row, 1) != 0 || (row == 0 && !x.empty())) {
    return fail(ErrorCode::kBadInput, fmt::format("{} elements are not whole rows of {}", x.size(), row));
  }
  BlockTensor tensor;
  tensor.format = format;
  tensor.row = row;
  const auto block = static_cast<std::size_t>(format.block);
  tensor.codes.resize(x.size());
  tensor.scales.resize(block_count(x.size(), row, block));
  if (format.e4m3_scale) {
    HEDDLE_ASSIGN(tensor.tensor_scale, nvfp4_tensor_scale(x));
  }
  PreparedQuantizer quantizer(element_quantizer(format, how));
  for_each_block(x.size(), row, block, [&](std::size_t index, std::size_t first, std::size_t count) {
    const auto codes = std::span(tensor.codes).subspan(first, count);
    if (format.e4m3_scale) {
      quantize_nvfp4_block(how, tensor.tensor_scale, x.subspan(first, count), codes, tensor.scales[index], first);
    } else {
      quantize_mx_block(format, quantizer, x.subspan(first, count), codes, tensor.scales[index], first);
    }
  });
  return tensor;
}

Value block_value(const BlockFormat& format, Code element, std::uint8_t scale) {
  const Value value = decode(format.element, element);
  if (format.e4m3_scale) return multiply(value, decode(e4m3fn(), scale));
  if (scale == kNanScale) return Value::nan();
  Value scaled = value;
  scaled.exponent += scale - kScaleBias + element_shift(format);
  return scaled;
}

Result<std::vector<float>> dequantize_blocks(const BlockTensor& tensor) {
  const auto block = static_cast<std::size_t>(tensor.format.block);
  const bool whole = tensor.codes.empty() || (tensor.row != 0 && tensor.codes.size() % tensor.row == 0);
  if (!whole || tensor.scales.size() != block_count(tensor.codes.size(), tensor.row, block)) {
    return fail(ErrorCode::kBadInput,
                fmt::format("{} codes in rows of {} have {} blocks, not {} scales", tensor.codes.size(), tensor.row,
                            block_count(tensor.codes.size(), tensor.row, block), tensor.scales.size()));
  }
  std::vector<float> values(tensor.codes.size());
  const CodeTable table(tensor.format.element);
  for_each_block(values.size(), tensor.row, block, [&](std::size_t index, std::size_t first, std::size_t count) {
    const std::uint8_t scale = tensor.scales[index];
    const auto codes = std::span(tensor.codes).subspan(first, count);
    const auto results = std::span(values).subspan(first, count);
    if (tensor.format.e4m3_scale) {
      // At most 3 by 4 by 24 bits: exact in double.
      const double factor = to_double(decode(e4m3fn(), scale)) * static_cast<double>(tensor.tensor_scale);
      for (std::size_t i = 0; i < count; ++i) {
        results[i] = static_cast<float>(to_double(decode(tensor.format.element, codes[i])) * factor);
      }
    } else if (scale == kNanScale) {
      std::fill(results.begin(), results.end(), std::numeric_limits<float>::quiet_NaN());
    } else {
      table.to_values(std::ldexp(1.0F, scale - kScaleBias + element_shift(tensor.format)), 0, codes, results);
    }
  });
  return values;
}

Accumulator block_dot(const BlockView& a, const BlockView& b) {
  HEDDLE_CHECK(a.codes.size() == b.codes.size(), "a dot product of different lengths");
  AccumulatorLayout layout =
      formula_layout(a.format.element, b.format.element, std::max<std::size_t>(1, a.codes.size()));
  for (const BlockView* view : {&a, &b}) {
    layout.lsb += element_shift(view->format);
    if (view->format.e4m3_scale) {
      layout.lsb += unit_exponent(e4m3fn());
      layout.bits += magnitude_bits(e4m3fn());
    } else {
      layout.lsb += view->scale - kScaleBias;
    }
  }
  Accumulator sum(layout);
  for (std::size_t i = 0; i < a.codes.size(); ++i) {
    sum.multiply_add(block_value(a.format, a.codes[i], a.scale), block_value(b.format, b.codes[i], b.scale));
  }
  return sum;
}

}  // namespace heddle::numerics
