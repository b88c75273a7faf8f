// The options that make an ONNX file's shapes static, for every subcommand that takes one.
#pragma once

#include "compiler/frontend/onnx/import.h"
#include "runtime/cli/command.h"

namespace heddle::cli {

struct NetworkOptions {
  std::int64_t batch = 0;  ///< 0: the file's
  std::vector<std::string> shapes;

  /// --batch and --shape.
  std::vector<OptionSpec> options();
  /// The network in the file. Fails on a malformed --shape too.
  [[nodiscard]] Result<network::Graph> load(const std::string& file) const;
};

}  // namespace heddle::cli
