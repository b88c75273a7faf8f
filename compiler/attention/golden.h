// The golden model of the window-attention array: a program's values, bit for bit, without its time.
#pragma once

#include "compiler/attention/datapath.h"
#include "compiler/attention/streams.h"

namespace heddle::attention {

/// The output rows that the tasks of a program make, by query head and row; rows that no task has are 0. Keys are seen
/// in the order of each task's runs. `program` is one that check() accepts.
Operand run_golden(const Program& program, const Ports& ports, const LogitScale& scale, const LogitScale& output_scale,
                   const Inputs& inputs);

}  // namespace heddle::attention
