#include "cost_models/fpga/mac_bands.h"

#include "compiler/numerics/dot.h"
#include "cost_models/fpga/mac_sweep.h"

namespace heddle::fpga {
namespace {

std::optional<FormatCost> cost_of(const MacTable& table, const numerics::ScalarFormat& format) {
  FormatCost cost{format, {}, nullptr, {}};
  const int bits = numerics::formula_bits(format, format, kLongestDot);
  for (const Multiplier multiplier : kMultipliers)
    for (const MacMeasurement& row : table.rows) {
      if (row.point != MacPoint{format, format, bits, multiplier, Family::kXc7, false}) continue;
      cost.lut_by_multiplier[multiplier] = row.utilisation.lut;
      if (cost.best == nullptr || row.utilisation.lut < cost.best->utilisation.lut) cost.best = &row;
    }
  if (cost.lut_by_multiplier.size() < 3) return std::nullopt;
  return cost;
}

}  // namespace

std::vector<FormatCost> format_costs(const MacTable& table) {
  std::vector<FormatCost> costs;
  std::map<int, double> integers;
  for (int bits = 2; bits <= 8; ++bits) {
    const auto cost = cost_of(table, numerics::IntFormat{bits});
    if (!cost) continue;
    costs.push_back(*cost);
    integers[bits] = static_cast<double>(cost->best->utilisation.lut);
  }
  for (const auto& minifloat : numerics::minifloats(true)) {
    auto cost = cost_of(table, minifloat);
    if (!cost || !integers.contains(minifloat.bits())) continue;
    cost->over_integer = static_cast<double>(cost->best->utilisation.lut) / integers[minifloat.bits()] - 1;
    costs.push_back(*cost);
  }
  return costs;
}

}  // namespace heddle::fpga
