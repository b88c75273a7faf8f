#include "runtime/explore/space.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/random/sobol.hpp>
#include <unordered_set>

#include "compiler/base/files.h"
#include "compiler/base/random.h"

namespace heddle::explore {
namespace {

/// Tries in a row that may give nothing new.
constexpr int kPatience = 1000;

/// A formula that names an axis which does not exist here says nothing.
bool applies(const Expression& formula, const Json& values) {
  return std::ranges::none_of(formula.names(), [&](const std::string& name) { return values[name].is_null(); });
}

/// Whether the axis exists where the axes above have these values.
Result<bool> exists_at(const Axis& axis, const Json& values) {
  if (!axis.when) return true;
  if (!applies(*axis.when, values)) return false;
  return axis.when->truth(values);
}

/// Like point_at, with every constraint but those that `keep` leaves out.
template <class Keep>
Result<std::optional<Json>> point_where(const Sweep& sweep, std::uint64_t index, const Keep& keep) {
  std::vector<std::uint64_t> digits(sweep.axes.size());
  for (std::size_t k = sweep.axes.size(); k-- > 0;) {
    const std::uint64_t count = sweep.axes[k].values.size();
    digits[k] = index % count;
    index /= count;
  }
  Json values = Json::object();
  for (std::size_t k = 0; k < sweep.axes.size(); ++k) {
    const Axis& axis = sweep.axes[k];
    HEDDLE_ASSIGN(const bool exists, exists_at(axis, values));
    if (!exists && digits[k] != 0) return std::optional<Json>();
    values[axis.kind.name] = exists ? axis.values[digits[k]] : Json();
  }
  for (std::size_t k = 0; k < sweep.constraints.size(); ++k) {
    const Constraint& constraint = sweep.constraints[k];
    if (!constraint.over_axes || !keep(k) || !applies(constraint.formula, values)) continue;
    HEDDLE_ASSIGN(const bool holds, constraint.formula.truth(values));
    if (!holds) return std::optional<Json>();
  }
  return std::optional<Json>(std::move(values));
}

/// Whether some of the first combinations (all, up to a million) satisfies the chosen constraints.
template <class Keep>
Result<bool> has_point(const Sweep& sweep, std::uint64_t total, const Keep& keep) {
  for (std::uint64_t index = 0; index < std::min<std::uint64_t>(total, 1'000'000); ++index) {
    HEDDLE_ASSIGN(const auto point, point_where(sweep, index, keep));
    if (point) return true;
  }
  return false;
}

/// Why there is no point: the one constraint, or the first two, that leave none.
Result<Error> why_empty(const Sweep& sweep, std::uint64_t total) {
  Error error{ErrorCode::kInfeasible, "the sweep has no point", {}, {}, {}};
  const auto& constraints = sweep.constraints;
  for (std::size_t a = 0; a < constraints.size(); ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      if (!constraints[a].over_axes || !constraints[b].over_axes) continue;
      HEDDLE_ASSIGN(const bool any, has_point(sweep, total, [&](std::size_t k) { return k == a || k == b; }));
      if (any) continue;
      HEDDLE_ASSIGN(const bool alone, has_point(sweep, total, [&](std::size_t k) { return k == a; }));
      error.message += alone ? fmt::format(": no combination satisfies both \"{}\" and \"{}\"",
                                           constraints[b].formula.text(), constraints[a].formula.text())
                             : fmt::format(": no combination satisfies \"{}\"", constraints[a].formula.text());
      return error;
    }
  }
  error.message += ": its constraints leave none together, though any two of them do";
  return error;
}

/// Valid indices from a source of candidates, until `wanted` or patience runs out.
template <class Next>
Result<std::vector<std::uint64_t>> collect(const Sweep& sweep, std::size_t wanted, const Next& next) {
  std::vector<std::uint64_t> chosen;
  std::unordered_set<std::uint64_t> seen;
  for (int failures = 0; chosen.size() < wanted && failures < kPatience; ++failures) {
    const std::uint64_t index = next();
    if (!seen.insert(index).second) continue;
    HEDDLE_ASSIGN(const auto point, point_at(sweep, index));
    if (!point) continue;
    chosen.push_back(index);
    failures = 0;
  }
  return chosen;
}

Result<std::vector<std::uint64_t>> all_points(const Sweep& sweep, std::uint64_t total) {
  std::vector<std::uint64_t> chosen;
  for (std::uint64_t index = 0; index < total; ++index) {
    HEDDLE_ASSIGN(const auto point, point_at(sweep, index));
    if (point) chosen.push_back(index);
  }
  return chosen;
}

/// One Sobol coordinate an axis.
Result<std::vector<std::uint64_t>> sobol_points(const Sweep& sweep, std::size_t wanted) {
  boost::random::sobol engine(sweep.axes.size());
  return collect(sweep, wanted, [&] {
    std::uint64_t index = 0;
    for (const Axis& axis : sweep.axes) {
      const std::uint64_t count = axis.values.size();
      // The top 32 bits decide: counts are far smaller.
      const std::uint64_t coordinate = static_cast<std::uint64_t>(engine()) >> 32U;
      index = index * count + ((coordinate * count) >> 32U);
    }
    return index;
  });
}

}  // namespace

Result<std::uint64_t> combinations(const Sweep& sweep) {
  std::uint64_t total = 1;
  for (const Axis& axis : sweep.axes) {
    if (total > (std::uint64_t{1} << 62U) / axis.values.size())
      return fail(ErrorCode::kBadInput, "the axes have more than 2^62 combinations");
    total *= axis.values.size();
  }
  return total;
}

Result<std::optional<Json>> point_at(const Sweep& sweep, std::uint64_t index) {
  return point_where(sweep, index, [](std::size_t) { return true; });
}

Result<std::optional<std::uint64_t>> nearest_point(const Sweep& sweep, const std::vector<std::uint64_t>& places) {
  Json values = Json::object();
  std::uint64_t index = 0;
  for (std::size_t k = 0; k < sweep.axes.size(); ++k) {
    const Axis& axis = sweep.axes[k];
    HEDDLE_ASSIGN(const bool exists, exists_at(axis, values));
    const std::uint64_t place = exists ? places[k] : 0;
    values[axis.kind.name] = exists ? axis.values[place] : Json();
    index = index * axis.values.size() + place;
  }
  HEDDLE_ASSIGN(const auto point, point_at(sweep, index));
  return point ? std::optional(index) : std::nullopt;
}

std::uint64_t index_of(const Sweep& sweep, const Json& values) {
  std::uint64_t index = 0;
  for (const Axis& axis : sweep.axes) {
    const Json& value = values[axis.kind.name];
    const auto place = std::ranges::find(axis.values, value);
    index = index * axis.values.size();
    if (place != axis.values.end()) index += static_cast<std::uint64_t>(place - axis.values.begin());
  }
  return index;
}

std::string point_id(const Json& values) { return hex64(content_hash(values.dump())); }

Result<std::vector<std::uint64_t>> sample(const Sweep& sweep, std::uint64_t seed) {
  HEDDLE_ASSIGN(const std::uint64_t total, combinations(sweep));
  const auto wanted = static_cast<std::size_t>(sweep.sampling.points);
  Result<std::vector<std::uint64_t>> chosen;
  constexpr std::uint64_t kLargestGrid = 100'000'000;
  if (sweep.sampling.kind == Sampling::Kind::kGrid) {
    if (total > kLargestGrid)
      return fail(ErrorCode::kBadInput,
                  fmt::format("the grid has {} combinations, at most {} are visited one by one", total, kLargestGrid),
                  {}, "sampler: {kind: sobol, points: N}");
    chosen = all_points(sweep, total);
  } else if (sweep.sampling.kind == Sampling::Kind::kSobol) {
    chosen = sobol_points(sweep, wanted);
  } else {  // those of nsga2 and moead depend on what others gave; these only show that there are points
    Random random(seed);
    chosen = collect(sweep, wanted, [&] { return random.below(total); });
  }
  if (!chosen || !chosen->empty()) return chosen;
  HEDDLE_ASSIGN(Error why, why_empty(sweep, total));
  return fail(std::move(why));
}

Result<std::uint64_t> points_of(const Sweep& sweep, std::uint64_t seed) {
  HEDDLE_ASSIGN(const auto chosen, sample(sweep, seed));
  return chosen.size();
}

Result<Design> design_of(const Sweep& sweep, const Json& values) {
  Design design{sweep.array, Json::object()};
  std::vector<const Axis*> order;
  for (const Axis& axis : sweep.axes) order.push_back(&axis);
  std::ranges::stable_sort(order, {}, [](const Axis* axis) { return axis->kind.order; });
  for (const Axis* axis : order) {
    const Json& value = values[axis->kind.name];
    if (!value.is_null()) HEDDLE_TRY(axis->kind.apply(value, design));
  }
  return design;
}

}  // namespace heddle::explore
