// heddle: runs `map` itself, and hands everything else to heddle-all beside it. `map` needs no LLVM, and linked alone
// it starts in a few milliseconds (docs/mapper.md has the figures).
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>
#include <utility>

#include "runtime/cli/commands.h"
#include "runtime/cli/process.h"

int main(int argc, char** argv) {
  if (argc > 1 && std::string(argv[1]) == "map") {
    heddle::cli::CommandList commands;
    commands.push_back(heddle::cli::make_map_command());
    return heddle::cli::run_process(argc, argv, commands);
  }
  std::error_code code;
  const auto all = std::filesystem::read_symlink("/proc/self/exe", code).parent_path() / "heddle-all";
  ::execv(all.c_str(), argv);
  std::cerr << "error: cannot start '" << all.string() << "': " << std::strerror(errno) << std::endl;
  return 3;
}
