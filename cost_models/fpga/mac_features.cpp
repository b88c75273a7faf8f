#include "cost_models/fpga/mac_features.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

namespace heddle::fpga {
namespace {

using numerics::FloatFormat;
using numerics::IntFormat;
using numerics::ScalarFormat;

constexpr int kLutInputs = 6;
constexpr int kDecodedWindows = 20;

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

numerics::Specials specials_of(const ScalarFormat& format) {
  const auto* real = std::get_if<FloatFormat>(&format);
  return real == nullptr ? numerics::Specials::kNone : real->specials;
}

bool has_special_codes(const ScalarFormat& format) { return specials_of(format) != numerics::Specials::kNone; }

int ceil_log2(int n) { return std::bit_width(static_cast<unsigned>(n) - 1U); }

/// LUTs of the stages of a shifter by `bits` bits of shift: one or two stages (a multiplexer of 2 or 4) a LUT,
/// whichever way takes fewest.
int stage_luts(int product_bits, int bits) {
  std::vector<int> best(static_cast<std::size_t>(bits) + 1, 0);
  for (int done = 1; done <= bits; ++done) {
    const int before = std::min(best[done - 1], best[std::max(0, done - 2)]);
    best[done] = before + product_bits + (1 << done) - 1;
  }
  return best[bits];
}

/// LUTs of the fine shift. A window's bit with few inputs is one LUT. Where there is one window only, the last stage is
/// in the LUTs of the sum, beside its operand and the sign.
int fine_shift_luts(const MacStructure& mac) {
  if (mac.max_shift == 0) return 0;
  const int reaching = std::min(mac.product_bits, 1 << mac.fine_bits);  // product bits, to a bit in the middle
  const int inputs = reaching + mac.fine_bits;
  if (mac.windows > 0) return inputs <= kLutInputs ? mac.window_bits : stage_luts(mac.product_bits, mac.fine_bits);
  const int spare = kLutInputs - (mac.any_signed ? 2 : 1);
  return inputs <= spare ? 0 : stage_luts(mac.product_bits, mac.fine_bits - 1);
}

/// Multiplicand and multiplier as mul_integer chooses them.
struct Factors {
  int multiplicand;
  int multiplier;
  bool multiplier_signed;
};
Factors factors_for(const MacStructure& mac, const MacPoint& point) {
  const int odd = point.multiplier == Multiplier::kBooth ? 1 : 0;
  const bool a_signed = !mac.is_float && is_signed(point.a), b_signed = !mac.is_float && is_signed(point.b);
  const int cost_b = (mac.a_factor + 2) * ((mac.b_factor + (b_signed ? 0 : odd) + 1) / 2);
  const int cost_a = (mac.b_factor + 2) * ((mac.a_factor + (a_signed ? 0 : odd) + 1) / 2);
  if (cost_a < cost_b) return {mac.b_factor, mac.a_factor, a_signed};
  return {mac.a_factor, mac.b_factor, b_signed};
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
  const Factors factors = factors_for(mac, point);
  const bool unsigned_booth = point.multiplier == Multiplier::kBooth && !factors.multiplier_signed;
  return (factors.multiplier + (unsigned_booth ? 1 : 0) + 1) / 2;
}

/// What Yosys makes of `*` (its pass maccmap): rows are added three at a time, columns packed, until a carry chain adds
/// the last two. Counts of cells that do not vanish.
struct AdderTree {
  int full = 0, half = 0;  ///< adders
  int chain = 0;           ///< bits of the last sum
};
AdderTree adder_tree(const MacStructure& mac, const MacPoint& point) {
  const int width = mac.a_factor + mac.b_factor;
  const bool swap = mac.a_factor < mac.b_factor;
  const int row_bits = std::max(mac.a_factor, mac.b_factor), rows = std::min(mac.a_factor, mac.b_factor);
  const bool extended = !mac.is_float && is_signed(swap ? point.b : point.a);
  const std::uint64_t mask = (std::uint64_t{1} << width) - 1;
  std::vector<std::uint64_t> words(rows, 0);  // bit c of word k: column c has more than k bits
  for (int column = 0; column < width; ++column) {
    const int first = extended ? 0 : std::max(0, column - row_bits + 1);
    const int bits = std::min(rows - 1, column) - first + 1;
    for (int k = 0; k < bits; ++k) words[k] |= std::uint64_t{1} << column;
  }
  AdderTree tree;
  std::size_t next = 0;
  for (; words.size() - next > 2; next += 3) {
    const std::uint64_t x = words[next], y = words[next + 1], z = words[next + 2];
    const std::uint64_t all = x & y & z, carry = (x & y) | (x & z) | (y & z);
    tree.full += std::popcount(all);
    tree.half += std::popcount(carry & ~all);
    words.push_back(x | y | z);
    words.push_back((carry << 1) & mask);
  }
  if (words.size() - next == 2 && (words[next] & words[next + 1]) != 0)
    tree.chain = std::popcount((words[next] | words[next + 1]) >> std::countr_zero(words[next] & words[next + 1]));
  return tree;
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
  mac.smaller_exponent = std::min(a_exponent, b_exponent);
  mac.one_exponent = mac.max_shift > 0 && mac.smaller_exponent == 0;
  const int drop = (a_exponent > 0 ? 1 : 0) + (b_exponent > 0 ? 1 : 0);
  mac.aligned_bits = mac.product_bits + mac.max_shift - drop;
  mac.fine_bits = mac.product_bits <= 3 ? (mac.shift_bits <= 4 ? 2 : 3) : ceil_log2(mac.product_bits - 1);
  mac.fine_bits = std::min(mac.fine_bits, mac.shift_bits);
  mac.window_bits = mac.product_bits + (1 << mac.fine_bits) - 1;
  mac.windows = mac.fine_bits < mac.shift_bits ? mac.max_shift / (1 << mac.fine_bits) + 1 : 0;
  const int step = 1 << mac.fine_bits;
  mac.used_windows = std::min(mac.windows, (mac.accumulator_bits + drop + step - 1) / step);
  for (const auto* format : {&point.a, &point.b}) {
    if (std::holds_alternative<IntFormat>(*format) && is_signed(*format)) {
      mac.magnitude_bits += numerics::bits(*format);
      ++mac.magnitudes;
    }
    mac.special_codes += has_special_codes(*format) ? 1 : 0;
    mac.infinities += specials_of(*format) == numerics::Specials::kIeee ? 1 : 0;
  }
  return mac;
}

namespace {

void add_multiplier_terms(Terms& terms, const MacStructure& mac, const MacPoint& point) {
  const auto by = [&](Multiplier multiplier) { return point.multiplier == multiplier; };
  // A factor of one bit is an AND gate a bit, whatever the multiplier; two disappear in other LUTs.
  const bool gates = mac.is_float && std::min(mac.a_factor, mac.b_factor) == 1, multiplies = !gates;
  terms.add("product bits", mac.product_bits);
  terms.add("and: product bits", mac.product_bits, gates && mac.product_bits > 1);
  const bool small = is_small_product(mac), plain = by(Multiplier::kPlain) && multiplies;
  terms.add("plain: small product", mac.a_factor + mac.b_factor, plain && small);
  const AdderTree tree = plain && !small ? adder_tree(mac, point) : AdderTree{};
  terms.add("plain: full adders", tree.full);
  terms.add("plain: half adders", tree.half);
  terms.add("plain: chain", tree.chain);
  const Factors factors = factors_for(mac, point);
  const int count = rows_of(mac, point);
  const bool rows = by(Multiplier::kRowPairs) && multiplies, booth = by(Multiplier::kBooth) && multiplies;
  // A single last bit of the multiplier makes a cheaper row than a pair.
  const int pairs = factors.multiplier / 2;
  terms.add("rows: bits of pairs", (factors.multiplicand + 2) * pairs, rows);
  terms.add("rows: last bit", factors.multiplicand, rows && factors.multiplier % 2 == 1);
  // The triple, which a single pair of a signed factor does not need.
  terms.add("rows: triple", std::max(mac.a_factor, mac.b_factor), rows && !(count == 1 && factors.multiplier_signed));
  terms.add("booth: bits of rows", (factors.multiplicand + 2) * count, booth);
  terms.add("table: LUTs", table_luts(mac), by(Multiplier::kTable) && multiplies);
}

/// The alignment: the fine shift, the code of the windows, and the bits where two windows meet. How much of it the LUTs
/// of the sum take in (mac_align.sv) depends on the number of windows: the code of 4 has 2 bits, that of 3 is no power
/// of two, that of more is one-hot.
void add_alignment_terms(Terms& terms, const MacStructure& mac) {
  const int shift = fine_shift_luts(mac), windows = mac.windows;
  terms.add("shift: one window", shift, windows == 0);
  terms.add("shift: three windows", shift, windows == 3);
  terms.add("shift: four windows", shift, windows == 4);
  terms.add("shift: more windows", shift, windows > 4);
  terms.add("shift: by 4 bits and more", shift, windows > 0 && mac.fine_bits >= 4);
  terms.add("shift: by 3 bits", mac.product_bits - 1, mac.fine_bits == 3);
  terms.add("shift: signed bits of window", mac.max_shift > 0 ? mac.window_bits : 0, mac.any_signed);
  // Many share their decoding (the limit keeps e6m1, with 32, from costing more than e6m2).
  terms.add("windows: signed", std::min(mac.used_windows, kDecodedWindows), mac.any_signed);
  terms.add("windows: one-hot", mac.used_windows, windows > (mac.any_signed ? 4 : 8));
  const int overlapping = std::max(0, mac.used_windows - 1) * (mac.product_bits - 1);
  terms.add("overlap: two windows", overlapping, windows == 2);
  terms.add("overlap: of all bits", overlapping, windows > 4 && mac.product_bits - 1 == 1 << mac.fine_bits);
  terms.add("overlap: one exponent", overlapping, mac.one_exponent);
}

}  // namespace

Terms lut_terms(const MacPoint& point) {
  const MacStructure mac = mac_structure(point);
  Terms terms;
  // A sum needs a LUT only where both operands have bits: above an unsigned product the carry runs through registers.
  terms.add("accumulator bits", mac.accumulator_bits, mac.any_signed);
  // Not so with Booth rows of integers, whose product is of two numbers that may be negative.
  const bool signed_rows = point.multiplier == Multiplier::kBooth && !mac.is_float;
  const int summed = signed_rows ? mac.accumulator_bits : std::min(mac.accumulator_bits, mac.aligned_bits);
  terms.add("unsigned: bits of sums", summed, !mac.any_signed);
  terms.add("integers: bits above the product", std::max(0, mac.accumulator_bits - mac.aligned_bits),
            mac.any_signed && !mac.is_float);
  add_multiplier_terms(terms, mac, point);
  add_alignment_terms(terms, mac);
  terms.add("float: exponents", mac.exponent_bits);
  terms.add("float: sum of exponents", mac.smaller_exponent);
  terms.add("float: sum of exponents, four windows", mac.smaller_exponent, mac.windows == 4);
  terms.add("float: sign of product", 1, mac.is_float && is_signed(point.a) && is_signed(point.b));
  terms.add("float: magnitudes", mac.magnitude_bits - 2 * mac.magnitudes);
  // Infinity times zero is a NaN: all bits of both operands are looked at.
  terms.add("float: bits with infinities", mac.a_bits + mac.b_bits, mac.infinities > 0);
  terms.add("float: NaN codes", mac.special_codes - mac.infinities);
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
