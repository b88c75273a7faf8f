// heddle_write_rtl ARCH DIRECTORY: the RTL of an architecture as files, for synthesis and for people. Exit status 2 on
// bad input.
#include <cstdio>

#include "compiler/codegen/rtl.h"

// NOLINTNEXTLINE(bugprone-exception-escape): without memory a tool may end
int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: heddle_write_rtl ARCHITECTURE|FILE.yaml DIRECTORY\n", stderr);
    return 2;
  }
  const std::filesystem::path source = HEDDLE_SOURCE_DIR;
  const auto cgra = heddle::arch::find(argv[1], source / "workloads" / "architectures");
  const heddle::Status written =
      cgra ? heddle::codegen::write_rtl(*cgra, source / "rtl", argv[2]) : tl::unexpected(cgra.error());
  if (written) return 0;
  std::fprintf(stderr, "%s\n", heddle::to_string(written.error()).c_str());
  return heddle::exit_status(written.error().code);
}
