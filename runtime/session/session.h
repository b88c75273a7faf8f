// Runs a compiled program: the host part natively (LLVM ORC), its regions on a backend.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/session/program.h"
#include "runtime/session/timeline.h"

namespace heddle::session {

/// What a launch copies between host memory and scratchpad.
struct LaunchMemory {
  std::vector<MemoryRange> reads;     ///< of the host's memory
  std::vector<MemoryRange> writes;    ///< of the host's memory
  std::int64_t scratchpad_bytes = 0;  ///< with what later launches still need
  std::int64_t kept_bytes = 0;        ///< constants that are there from an earlier launch, and not copied
};

/// What the session tells of one launch.
struct LaunchRecord {
  int region = 0;
  std::uint64_t trip_count = 0;
  LaunchCycles cycles;
  LaunchMemory memory;
  std::string backend;  ///< which part of a mixed backend; else empty
  HowRun how = HowRun::kModelled;
  bool counted = false;  ///< its activity is in that of the run
  std::string refused;   ///< why it ran on the host instead; empty if it ran on the array
};

/// Argument of a kernel call: an integer, or a buffer that the session may read and write.
struct Argument {
  std::optional<std::int64_t> integer;
  std::vector<std::uint8_t> buffer;
};

struct RunOutcome {
  std::int64_t return_value = 0;
  std::vector<Argument> arguments;  ///< after the call
  /// Name, content after the run; then the values between a network's layers (lowering::memory_name), as they were
  /// made.
  std::vector<std::pair<std::string, std::vector<std::uint8_t>>> globals;
  std::string standard_output;
  std::vector<LaunchRecord> launches;
  std::map<int, codegen::Activity> activity;  ///< by region, all its launches that were counted
};

/// Sees each plan before it is launched (for the verifier's probes).
using PlanObserver = std::function<void(const LaunchPlan&)>;

/// Calls one function. `backend` null: the golden program, without launches. Each run starts from freshly initialised
/// globals; fields of globals that hold addresses read as zero afterwards, because addresses differ between runs. Runs
/// in this process and thread: exit(), crashes and standard output of the program are caught. Fails with kNotFound on
/// an unknown kernel, kBadInput on wrong arguments or when the native code crashes, and with the backend's error if a
/// launch fails (a launch that the session refuses is no error: it runs natively and is recorded).
Result<RunOutcome> run_kernel(const CompiledProgram& program, const std::string& kernel,
                              const std::vector<Argument>& arguments, Backend* backend, const Context& context,
                              const PlanObserver& observer = {});
/// Runs main with `argv` (whose first element is the program's name); `return_value` is its exit status.
Result<RunOutcome> run_main(const CompiledProgram& program, const std::vector<std::string>& argv, Backend* backend,
                            const Context& context, const PlanObserver& observer = {});

}  // namespace heddle::session
