// What a subcommand is: its options as data, and what it does. The parser, the help and the completion scripts read the
// same data.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/cli/environment.h"

namespace heddle::cli {

/// What a shell offers while this value is typed.
enum class Complete { kNothing, kFile, kDirectory, kArchitecture, kKernel };

using Target = std::variant<bool*, std::string*, std::int64_t*, double*, std::vector<std::string>*>;

/// An option ("-o,--output") or, if the name has no dash, a positional argument.
struct OptionSpec {
  std::string names;
  Target target;
  std::string help;
  std::string metavar = {};
  std::vector<std::string> choices = {};  ///< the valid values, if they are few
  Complete complete = Complete::kNothing;
  bool required = false;

  [[nodiscard]] bool positional() const { return names.front() != '-'; }
};

/// One subcommand. `run` returns the exit status of a question that was answered (0, or 1 for "no"); errors are for the
/// rest.
class Command {
 public:
  virtual ~Command() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  [[nodiscard]] virtual std::string summary() const = 0;  ///< one line, for the list of subcommands
  virtual std::vector<OptionSpec> options() = 0;          ///< targets point into the command
  virtual Result<int> run(Environment& environment) = 0;
};

using CommandList = std::vector<std::unique_ptr<Command>>;

}  // namespace heddle::cli
