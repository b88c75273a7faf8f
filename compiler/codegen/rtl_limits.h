// What the RTL cannot express of what a description may say.
#pragma once

#include "compiler/arch/cgra.h"

namespace heddle::codegen {

/// Fails with kUnsupported and the reason: a combinational loop of bypass links, sizes beyond the host's address map,
/// scratchpad sizes that are not powers of two, divisions or loads of one class with different latencies.
Status check_rtl_limits(const arch::Cgra& cgra);

}  // namespace heddle::codegen
