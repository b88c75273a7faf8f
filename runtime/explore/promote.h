// Which points deserve a dearer evaluation next.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace heddle::explore {

/// A point as known so far; objectives are to be minimised.
struct Candidate {
  std::uint64_t point = 0;
  std::vector<double> low;                  ///< objectives at the cheaper fidelity
  std::optional<std::vector<double>> high;  ///< at the dearer one, if it was measured and is good
  bool tried = false;                       ///< measured at the dearer one, good or not
};

/// Up to `count` points to measure at the dearer fidelity, the most promising first. What is not measured is expected
/// at its cheap objectives times what the dearer fidelity made of those that are (the median ratio of an objective).
/// Promising is what would add most to the hypervolume of what is measured and already chosen, below `reference`, or
/// below a little more than the worst that is expected where there is none. Points that would add nothing are not
/// chosen.
std::vector<std::uint64_t> promote(const std::vector<Candidate>& candidates, std::size_t count,
                                   const std::vector<std::optional<double>>& reference);

}  // namespace heddle::explore
