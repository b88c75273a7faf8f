// Extensions that LLVM writes as shifts of 64 bits, as extensions again.
#pragma once

#include <llvm/IR/Instruction.h>

namespace heddle::frontend {

/// `V >> s`, where V is known to end in 32 zeros or more (48, 56) and s is no more than that: the upper half of V,
/// computed in its own width, extended, and shifted left by what is missing. Equal for every input, since sums,
/// products and shifts of the upper half do not depend on zeros below it. clang and InstCombine write the sign
/// extension of a 32-bit sum this way where the sum may wrap (-fwrapv, unsigned): `ashr (add (shl i, 32), C << 32), 30`
/// for an index of 4-byte elements. Null if `shift` is nothing of the kind; otherwise a value to use instead.
llvm::Value* extension_of_upper_half(llvm::Instruction& shift);

}  // namespace heddle::frontend
