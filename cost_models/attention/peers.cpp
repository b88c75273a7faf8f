#include "cost_models/attention/peers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace heddle::attention_cost {
namespace {

std::int64_t parts(std::int64_t whole, std::int64_t part) { return (whole + part - 1) / part; }

/// Parts of `part` keys that a row takes.
std::int64_t key_parts(std::int64_t keys, std::int64_t part) {
  return std::max<std::int64_t>(1, parts(keys - kUncountedKeys, part));
}

}  // namespace

std::int64_t multiplications(const Layer& layer) { return 2 * layer.pairs * layer.head_dim; }

std::int64_t least_bytes(const Layer& layer, double bytes) {
  const std::int64_t vectors = 2 * layer.heads * layer.rows + 2 * layer.kv_heads * layer.keys;
  return std::llround(static_cast<double>(vectors * layer.head_dim) * bytes);
}

double utilisation(const Layer& layer, const Estimate& estimate) {
  return static_cast<double>(multiplications(layer)) / (estimate.cycles * static_cast<double>(estimate.multipliers));
}

std::int64_t SwatStages::interval() const {
  return std::max({load, scores, outputs, reduce, row_sum, row_total, divide});
}

std::int64_t SwatStages::latency() const { return load + scores + outputs + 2 * reduce + divide; }

Result<SwatStages> swat_stages(const numerics::ScalarFormat& format, std::int64_t head_dim) {
  const std::int64_t d = head_dim;
  SwatStages stages{d + 2, 3 * d + 9, 3 * d + 5, 3 * d + 3, 3 * d + 3, 27, 2 * d + 51};
  if (format == numerics::ScalarFormat(numerics::fp16())) return stages;
  if (format == numerics::ScalarFormat(numerics::fp32())) {
    stages.scores = 4 * d + 8;
    return stages;
  }
  return fail(ErrorCode::kUnsupported,
              fmt::format("SWAT was published for fp16 and fp32, not for {}", numerics::name(format)));
}

Result<Estimate> swat(const arch::Swat& array, const Layer& layer) {
  HEDDLE_ASSIGN(const SwatStages stages, swat_stages(array.format, layer.head_dim));
  const std::int64_t intervals = (layer.rows - layer.full_rows) * key_parts(layer.row_keys, array.rows) +
                                 layer.full_rows * key_parts(layer.keys, array.rows);
  const std::int64_t cycles = parts(layer.heads * intervals, array.groups) * stages.interval();
  return Estimate{array.name, static_cast<double>(cycles), arch::multipliers(array)};
}

Estimate salo(const Layer& layer) {
  constexpr std::int64_t kSide = 32;
  const auto tiles = [&](std::int64_t rows, std::int64_t keys) { return parts(rows, kSide) * key_parts(keys, kSide); };
  // Rows that see all: on the extra row of PEs while the others run, or as blocks of rows behind them.
  const std::int64_t beside = std::max(tiles(layer.rows, layer.row_keys), layer.full_rows * parts(layer.keys, kSide));
  const std::int64_t behind = tiles(layer.rows - layer.full_rows, layer.row_keys) + tiles(layer.full_rows, layer.keys);
  const std::int64_t cycles = layer.heads * std::min(beside, behind) * (2 * layer.head_dim + 3);
  return {"salo", static_cast<double>(cycles), kSide * kSide};
}

Estimate butterfly(const Layer& layer) {
  constexpr std::int64_t kMultipliers = 512;
  constexpr std::int64_t kHeads = 8;
  const std::int64_t row = parts(2 * layer.keys * layer.head_dim, kMultipliers / kHeads);
  return {"butterfly", static_cast<double>(parts(layer.heads, kHeads) * layer.rows * row), kMultipliers};
}

Estimate dense(const Layer& layer, std::int64_t multipliers) {
  const double work = 2.0 * static_cast<double>(layer.heads * layer.rows) * static_cast<double>(layer.keys) *
                      static_cast<double>(layer.head_dim);
  return {"dense", work / static_cast<double>(multipliers), multipliers};
}

Estimate ideal(const Layer& layer, std::int64_t multipliers) {
  return {"ideal", static_cast<double>(multiplications(layer)) / static_cast<double>(multipliers), multipliers};
}

Result<std::vector<Estimate>> peers(const std::vector<arch::Swat>& published, const Layer& layer,
                                    std::int64_t multipliers) {
  std::vector<Estimate> result;
  for (const arch::Swat& array : published) {
    HEDDLE_ASSIGN(Estimate estimate, swat(array, layer));
    result.push_back(std::move(estimate));
  }
  result.push_back(salo(layer));
  result.push_back(butterfly(layer));
  result.push_back(dense(layer, multipliers));
  result.push_back(ideal(layer, multipliers));
  return result;
}

}  // namespace heddle::attention_cost
