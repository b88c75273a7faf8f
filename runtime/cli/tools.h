// The programs that heddle calls, and their versions.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/base/json.h"

namespace heddle::cli {

/// What is asked of the machine, and what was found.
struct Tool {
  std::string name;       ///< the program
  std::string package;    ///< of Debian
  std::string use;        ///< what does not work without it
  bool required = false;  ///< `compile` itself needs it
  std::string path;       ///< empty: not found
  std::string version;    ///< its own words, one line
};

/// Looks each program up on PATH and asks it for its version.
std::vector<Tool> find_tools();

/// `heddle 0.1.0`, and the versions of the libraries and tools in use.
std::string version_text();
std::string heddle_version();

}  // namespace heddle::cli
