// Design points of multiply-accumulate units (rtl/arithmetic/mac_unit.sv), and the sweep that the predictor is made
// from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compiler/numerics/format.h"
#include "cost_models/fpga/design_point.h"

namespace heddle::fpga {

/// How the product of two integers or significands is built (rtl/arithmetic/mul_integer.sv).
enum class Multiplier : std::uint8_t { kPlain = 0, kRowPairs = 1, kBooth = 2, kTable = 3 };

inline constexpr Multiplier kMultipliers[] = {Multiplier::kPlain, Multiplier::kRowPairs, Multiplier::kBooth,
                                              Multiplier::kTable};

/// plain, rows, booth or table.
std::string_view name(Multiplier multiplier);

/// A multiply-accumulate unit with registers behind operands, product and sum.
struct MacPoint {
  numerics::ScalarFormat a;
  numerics::ScalarFormat b;
  int accumulator_bits = 32;
  Multiplier multiplier = Multiplier::kRowPairs;
  Family family = Family::kXc7;
  bool dsp = false;
  bool operator==(const MacPoint&) const = default;
};

/// Bits of the factor that the multiplier sees: an integer's bits, a float's mantissa and hidden bit.
int factor_bits(const numerics::ScalarFormat& format);

/// Those worth a thought for the pair: a table only where both factors have 6 bits together. mac_unit takes tables of
/// up to 10 bits, but none beyond 6 was ever the best, and their size is beyond a formula (docs/cost_model.md).
std::vector<Multiplier> multipliers_for(const numerics::ScalarFormat& a, const numerics::ScalarFormat& b);

/// A table of more than 6 bits.
bool is_large_table(const MacPoint& point);

/// Whether the predictor has an estimate: neither DSP blocks nor large tables.
bool is_estimated(const MacPoint& point);

/// "e4m3*int8+32 rows xc7" and the like; unique.
std::string name(const MacPoint& point);

/// Fails with kUnsupported where mac_unit has no such unit (integers beyond 16 bits, floats beyond 8 exponent bits).
Status check(const MacPoint& point);

/// The unit's RTL below `rtl` (rtl/arithmetic). `check` must hold.
DesignPoint design_point(const MacPoint& point, const std::filesystem::path& rtl);

/// Hash of the sources of mac_unit, comments aside: what results of a table belong to.
Result<std::string> mac_rtl_hash(const std::filesystem::path& rtl);

}  // namespace heddle::fpga
