// The clock cycles of a launch by the formulas of docs/execution_model.md, sections 3 and 7.
#pragma once

#include <optional>

#include "runtime/session/host_script.h"

namespace heddle::session {

/// Follows a sequence of launches on one array, because what is configured need not be configured again.
class CycleModel {
 public:
  /// The array must outlive the model.
  explicit CycleModel(const arch::Cgra& cgra) : script_(cgra) {}

  /// All cycles of the next launch but its stalls, which depend on addresses (section 6; see conflicts.h, stalls.h).
  LaunchCycles next(const LaunchPlan& plan);
  void forget_configuration() { loaded_.reset(); }

 private:
  HostScript script_;
  std::optional<codegen::Image> loaded_;  ///< configuration in the array, before patches
};

}  // namespace heddle::session
