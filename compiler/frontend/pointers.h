// Pointers that walk through an array become the array and an index.
#pragma once

#include <llvm/IR/Function.h>

#include "compiler/frontend/prepare.h"

namespace heddle::frontend {

/// Rewrites pointer recurrences that are no plain counting (`if (c) *p++ = x;`) as integer recurrences off the
/// pointer's first value. True if the function changed.
bool index_pointers(llvm::Function& function, Passes& passes);

/// Accesses through `c ? p : q` become accesses through p or q under the condition. The last change before loops are
/// taken: LLVM's passes would undo it. True if the function changed.
bool split_pointer_choices(llvm::Function& function, Passes& passes);

}  // namespace heddle::frontend
