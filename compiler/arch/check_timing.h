// Shared by the loader, which can point at the faulty line, and by `finish`.
#pragma once

#include <string>

#include "compiler/arch/cgra.h"

namespace heddle::arch {

/// Why this operation cannot have this timing; empty if it can.
std::string timing_fault(dfg::Opcode op, Timing timing);

}  // namespace heddle::arch
