// The points of a sweep: numbered, valid or not, and the order in which a sampler visits them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/base/json.h"
#include "compiler/base/result.h"
#include "runtime/explore/sweep.h"

namespace heddle::explore {

/// How many combinations of values there are, conditions and constraints aside; fails with kBadInput above 2^62.
Result<std::uint64_t> combinations(const Sweep& sweep);

/// The values of the `index`-th combination by axis (null: the axis does not exist there), the first axis slowest.
/// Nothing if a constraint over axes rules it out, or if it is another combination's point (axes that do not exist have
/// their first value). Fails if a formula does not fit the types of the axes.
Result<std::optional<Json>> point_at(const Sweep& sweep, std::uint64_t index);

/// The combination of these places in the axes' values, places of axes that do not exist there taken for the first.
/// Nothing if a constraint over axes rules it out.
Result<std::optional<std::uint64_t>> nearest_point(const Sweep& sweep, const std::vector<std::uint64_t>& places);

/// The combination of a point's values.
std::uint64_t index_of(const Sweep& sweep, const Json& values);

/// Sixteen hexadecimal digits that depend on the values alone.
std::string point_id(const Json& values);

/// The combinations to evaluate, in order, each a valid point and none twice; the same for the same seed. Grid: all.
/// Random: uniform. Sobol: quasi-random (boost). The last two stop early if the space has fewer points, or if 1000
/// tries in a row gave none that is new. Fails with kInfeasible if there is no point, and names the constraint, or the
/// two, that leave none.
Result<std::vector<std::uint64_t>> sample(const Sweep& sweep, std::uint64_t seed);

/// How many points the sampler will run at most. Fails as `sample` does.
Result<std::uint64_t> points_of(const Sweep& sweep, std::uint64_t seed);

/// The document and options that the values stand for. Fails as AxisKind::apply does.
Result<Design> design_of(const Sweep& sweep, const Json& values);

}  // namespace heddle::explore
