// Budgets of solvers are CPU time of the thread that searches.
#pragma once

#include <ctime>

namespace heddle::mapper {

/// CPU seconds of the calling thread.
inline double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace heddle::mapper
