// Whether a program computes a mask, and breaks no rule of the array.
#pragma once

#include "compiler/arch/swat.h"
#include "compiler/attention/mask.h"
#include "compiler/attention/program.h"
#include "compiler/base/result.h"

namespace heddle::attention {

/// Knows nothing of the scheduler. Fails with kMismatch, naming group, task and run, unless
/// - each pair that the mask has is in exactly one run of the row's one task, and no other pair is;
/// - a run's slots and a task's query banks hold the right rows from before its first beat (by `need`) to its last;
/// - no load waits (`after`) for a beat that could wait for it;
/// - tasks have kMinTaskBeats beats, and the numbers fit the array's fields.
Status check(const Program& program, const Mask& mask, const arch::Swat& array);

}  // namespace heddle::attention
