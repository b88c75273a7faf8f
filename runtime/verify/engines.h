// The engines of a verification, made once and reused for all inputs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/verify/lockstep.h"
#include "runtime/verify/verify.h"

namespace heddle::verify {

/// A backend, and what it needs to live.
struct EngineRun {
  Engine engine = Engine::kInterpreter;
  std::unique_ptr<session::Backend> backend;
  LockstepBackend* lockstep = nullptr;  ///< the same backend, if it drives a device
};

/// Verilates the RTL if it is among the engines.
Result<std::vector<EngineRun>> make_engines(const arch::Cgra& cgra, const Options& options, const Context& context);

}  // namespace heddle::verify
