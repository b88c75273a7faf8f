// Binds the command line to the process.
#pragma once

#include "runtime/cli/app.h"

namespace heddle::cli {

/// Runs one of `commands` with the process's arguments, streams, environment variables and signals; returns the exit
/// status.
int run_process(int argc, char** argv, const CommandList& commands);

}  // namespace heddle::cli
