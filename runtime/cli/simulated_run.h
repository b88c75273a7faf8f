// One run of a compiled program on a backend, as `simulate` and `cost` want it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "runtime/cli/environment.h"
#include "runtime/cli/outcome.h"

namespace heddle::cli {

struct RunRequest {
  std::string backend = "systemc";
  std::string kernel = {};                  ///< empty: main if there is one, else the only kernel
  std::vector<std::string> arguments = {};  ///< integer parameters in order, or argv of main
  std::string inputs = {};                  ///< an .npz; empty: random by the seed
  std::string trace = {};                   ///< waves; empty: none
  std::vector<std::string> layers = {};     ///< see layer_options.h
};

/// Fails on unknown kernels, wrong arguments, and whatever the run fails with.
Result<Run> simulate(const session::CompiledProgram& program, const std::filesystem::path& directory,
                     const RunRequest& request, const Environment& environment);

}  // namespace heddle::cli
