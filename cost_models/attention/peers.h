// Cycles of other accelerators on a layer of attention: models of published designs, from what is known of them, never
// measurements. docs/attention.md, "Comparison", says which figure comes from where.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/arch/swat.h"
#include "compiler/base/result.h"

namespace heddle::attention_cost {

/// One layer of attention, as far as these models look at it.
struct Layer {
  std::int64_t rows = 0;       ///< query rows of a head
  std::int64_t keys = 0;       ///< key rows of a head
  std::int64_t row_keys = 0;   ///< keys that a row sees which does not see all
  std::int64_t full_rows = 0;  ///< rows of a head that see every key
  std::int64_t heads = 0;
  std::int64_t kv_heads = 0;
  std::int64_t head_dim = 0;
  std::int64_t pairs = 0;  ///< (row, key) pairs of the mask, over all heads
};

/// Multiplications of scores and outputs: two for each pair and element.
std::int64_t multiplications(const Layer& layer);

/// Queries, keys, values and outputs once each: what no array can do without. `bytes` of an element.
std::int64_t least_bytes(const Layer& layer, double bytes);

struct Estimate {
  std::string name;
  double cycles = 0;
  std::int64_t multipliers = 0;
};

/// Share of the multipliers' cycles that the mask needs, 0 to 1 (or a little above: the models leave out what happens
/// at edges).
double utilisation(const Layer& layer, const Estimate& estimate);

/// Stages of SWAT's pipeline, in cycles for one row.
struct SwatStages {
  std::int64_t load = 0;
  std::int64_t scores = 0;
  std::int64_t outputs = 0;
  std::int64_t reduce = 0;     ///< each of the two phases in which outputs are summed over cores
  std::int64_t row_sum = 0;    ///< first phase
  std::int64_t row_total = 0;  ///< second phase
  std::int64_t divide = 0;
  /// From one row to the next: the slowest stage.
  [[nodiscard]] std::int64_t interval() const;
  /// From a row's load to its output.
  [[nodiscard]] std::int64_t latency() const;
};

/// SWAT (DAC 2024) as reconstructed: initiation intervals 3, 3 and 2 of its product, weighting and division in half
/// precision; 4 of the product in single precision. `head_dim` elements. Fails with kUnsupported for formats that were
/// not published.
Result<SwatStages> swat_stages(const numerics::ScalarFormat& format, std::int64_t head_dim);

/// A design that was published for a window of 512 keys is taken to run Longformer's 513 and a global one as well: this
/// many keys of a row are not counted against SWAT and SALO.
inline constexpr std::int64_t kUncountedKeys = 2;

/// `array` is of the kind kPublished; its groups are pipelines, its rows the cores of one. A row that sees more keys
/// than there are cores takes several passes (which the published design does not have). Rows follow each other without
/// a gap, heads too; the latency of the last row is not counted, as in the published comparison.
Result<Estimate> swat(const arch::Swat& array, const Layer& layer);

/// SALO (DAC 2022): 32 x 32 PEs, tiles of 32 rows and 32 keys of their window, 2 d + 3 cycles each, and a row of PEs
/// for rows that see all; no fill, no edges.
Estimate salo(const Layer& layer);
/// The attention of Butterfly (MICRO 2022): 512 multipliers, eight heads at a time, dense.
Estimate butterfly(const Layer& layer);
/// Dense attention that keeps `multipliers` busy all the time.
Estimate dense(const Layer& layer, std::int64_t multipliers);
/// The mask's pairs that keep `multipliers` busy all the time: a bound, not a design.
Estimate ideal(const Layer& layer, std::int64_t multipliers);

/// Of each published design and both bounds; `multipliers` of the bounds.
Result<std::vector<Estimate>> peers(const std::vector<arch::Swat>& published, const Layer& layer,
                                    std::int64_t multipliers);

}  // namespace heddle::attention_cost
