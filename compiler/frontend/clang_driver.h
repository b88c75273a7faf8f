// Runs clang on a C file.
#pragma once

#include <string>

#include "compiler/frontend/frontend.h"

namespace heddle::frontend {

/// LLVM bitcode of the file, not optimised but fit for it. Fails with clang's own messages.
Result<std::string> run_clang(const CompileOptions& options);

}  // namespace heddle::frontend
