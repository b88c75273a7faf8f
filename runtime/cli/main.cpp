// heddle-all: every command. It is linked with LLVM, whose loading takes longer than mapping a small graph.
#include "runtime/cli/commands.h"
#include "runtime/cli/process.h"

int main(int argc, char** argv) { return heddle::cli::run_process(argc, argv, heddle::cli::make_commands()); }
