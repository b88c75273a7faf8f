// Floating point as the C standard has it without licence to rearrange: what the array computes and what the machine
// computes must be the same bits.
#pragma once

#include <llvm/IR/Module.h>

namespace heddle::frontend {

/// Takes away fast-math permissions, turns contracted a * b + c into two operations, fmaf into the fused intrinsic, and
/// float minima and maxima into functions that say which zero is the lesser. Both the golden and the host program are
/// made from the result.
void make_float_strict(llvm::Module& module);

}  // namespace heddle::frontend
