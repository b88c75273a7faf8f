// What solvers that run side by side tell each other. Only facts that spare work whose outcome is known are shared, so
// that the answers are those of the same solvers one after the other.
#pragma once

#include <atomic>

namespace heddle::mapper {

struct Race {
  std::atomic<int> incumbent = 1 << 20;  ///< the smallest II that the heuristic has a mapping of
  std::atomic<int> proved = 0;           ///< no mapping has an II below this
  std::atomic<bool> warmed_up = false;   ///< the heuristic's quick searches are over

  void found(int ii) { incumbent.store(ii); }
  /// Lets a solver that waits for the quick searches begin.
  void start() {
    warmed_up.store(true);
    warmed_up.notify_all();
  }
};

}  // namespace heddle::mapper
