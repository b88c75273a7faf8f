// One launch on a scratchpad that is a byte array: values by the DFG interpreter, stalls from the addresses it visits.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "runtime/session/backend.h"

namespace heddle::session {

/// Accesses that reached a bank, as codegen::Activity has them.
struct Accesses {
  std::array<std::uint64_t, codegen::Activity::kSizes> loads{};
  std::array<std::uint64_t, codegen::Activity::kSizes> stores{};
};

class LaunchInterpreter {
 public:
  /// The array must outlive it.
  explicit LaunchInterpreter(const arch::Cgra& cgra);

  struct Outcome {
    std::vector<std::uint64_t> live_outs;
    std::uint64_t stalls = 0;  ///< clock cycles
    Accesses accesses;
  };
  /// Copies in, runs, copies out.
  Outcome run(const LaunchPlan& plan);

 private:
  const arch::Cgra& cgra_;
  std::vector<std::uint8_t> scratchpad_;
};

}  // namespace heddle::session
