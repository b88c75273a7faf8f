#include "runtime/explore/front.h"

#include <algorithm>
#include <pagmo/utils/hypervolume.hpp>

namespace heddle::explore {

bool dominates(const std::vector<double>& a, const std::vector<double>& b) {
  bool better = false;
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (a[k] > b[k]) return false;
    better = better || a[k] < b[k];
  }
  return better;
}

bool Front::add(Member member) {
  for (const Member& other : members_) {
    if (dominates(other.coordinates, member.coordinates)) return false;
  }
  std::erase_if(members_, [&](const Member& other) { return dominates(member.coordinates, other.coordinates); });
  const auto place = std::ranges::upper_bound(members_, member.sequence, {}, &Member::sequence);
  members_.insert(place, std::move(member));
  return true;
}

double hypervolume(const std::vector<Member>& members, const std::vector<double>& reference) {
  std::vector<std::vector<double>> points;
  for (const Member& member : members) {
    bool inside = true;
    for (std::size_t k = 0; k < reference.size(); ++k) inside = inside && member.coordinates[k] < reference[k];
    if (inside) points.push_back(member.coordinates);
  }
  if (points.empty()) return 0;
  if (reference.size() == 1) {  // pagmo wants two objectives
    double best = points.front()[0];
    for (const auto& point : points) best = std::min(best, point[0]);
    return reference[0] - best;
  }
  return pagmo::hypervolume(points).compute(reference);
}

}  // namespace heddle::explore
