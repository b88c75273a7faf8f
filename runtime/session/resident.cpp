#include "runtime/session/resident.h"

#include <algorithm>

#include "runtime/session/scratchpad_layout.h"

namespace heddle::session {
namespace {

bool share_words(const Transfer& a, const Transfer& b) {
  const auto begin = [](const Transfer& piece) { return piece.scratchpad / kGranule * kGranule; };
  const auto end = [](const Transfer& piece) {
    return (piece.scratchpad + piece.bytes + kGranule - 1) / kGranule * kGranule;
  };
  return begin(a) < end(b) && begin(b) < end(a);
}

bool holds(const Transfer& outer, const char* low, const char* high) {
  return outer.host <= low && high <= outer.host + outer.bytes;
}

}  // namespace

LaunchPlan on_fresh_array(LaunchPlan plan) {
  plan.in.insert(plan.in.end(), plan.kept.begin(), plan.kept.end());
  plan.kept.clear();
  return plan;
}

const Resident* find_resident(const std::vector<Resident>& residents, const char* low, const char* high) {
  const auto found =
      std::ranges::find_if(residents, [&](const Resident& each) { return holds(each.piece, low, high); });
  return found == residents.end() ? nullptr : &*found;
}

void update_residents(std::vector<Resident>& residents, const LaunchPlan& plan, const std::vector<Transfer>& constants,
                      std::size_t number) {
  for (Resident& each : residents)
    for (const Transfer& kept : plan.kept)
      if (holds(each.piece, kept.host, kept.host + kept.bytes)) each.last_use = number;
  std::erase_if(residents, [&](const Resident& each) {
    const auto takes_room = [&](const Transfer& piece) { return share_words(each.piece, piece); };
    return std::ranges::any_of(plan.in, takes_room) || std::ranges::any_of(plan.out, takes_room);
  });
  for (const Transfer& piece : constants)
    if (std::ranges::count(plan.in, piece) > 0) residents.push_back({piece, number});
}

}  // namespace heddle::session
