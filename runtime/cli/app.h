// The command line as a whole. The argument parser itself stays behind this header: it is expensive to compile.
#pragma once

#include <string>
#include <vector>

#include "runtime/cli/command.h"

namespace heddle::cli {

/// Options that every subcommand takes.
struct GlobalOptions {
  std::string format = "text";
  std::string progress = "auto";
  std::string color = "auto";
  std::int64_t jobs = 0;  ///< 0: all cores
  std::int64_t seed = 1;
  bool verbose = false;
  bool quiet = false;
};

std::vector<OptionSpec> global_option_specs(GlobalOptions& options);

/// What the arguments ask for: a command to run, or text to print and stop.
struct Parsed {
  Command* command = nullptr;
  bool version = false;
  std::string help;
};

/// Parses into the targets of the commands' options. Fails with kBadInput and the nearest valid name.
Result<Parsed> parse(const std::vector<std::string>& arguments, const CommandList& commands, GlobalOptions& options);

/// The option's names, "-o" and "--output".
std::vector<std::string> split_names(const std::string& names);

/// Parses, runs, reports errors; returns the exit status. `arguments` are without the program's name.
struct Process {
  std::ostream& out;
  std::ostream& err;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  std::filesystem::path executable = {};
  const char* heddle_data = nullptr;
  std::filesystem::path cache = {};  ///< directory for what can be rebuilt
  bool no_color = false;
  const std::atomic<bool>* interrupted = nullptr;
};
int run(const std::vector<std::string>& arguments, const Process& process, const CommandList& commands);
/// With every command there is (commands.cpp).
int run(const std::vector<std::string>& arguments, const Process& process);

}  // namespace heddle::cli
