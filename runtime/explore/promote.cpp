#include "runtime/explore/promote.h"

#include <algorithm>
#include <limits>

#include "runtime/explore/front.h"

namespace heddle::explore {
namespace {

/// How far beyond the worst the volume reaches, so that the best in one objective counts even if it is the worst in the
/// others.
constexpr double kMargin = 0.1;

double median(std::vector<double> values) {
  if (values.empty()) return 1;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

/// What the dearer fidelity makes of each objective.
std::vector<double> corrections(const std::vector<Candidate>& candidates, std::size_t objectives) {
  std::vector<double> result;
  for (std::size_t k = 0; k < objectives; ++k) {
    std::vector<double> ratios;
    for (const Candidate& each : candidates)
      if (each.high && each.low[k] != 0) ratios.push_back((*each.high)[k] / each.low[k]);
    result.push_back(median(std::move(ratios)));
  }
  return result;
}

/// A point that is not measured, where it is expected.
struct Hoped {
  std::size_t candidate = 0;
  Member member;
};

}  // namespace

std::vector<std::uint64_t> promote(const std::vector<Candidate>& candidates, std::size_t count,
                                   const std::vector<std::optional<double>>& reference) {
  const std::vector<double> factors = corrections(candidates, reference.size());
  std::vector<double> worst(reference.size(), std::numeric_limits<double>::lowest());
  std::vector<double> best_of(reference.size(), std::numeric_limits<double>::max());
  Front front;
  std::vector<Hoped> hoped;
  for (std::size_t k = 0; k < candidates.size(); ++k) {
    const Candidate& each = candidates[k];
    if (each.tried && !each.high) continue;
    Member member{each.point, {}, each.high.value_or(each.low)};
    for (std::size_t d = 0; d < worst.size(); ++d) {
      if (!each.high) member.coordinates[d] *= factors[d];
      worst[d] = std::max(worst[d], member.coordinates[d]);
      best_of[d] = std::min(best_of[d], member.coordinates[d]);
    }
    if (each.high)
      front.add(std::move(member));
    else
      hoped.push_back({k, std::move(member)});
  }
  for (std::size_t d = 0; d < worst.size(); ++d) {
    const double spread = worst[d] - best_of[d];
    worst[d] = reference[d].value_or(worst[d] + (spread > 0 ? kMargin * spread : 1));
  }
  std::vector<std::uint64_t> chosen;
  while (chosen.size() < count) {
    const double before = hypervolume(front.members(), worst);
    const Hoped* best = nullptr;
    double most = 0;
    for (const Hoped& each : hoped) {
      Front with = front;
      if (!with.add(each.member)) continue;
      const double gain = hypervolume(with.members(), worst) - before;
      if (gain <= most) continue;
      most = gain;
      best = &each;
    }
    if (best == nullptr) break;
    chosen.push_back(candidates[best->candidate].point);
    front.add(best->member);
    hoped.erase(hoped.begin() + (best - hoped.data()));
  }
  return chosen;
}

}  // namespace heddle::explore
