// Rewrites instructions that the array lacks with those that it has.
#pragma once

#include <llvm/IR/Function.h>

namespace heddle::frontend {

/// Rotations, saturating sums, byte swaps, bit counts, three-way comparisons; signed division by powers of two;
/// and, unless the array can divide, division of small numbers by constants.
void lower_operations(llvm::Function& function, bool has_divider);

}  // namespace heddle::frontend
