// Shared by the loader, which can point at the faulty line, and by `finish`.
#pragma once

#include <string>

#include "compiler/arch/cgra.h"

namespace heddle::arch {

/// Why this operation cannot have this timing; empty if it can.
std::string timing_fault(dfg::Opcode op, Timing timing);

/// Why a PE of this class cannot have its address generators; empty if it can.
std::string generator_fault(const PeClass& pe_class, int loop_levels);

}  // namespace heddle::arch
