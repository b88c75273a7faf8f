// convert_back against numerics::convert_back: random and directed accumulators (few significant bits, so that ties are
// common; all magnitudes, so that subnormal results, the subnormal boundary and overflow are), scales, shifts, zero
// points and specials.
#include <gtest/gtest.h>
#include <verilated.h>

#include <array>
#include <bit>
#include <memory>
#include <vector>

#include "Vconvert.h"
#include "compiler/base/random.h"
#include "compiler/numerics/convert_back.h"

namespace heddle::numerics {
namespace {

constexpr std::size_t kUnits = 44;

/// One unit of convert_bench, from its own description.
struct Unit {
  int acc_bits = 0, lsb = 0, mul_bits = 0, shift = 0, shift_bits = 0, latency = 0;
  bool zero_point = false;
  ConvertBack how;
};

/// Bits of a packed description, from its low end.
class Fields {
 public:
  Fields(std::uint32_t a, std::uint32_t b, std::uint32_t c) : words_{a, b, c} {}
  std::uint32_t next(int bits) {
    std::uint32_t value = 0;
    for (int i = 0; i < bits; ++i, ++at_) value |= (words_[at_ / 32] >> (at_ % 32) & 1U) << i;
    return value;
  }
  int next_signed(int bits) {
    const auto value = static_cast<int>(next(bits));
    return value >> (bits - 1) != 0 ? value - (1 << bits) : value;
  }

 private:
  std::array<std::uint32_t, 3> words_;
  std::size_t at_ = 0;
};

Unit read_unit(Fields fields) {
  Unit unit;
  fields.next(6);
  unit.acc_bits = static_cast<int>(fields.next(10));
  unit.lsb = fields.next_signed(11);
  unit.mul_bits = static_cast<int>(fields.next(6));
  unit.shift = fields.next_signed(11);
  unit.shift_bits = static_cast<int>(fields.next(4));
  const auto exponent = static_cast<int>(fields.next(4));
  const auto mantissa = static_cast<int>(fields.next(6));
  const bool is_signed = fields.next(1) != 0;
  const bool narrow = fields.next(1) != 0;
  const int bias = fields.next_signed(10);
  const auto specials = static_cast<Specials>(fields.next(2));
  const bool subnormals = fields.next(1) != 0;
  if (exponent == 0)
    unit.how.output = IntFormat{mantissa, is_signed, narrow};
  else
    unit.how.output = FloatFormat{exponent, mantissa, is_signed, specials, bias, subnormals};
  unit.zero_point = fields.next(1) != 0;
  unit.how.rounding = static_cast<Rounding>(fields.next(2));
  unit.how.overflow = fields.next(1) != 0 ? Overflow::kSaturate : Overflow::kIeee;
  unit.latency = std::popcount(fields.next(3));
  return unit;
}

/// What all units are given in a clock; each takes the low bits it has.
struct Inputs {
  std::array<std::uint64_t, 2> acc{};
  unsigned special = 0;
  std::uint32_t multiplier = 0, shift = 0;
  std::int64_t zero_point = 0;
};

std::uint64_t low_bits(std::uint64_t value, int bits) { return bits >= 64 ? value : value & ((1ULL << bits) - 1); }

/// The accumulator as the unit sees it: the low acc_bits bits, signed.
WideInt accumulator(const Unit& unit, const Inputs& in) {
  WideInt sum;
  sum.add_shifted(in.acc[0], 0, false);
  sum.add_shifted(in.acc[1], 64, false);
  return sum.wrapped(unit.acc_bits);
}

Code expected(const Unit& unit, const Inputs& in) {
  ConvertBack how = unit.how;
  how.scale.multiplier = unit.mul_bits == 0 ? 1 : static_cast<std::uint32_t>(low_bits(in.multiplier, unit.mul_bits));
  how.scale.shift = unit.shift + static_cast<int>(low_bits(in.shift, unit.shift_bits));
  if (unit.zero_point) {
    const int bits = numerics::bits(how.output) + 1;
    const auto code = static_cast<std::int64_t>(low_bits(static_cast<std::uint64_t>(in.zero_point), bits));
    how.zero_point = static_cast<std::int32_t>(code >> (bits - 1) != 0 ? code - (std::int64_t{1} << bits) : code);
  }
  if (in.special == 0) return convert_back(accumulator(unit, in), unit.lsb, how);
  Accumulator poisoned({unit.acc_bits, 0});
  if ((in.special & 4U) != 0) poisoned.add(Value::nan());
  if ((in.special & 2U) != 0) poisoned.add(Value::infinity(false));
  if ((in.special & 1U) != 0) poisoned.add(Value::infinity(true));
  return convert_back(poisoned, how);
}

Inputs random_inputs(Random& random) {
  Inputs in;
  // A number of 1 to 6 significant bits, or of any, at any place, of either sign.
  const int place = static_cast<int>(random.below(127));
  const int length = random.below(3) == 0 ? 64 : 1 + static_cast<int>(random.below(6));
  std::uint64_t digits = low_bits(random.next(), length);
  if (random.below(4) == 0) digits = random.below(4);
  in.acc = {place < 64 ? digits << place : 0, place == 0   ? 0
                                              : place < 64 ? digits >> (64 - place)
                                                           : digits << (place - 64)};
  if (random.below(2) == 0) {
    in.acc[0] = ~in.acc[0] + 1;
    in.acc[1] = ~in.acc[1] + (in.acc[0] == 0 ? 1 : 0);
  }
  if (random.below(64) == 0) in.special = static_cast<unsigned>(random.below(8));
  in.multiplier = random.below(2) == 0 ? 1U << random.below(24) | static_cast<std::uint32_t>(random.below(2))
                                       : static_cast<std::uint32_t>(random.next());
  in.shift = static_cast<std::uint32_t>(random.below(512));
  in.zero_point = static_cast<std::int64_t>(random.next());
  if (random.below(2) == 0) in.zero_point %= 8;
  return in;
}

TEST(ConvertBackRtl, RandomAndDirected_EqualNumerics) {
  auto context = std::make_unique<VerilatedContext>();
  auto model = std::make_unique<Vconvert>(context.get());
  model->clk_i = 0;
  model->eval();
  std::vector<Unit> units;
  for (std::size_t i = 0; i < kUnits; ++i)
    units.push_back(read_unit({model->config_o[3 * i], model->config_o[3 * i + 1], model->config_o[3 * i + 2]}));

  Random random(11);
  std::array<Inputs, 4> history;
  for (int clock = 0; clock < 100000; ++clock) {
    const Inputs in = random_inputs(random);
    history[static_cast<std::size_t>(clock % 4)] = in;
    for (std::size_t word = 0; word < 4; ++word)
      model->acc_i[word] = static_cast<std::uint32_t>(in.acc[word / 2] >> (word % 2 * 32));
    model->special_i = static_cast<std::uint8_t>(in.special);
    model->multiplier_i = in.multiplier;
    model->shift_i = static_cast<std::uint16_t>(in.shift);
    model->zero_point_i = static_cast<std::uint64_t>(in.zero_point);
    model->en_i = random.below(16) != 0 ? 1 : 0;
    const bool stalled = model->en_i == 0;
    // Before the clock: units without registers answer this input, those with n registers that of n clocks ago.
    model->eval();
    for (std::size_t i = 0; i < kUnits && clock >= 3; ++i) {
      const Unit& unit = units[i];
      const Inputs& then = history[static_cast<std::size_t>((clock - unit.latency) % 4)];
      ASSERT_EQ(model->code_o[i], expected(unit, then))
          << "unit " << i << " to " << name(unit.how.output) << ", accumulator " << accumulator(unit, then).hex()
          << ", multiplier " << then.multiplier << ", shift " << then.shift << ", special " << then.special;
    }
    model->clk_i = 1;
    model->eval();
    model->clk_i = 0;
    model->eval();
    if (stalled) --clock;  // nothing moved: the next input takes the place of this one
  }
}

}  // namespace
}  // namespace heddle::numerics
