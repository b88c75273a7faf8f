// Splits a prepared module: loops that the array takes, and the host rest that launches them.
#pragma once

#include <llvm/IR/Module.h>

#include <set>
#include <string>

#include "compiler/frontend/frontend.h"
#include "compiler/frontend/prepare.h"

namespace heddle::frontend {

/// Appends regions and host loops to the program and puts launches into the module. `functions` empty: all functions.
void split_module(llvm::Module& module, const std::set<std::string>& functions, const CompileOptions& options,
                  Passes& passes, Program& program);

}  // namespace heddle::frontend
