// What the process gives a subcommand: streams, how to write on them, where the data files are, and the context of
// library calls.
#pragma once

#include <iosfwd>
#include <string>

#include "compiler/base/context.h"
#include "compiler/base/json.h"
#include "compiler/base/result.h"
#include "runtime/cli/data_files.h"

namespace heddle::cli {

struct Environment {
  std::ostream& out;   ///< data
  std::ostream& err;   ///< log and diagnostics
  bool json = false;   ///< --format=json: `out` gets exactly one JSON object
  bool color = false;  ///< of `out`
  Context context;
  DataFiles data;
  std::filesystem::path cache;  ///< of verilated models

  /// Writes the one JSON object of --format=json.
  void print(const Json& object) const;
};

/// `text` in bold, if the output is coloured.
std::string bold(const Environment& environment, const std::string& text);

}  // namespace heddle::cli
