// A layer of attention as a program of an array.
#pragma once

#include "compiler/arch/swat.h"
#include "compiler/attention/mask.h"
#include "compiler/attention/program.h"
#include "compiler/base/result.h"

namespace heddle::attention {

/// Tasks (tasks.h) go to the group that is free first, head after head. A key has one slot in all groups, by its place
/// in the sequence, and is loaded once for all groups whose slot is free by the time the first of them needs it. Fails
/// with kBadInput if the head dimension is not the array's business (more than it has, no power of two, fewer than its
/// rows or than 16) or a sequence does not fit an index.
Result<Program> schedule(const Mask& mask, const arch::Swat& array);

}  // namespace heddle::attention
