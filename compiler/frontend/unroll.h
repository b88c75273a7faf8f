// Unrolling, by LLVM's transformations and our choice of factors.
#pragma once

#include <llvm/ADT/DenseMap.h>
#include <llvm/IR/Function.h>

#include "compiler/frontend/frontend.h"
#include "compiler/frontend/prepare.h"

namespace heddle::frontend {

/// Unrolls (and jams) the function's loops as the options say. What remains of a trip count becomes a loop of its own.
/// Returns the factor of each loop by its header.
llvm::DenseMap<const llvm::BasicBlock*, int> unroll_loops(llvm::Function& function, const CompileOptions& options,
                                                          Passes& passes);

}  // namespace heddle::frontend
