// Splits a prepared module: loops that the array takes, and the host rest that launches them.
#pragma once

#include <llvm/IR/Module.h>

#include <set>
#include <string>

#include "compiler/frontend/frontend.h"
#include "compiler/frontend/prepare.h"

namespace heddle::frontend {

/// The loops that the source has, before any optimisation.
std::vector<HostLoop> source_loops(llvm::Module& module, const std::set<std::string>& functions, Passes& passes);

/// Those of `source` that no loop of the split program stems from any more get a reason and are appended to the host
/// loops.
void report_vanished(const std::vector<HostLoop>& source, Program& program);

/// Appends regions and host loops to the program and puts launches into the module. `functions` empty: all functions.
void split_module(llvm::Module& module, const std::set<std::string>& functions, const CompileOptions& options,
                  Passes& passes, Program& program);

}  // namespace heddle::frontend
