// Runs compilers and the like as child processes, with their output in a file and a way to stop them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/base/context.h"
#include "compiler/base/result.h"

namespace heddle {

/// A program (looked up in PATH) and its arguments; no shell takes part.
using ToolCommand = std::vector<std::string>;

/// Runs the commands in `directory`, at most `jobs` at a time, and waits. Fails on the first that cannot be started
/// (kNotFound) or ends with a status other than 0 (kUnsupported: the message holds the end of its output), and when
/// cancelled; the others are then stopped.
Status run_tools(const std::vector<ToolCommand>& commands, const std::filesystem::path& directory, int jobs,
                 const Context& context);

/// Runs one command and returns its standard output and error.
Result<std::string> tool_output(const ToolCommand& command, const std::filesystem::path& directory,
                                const Context& context);

}  // namespace heddle
