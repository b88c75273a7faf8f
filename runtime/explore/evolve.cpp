// Evolutionary samplers. pagmo holds the population; a generation is evaluated as one batch by the bench.
#include <algorithm>
#include <cmath>
#include <pagmo/algorithms/moead.hpp>
#include <pagmo/algorithms/nsga2.hpp>
#include <pagmo/batch_evaluators/member_bfe.hpp>
#include <pagmo/bfe.hpp>
#include <pagmo/population.hpp>
#include <pagmo/problem.hpp>

#include "runtime/explore/search.h"
#include "runtime/explore/space.h"

namespace heddle::explore {
namespace {

constexpr int kQuietGenerations = 20;
constexpr double kPenalty = 1e3;  // above every logarithm of a double

/// Leaves pagmo, through which no Result passes.
struct Stop {};

/// What pagmo's copies of the problem share.
struct Arena {
  const Sweep& sweep;
  Bench& bench;
  std::optional<Error> error;
  bool enough = false;  ///< the bench's word

  [[nodiscard]] std::uint64_t left() const {
    const auto wanted = static_cast<std::uint64_t>(sweep.sampling.points);
    return wanted > bench.points() ? wanted - bench.points() : 0;
  }
};

double squeezed(double value) { return std::copysign(std::log1p(std::fabs(value)), value); }

/// Points of decision vectors; nothing where a constraint over axes does not hold.
std::vector<std::optional<std::uint64_t>> points_of(Arena& arena, const std::vector<double>& decisions) {
  const std::size_t axes = arena.sweep.axes.size();
  std::vector<std::optional<std::uint64_t>> points;
  for (std::size_t at = 0; at < decisions.size(); at += axes) {
    std::vector<std::uint64_t> digits;
    for (std::size_t k = 0; k < axes; ++k) {
      const double last = static_cast<double>(arena.sweep.axes[k].values.size() - 1);
      digits.push_back(static_cast<std::uint64_t>(std::clamp(std::floor(decisions[at + k]), 0.0, last)));
    }
    Result<std::optional<std::uint64_t>> point = nearest_point(arena.sweep, digits);
    if (!point) {
      arena.error = point.error();
      throw Stop{};
    }
    points.push_back(*point);
  }
  return points;
}

/// Runs the points that are new, as far as the budget goes, and returns whether all could be run.
bool run(Arena& arena, const std::vector<std::optional<std::uint64_t>>& points) {
  std::vector<std::uint64_t> batch;
  for (const auto& point : points)
    if (point && std::ranges::find(batch, *point) == batch.end()) batch.push_back(*point);
  const std::uint64_t left = arena.left();
  std::uint64_t fresh = 0;
  bool all = true;
  std::erase_if(batch, [&](std::uint64_t point) {
    if (arena.bench.is_known(point)) return true;
    all = all && fresh < left;
    return fresh++ >= left;
  });
  const Result<bool> more = arena.bench.run(batch, 0);
  if (!more) arena.error = more.error();
  arena.enough = more && !*more;
  if (!more || !*more) throw Stop{};
  return all;
}

/// Of all decision vectors, one after the other. Leaves if the budget is used up.
std::vector<double> fitnesses(Arena& arena, const std::vector<double>& decisions) {
  const auto points = points_of(arena, decisions);
  if (!run(arena, points)) throw Stop{};
  std::vector<double> result;
  for (const auto& point : points) {
    const std::vector<double>* objectives = point ? arena.bench.objectives(*point, 0) : nullptr;
    for (std::size_t k = 0; k < arena.sweep.objectives.size(); ++k)
      result.push_back(objectives == nullptr ? kPenalty : squeezed((*objectives)[k]));
  }
  return result;
}

/// An integer an axis, or for MOEA/D, which knows no integers, the real interval whose floor it is.
struct Problem {
  Arena* arena = nullptr;
  bool integers = true;

  [[nodiscard]] pagmo::vector_double fitness(const pagmo::vector_double& decision) const {
    return fitnesses(*arena, decision);
  }
  [[nodiscard]] pagmo::vector_double::size_type get_nobj() const { return arena->sweep.objectives.size(); }
  [[nodiscard]] pagmo::vector_double::size_type get_nix() const { return integers ? arena->sweep.axes.size() : 0; }
  [[nodiscard]] std::pair<pagmo::vector_double, pagmo::vector_double> get_bounds() const {
    pagmo::vector_double low;
    pagmo::vector_double high;
    for (const Axis& axis : arena->sweep.axes) {
      low.push_back(0);
      high.push_back(static_cast<double>(axis.values.size()) - (integers ? 1 : 1e-9));
    }
    return {low, high};
  }
};

struct Batch {
  Arena* arena = nullptr;
  pagmo::vector_double operator()(const pagmo::problem&, const pagmo::vector_double& decisions) const {
    return fitnesses(*arena, decisions);
  }
};

/// Generations until the budget, or nothing new for long; both leave by Stop or return.
template <class Algorithm>
void generations(Arena& arena, const Algorithm& algorithm, pagmo::population population) {
  for (int quiet = 0; quiet < kQuietGenerations && arena.left() > 0; ++quiet) {
    const std::uint64_t before = arena.bench.points();
    population = algorithm.evolve(population);
    if (arena.bench.points() > before) quiet = -1;
  }
}

void run_algorithm(Arena& arena, unsigned seed) {
  const Sampling& sampling = arena.sweep.sampling;
  const auto size = static_cast<pagmo::population::size_type>(sampling.population);
  const bool nsga2 = sampling.kind == Sampling::Kind::kNsga2;
  const pagmo::bfe batch{Batch{&arena}};
  const pagmo::population first{pagmo::problem{Problem{&arena, nsga2}}, batch, size, seed};
  if (nsga2) {
    pagmo::nsga2 algorithm(1, 0.95, 10, 1.0 / static_cast<double>(arena.sweep.axes.size()), 20, seed);
    algorithm.set_bfe(batch);
    return generations(arena, algorithm, first);
  }
  const bool two = arena.sweep.objectives.size() == 2;
  const pagmo::moead algorithm(1, two ? "grid" : "low discrepancy", "tchebycheff",
                               std::min<pagmo::population::size_type>(20, size - 2), 1.0, 0.5, 20.0, 0.9, 2, true,
                               seed);
  generations(arena, algorithm, first);
}

}  // namespace

Result<bool> evolve(const Sweep& sweep, std::uint64_t seed, Bench& bench) {
  Arena arena{sweep, bench, {}, false};
  try {
    run_algorithm(arena, static_cast<unsigned>(seed ^ (seed >> 32U)));
  } catch (const Stop&) {
    if (arena.error) return fail(*arena.error);
  }
  return !arena.enough;
}

}  // namespace heddle::explore
