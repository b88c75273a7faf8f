#include "cost_models/fpga/mac_features.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace heddle::fpga {
namespace {

using numerics::FloatFormat;
using numerics::IntFormat;
using numerics::ScalarFormat;

constexpr int kLutInputs = 6;

bool is_signed(const ScalarFormat& format) {
  return std::visit([](const auto& f) { return f.is_signed; }, format);
}

/// Exponent bits that shift a product: those of one bit are always 1.
int shifting_exponent(const ScalarFormat& format) {
  const auto* real = std::get_if<FloatFormat>(&format);
  return real == nullptr || real->exponent_bits < 2 ? 0 : real->exponent_bits;
}

int largest_exponent(const ScalarFormat& format) {
  const int bits = shifting_exponent(format);
  if (bits == 0) return 0;
  return (1 << bits) - (std::get<FloatFormat>(format).specials == numerics::Specials::kIeee ? 2 : 1);
}

bool has_special_codes(const ScalarFormat& format) {
  const auto* real = std::get_if<FloatFormat>(&format);
  return real != nullptr && real->specials != numerics::Specials::kNone;
}

int ceil_log2(int n) { return std::bit_width(static_cast<unsigned>(n) - 1U); }

/// LUTs of a multiplexer of `inputs` single bits by `select` bits: one, if it all fits; else three inputs more for
/// each.
double mux_luts(int inputs, int select) {
  if (inputs + select <= kLutInputs) return 1;
  return 1 + (inputs + select - kLutInputs) / 3.0;
}

/// LUTs of the fine shift: bit i of the window chooses among the product bits that can get there.
double fine_shift_luts(const MacStructure& mac) {
  if (mac.max_shift == 0) return 0;
  const int steps = 1 << mac.fine_bits;
  double luts = 0;
  for (int i = 0; i < mac.window_bits; ++i) {
    const int reaching = std::min({i + 1, mac.window_bits - i, mac.product_bits, steps});
    luts += mux_luts(reaching, mac.fine_bits);
  }
  return luts;
}

/// Multiplicand and multiplier as mul_integer chooses them.
struct Factors {
  int multiplicand;
  int multiplier;
};
Factors factors_for(const MacStructure& mac, const MacPoint& point) {
  const int odd = point.multiplier == Multiplier::kBooth ? 1 : 0;
  const bool a_signed = !mac.is_float && is_signed(point.a), b_signed = !mac.is_float && is_signed(point.b);
  const int cost_b = (mac.a_factor + 2) * ((mac.b_factor + (b_signed ? 0 : odd) + 1) / 2);
  const int cost_a = (mac.b_factor + 2) * ((mac.a_factor + (a_signed ? 0 : odd) + 1) / 2);
  if (cost_a < cost_b) return {mac.b_factor, mac.a_factor};
  return {mac.a_factor, mac.b_factor};
}

/// Bit k of a product depends on the low k + 1 bits of both factors; every input beyond six doubles the LUTs.
double table_luts(const MacStructure& mac) {
  double luts = 0;
  for (int k = 0; k < mac.a_factor + mac.b_factor; ++k) {
    const int inputs = std::min(k + 1, mac.a_factor) + std::min(k + 1, mac.b_factor);
    luts += std::exp2(std::max(0, inputs - kLutInputs));
  }
  return luts;
}

int rows_of(const MacStructure& mac, const MacPoint& point) {
  const bool unsigned_booth = point.multiplier == Multiplier::kBooth && (mac.is_float || !mac.any_signed);
  return (factors_for(mac, point).multiplier + (unsigned_booth ? 1 : 0) + 1) / 2;
}

/// Bits of all rows together.
double row_bits(const MacStructure& mac, const MacPoint& point) {
  return (factors_for(mac, point).multiplicand + 2.0) * rows_of(mac, point);
}

/// A plain product of few bits is mapped as a table.
bool is_small_product(const MacStructure& mac) { return mac.a_factor + mac.b_factor <= kLutInputs; }

}  // namespace

MacStructure mac_structure(const MacPoint& point) {
  MacStructure mac;
  mac.a_bits = numerics::bits(point.a);
  mac.b_bits = numerics::bits(point.b);
  mac.a_factor = factor_bits(point.a);
  mac.b_factor = factor_bits(point.b);
  mac.is_float = std::holds_alternative<FloatFormat>(point.a) || std::holds_alternative<FloatFormat>(point.b);
  mac.any_signed = is_signed(point.a) || is_signed(point.b);
  mac.accumulator_bits = point.accumulator_bits;
  mac.product_bits = mac.a_factor + mac.b_factor;
  mac.aligned_bits = mac.product_bits;
  if (!mac.is_float) return mac;
  if (mac.a_factor == 1 || mac.b_factor == 1) --mac.product_bits;
  const int a_exponent = shifting_exponent(point.a), b_exponent = shifting_exponent(point.b);
  mac.exponent_bits = a_exponent + b_exponent;
  mac.shift_bits = std::max(a_exponent, b_exponent) + (a_exponent > 0 && b_exponent > 0 ? 1 : 0);
  mac.max_shift = largest_exponent(point.a) + largest_exponent(point.b);
  mac.one_exponent = a_exponent == 0 || b_exponent == 0;
  const int drop = (a_exponent > 0 ? 1 : 0) + (b_exponent > 0 ? 1 : 0);
  mac.aligned_bits = mac.product_bits + mac.max_shift - drop;
  mac.fine_bits = mac.product_bits <= 3 ? (mac.shift_bits <= 4 ? 2 : 3) : ceil_log2(mac.product_bits - 1);
  mac.fine_bits = std::min(mac.fine_bits, mac.shift_bits);
  mac.window_bits = mac.product_bits + (1 << mac.fine_bits) - 1;
  mac.windows = mac.fine_bits < mac.shift_bits ? mac.max_shift / (1 << mac.fine_bits) + 1 : 0;
  for (const auto* format : {&point.a, &point.b}) {
    if (std::holds_alternative<IntFormat>(*format) && is_signed(*format)) mac.magnitude_bits += numerics::bits(*format);
    mac.special_codes += has_special_codes(*format) ? 1 : 0;
  }
  return mac;
}

Terms lut_terms(const MacPoint& point) {
  const MacStructure mac = mac_structure(point);
  const bool plain = point.multiplier == Multiplier::kPlain, rows = point.multiplier == Multiplier::kRowPairs;
  const bool booth = point.multiplier == Multiplier::kBooth, table = point.multiplier == Multiplier::kTable;
  const bool small = is_small_product(mac);
  // Two factors of one bit are an AND gate that disappears in other LUTs.
  const bool multiplies = mac.a_factor + mac.b_factor > 2;
  Terms terms;
  terms.add("control", 1);
  // A sum needs a LUT only where both operands have bits: above an unsigned product the carry runs through registers.
  terms.add("accumulator bits", mac.accumulator_bits, mac.any_signed);
  // Not so with Booth rows of integers, whose product is of two numbers that may be negative.
  const int summed = booth && !mac.is_float ? mac.accumulator_bits : std::min(mac.accumulator_bits, mac.aligned_bits);
  terms.add("unsigned: bits of sums", summed, !mac.any_signed);
  terms.add("plain: small product", mac.a_factor + mac.b_factor, plain && small && multiplies);
  const int adders = (mac.a_factor - 1) * (mac.b_factor - 1);
  terms.add("plain: adders", adders, plain && !small);
  terms.add("plain: adders of signed", adders, plain && !small && !mac.is_float && mac.any_signed);
  terms.add("plain: a + b", mac.a_factor + mac.b_factor, plain && !small);
  terms.add("rows: bits of rows", row_bits(mac, point), rows && multiplies);
  // Its triple, which a single pair of a signed factor does not need.
  terms.add("rows: multiplicand", factors_for(mac, point).multiplicand, rows && rows_of(mac, point) > 1);
  terms.add("booth: bits of rows", row_bits(mac, point), booth && multiplies);
  terms.add("booth: carry resolved", mac.product_bits, booth && mac.is_float && multiplies);
  terms.add("table: LUTs", table_luts(mac), table && multiplies);
  terms.add("float: control", 1, mac.is_float && mac.a_factor > 1 && mac.b_factor > 1);
  terms.add("float: fine shift", fine_shift_luts(mac));
  terms.add("float: windows", mac.windows);
  terms.add("float: sum of exponents", mac.shift_bits);
  terms.add("float: exponents", mac.exponent_bits);
  terms.add("float: aligned bits", mac.aligned_bits, mac.is_float);
  const int overlapping = mac.windows > 2 ? mac.windows * (mac.window_bits - (1 << mac.fine_bits)) : 0;
  terms.add("float: overlapping bits", overlapping);
  // Three are no power of two: the code of the middle one is found apart. Only unequal exponents have them.
  terms.add("float: three windows", overlapping, mac.windows == 3);
  terms.add("one exponent: windows", mac.windows, mac.one_exponent);
  terms.add("float: magnitudes", mac.magnitude_bits);
  terms.add("float: special codes", mac.special_codes);
  return terms;
}

Terms flip_flop_terms(const MacPoint& point) {
  const MacStructure mac = mac_structure(point);
  Terms terms;
  terms.add("control", 1);
  terms.add("operands", mac.a_bits + mac.b_bits);
  terms.add("product", mac.product_bits + mac.shift_bits + (mac.is_float && mac.any_signed ? 1 : 0));
  terms.add("booth: carry", 1, point.multiplier == Multiplier::kBooth && !mac.is_float);
  terms.add("accumulator", mac.accumulator_bits);
  terms.add("special codes", mac.special_codes);
  return terms;
}

Terms multiply_delay_terms(const MacPoint& point) {
  const MacStructure mac = mac_structure(point);
  const bool plain = point.multiplier == Multiplier::kPlain, rows = point.multiplier == Multiplier::kRowPairs;
  const bool booth = point.multiplier == Multiplier::kBooth, table = point.multiplier == Multiplier::kTable;
  const bool small = is_small_product(mac);
  Terms terms;
  terms.add("register", 1);
  terms.add("plain: a + b", mac.a_factor + mac.b_factor, plain && !small);
  terms.add("plain", 1, plain && !small);
  terms.add("rows: chains", rows_of(mac, point), rows);
  terms.add("booth: chains", rows_of(mac, point) - 1, booth);
  terms.add("booth: carry resolved", mac.product_bits, booth && mac.is_float);
  terms.add("table: bits", mac.a_factor + mac.b_factor, table);
  terms.add("float: decoding", 1, mac.is_float);
  terms.add("float: exponents", mac.exponent_bits);
  terms.add("float: magnitudes", mac.magnitude_bits);
  return terms;
}

Terms accumulate_delay_terms(const MacPoint& point) {
  const MacStructure mac = mac_structure(point);
  Terms terms;
  terms.add("register", 1);
  terms.add("accumulator bits", mac.accumulator_bits);
  terms.add("float: sign", 1, mac.is_float);
  terms.add("float: alignment", 1, mac.max_shift > 0);
  terms.add("float: fine bits", mac.fine_bits);
  terms.add("float: windows", mac.windows);
  return terms;
}

}  // namespace heddle::fpga
