#include "runtime/explore/search.h"

#include <algorithm>

#include "runtime/explore/promote.h"
#include "runtime/explore/space.h"

namespace heddle::explore {
namespace {

/// Points promoted at once: what they give corrects what is expected of the next.
constexpr std::size_t kPromotedAtOnce = 4;

std::vector<std::optional<double>> references(const Sweep& sweep) {
  std::vector<std::optional<double>> result;
  for (const Objective& objective : sweep.objectives) {
    result.push_back(objective.reference);
    if (objective.maximize && result.back()) result.back() = -*result.back();
  }
  return result;
}

/// Points that are good at the rung before, in their order.
std::vector<Candidate> candidates_of(const std::vector<std::uint64_t>& points, std::size_t rung, const Bench& bench) {
  std::vector<Candidate> result;
  for (const std::uint64_t point : points) {
    const std::vector<double>* low = bench.objectives(point, rung - 1);
    if (low != nullptr) result.push_back({point, *low, {}, false});
  }
  return result;
}

/// Climbs one rung: `points` become those that were run at it. False: the bench had enough.
Result<bool> climb(const Sweep& sweep, std::size_t rung, std::size_t budget, std::vector<std::uint64_t>& points,
                   Bench& bench) {
  std::vector<Candidate> candidates = candidates_of(points, rung, bench);
  points.clear();
  while (points.size() < budget) {
    const auto batch = promote(candidates, std::min(kPromotedAtOnce, budget - points.size()), references(sweep));
    if (batch.empty()) break;
    HEDDLE_ASSIGN(const bool more, bench.run(batch, rung));
    if (!more) return false;
    for (const std::uint64_t point : batch) {
      Candidate& done = *std::ranges::find(candidates, point, &Candidate::point);
      done.tried = true;
      if (const std::vector<double>* high = bench.objectives(point, rung)) done.high = *high;
      points.push_back(point);
    }
  }
  return true;
}

/// The tenth part of the points, unless the sweep says how many.
std::size_t budget_of(const Sweep& sweep, Fidelity rung, std::uint64_t points) {
  const auto given = sweep.promotions.find(rung);
  if (given != sweep.promotions.end()) return static_cast<std::size_t>(given->second);
  return static_cast<std::size_t>(std::max<std::uint64_t>(points / 10, 1));
}

bool is_evolutionary(const Sweep& sweep) {
  return sweep.sampling.kind == Sampling::Kind::kNsga2 || sweep.sampling.kind == Sampling::Kind::kMoead;
}

}  // namespace

std::vector<Fidelity> rungs_of(const Sweep& sweep) {
  std::vector<Fidelity> rungs;
  for (const Measured& each : sweep.metrics) rungs.insert(rungs.end(), each.ladder.begin(), each.ladder.end());
  const bool climbs = std::ranges::any_of(sweep.metrics, [](const Measured& each) { return each.ladder.size() > 1; });
  if (!climbs) return {Fidelity::kSynthesis};
  std::ranges::sort(rungs);
  const auto repeated = std::ranges::unique(rungs);
  rungs.erase(repeated.begin(), repeated.end());
  return rungs;
}

Sweep at_rung(const Sweep& sweep, Fidelity rung) {
  Sweep result = sweep;
  for (Measured& each : result.metrics) {
    each.fidelity = each.ladder.front();
    for (const Fidelity fidelity : each.ladder)
      if (fidelity <= rung) each.fidelity = fidelity;
  }
  return result;
}

bool is_adaptive(const Sweep& sweep) { return is_evolutionary(sweep) || rungs_of(sweep).size() > 1; }

Result<bool> search(const Sweep& sweep, std::uint64_t seed, Bench& bench) {
  const std::vector<Fidelity> rungs = rungs_of(sweep);
  if (is_evolutionary(sweep)) {
    HEDDLE_ASSIGN(const bool more, evolve(sweep, seed, bench));
    if (!more) return false;
  } else {
    HEDDLE_ASSIGN(const auto chosen, sample(sweep, seed));
    HEDDLE_ASSIGN(const bool more, bench.run(chosen, 0));
    if (!more) return false;
  }
  if (rungs.size() == 1) return true;
  std::vector<std::uint64_t> points = bench.known();
  const std::uint64_t all = points.size();
  for (std::size_t rung = 1; rung < rungs.size(); ++rung) {
    HEDDLE_ASSIGN(const bool more, climb(sweep, rung, budget_of(sweep, rungs[rung], all), points, bench));
    if (!more) return false;
  }
  return true;
}

}  // namespace heddle::explore
