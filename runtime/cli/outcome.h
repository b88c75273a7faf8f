// A simulated run as heddle.simulation/1 (workloads/schema/simulation.json), as text, and as tensors.
#pragma once

#include <filesystem>
#include <string>

#include "compiler/base/json.h"
#include "compiler/base/result.h"
#include "runtime/session/session.h"

namespace heddle::cli {

struct Run {
  std::string backend;
  std::string name;  ///< of the kernel, or main
  std::uint64_t seed = 1;
  const frontend::Kernel* kernel = nullptr;  ///< null: main
  session::RunOutcome outcome;
};

Json cycles_json(const session::LaunchCycles& cycles);

/// Equal launches in a row are folded into one entry with a count.
Json simulation_json(const session::CompiledProgram& program, const Run& run);

/// Return value, standard output, and each buffer's first values.
std::string outputs_text(const Json& simulation);

/// Buffers by parameter name, globals by their own, as integers of their element size.
Status write_outputs(const Run& run, const std::filesystem::path& file);

}  // namespace heddle::cli
