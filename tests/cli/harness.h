// Runs the command line in this process, on string streams.
#pragma once

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "runtime/cli/app.h"

namespace heddle::cli {

struct Ran {
  int status = 0;
  std::string out;
  std::string err;
};

/// As a process that is not on a terminal would, with the build directory's data files and
/// the cache of verilated models that all tests share.
inline Ran run_heddle(const std::vector<std::string>& arguments, const std::atomic<bool>* interrupted = nullptr) {
  std::ostringstream out;
  std::ostringstream err;
  const std::filesystem::path executable = std::filesystem::path(HEDDLE_BINARY_DIR) / "bin" / "heddle";
  Process process{out, err};
  process.executable = executable;
  process.cache = std::filesystem::path(HEDDLE_BINARY_DIR) / "rtl_cache";
  process.interrupted = interrupted;
  const int status = run(arguments, process);
  return {status, out.str(), err.str()};
}

}  // namespace heddle::cli
