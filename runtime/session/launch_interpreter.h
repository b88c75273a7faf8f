// One launch on a scratchpad that is a byte array: values by the DFG interpreter, stalls from the addresses it visits.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/session/backend.h"

namespace heddle::session {

class LaunchInterpreter {
 public:
  /// The array must outlive it.
  explicit LaunchInterpreter(const arch::Cgra& cgra);

  struct Outcome {
    std::vector<std::uint64_t> live_outs;
    std::uint64_t stalls = 0;  ///< clock cycles
  };
  /// Copies in, runs, copies out.
  Outcome run(const LaunchPlan& plan);

 private:
  const arch::Cgra& cgra_;
  std::vector<std::uint8_t> scratchpad_;
};

}  // namespace heddle::session
