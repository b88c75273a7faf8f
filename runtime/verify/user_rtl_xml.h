// The few shapes of Verilator's XML that we read.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/verify/user_rtl_design.h"

namespace heddle::verify {

/// Ports of the top module, edges and files out of what `verilator --xml-only` wrote. Fails with kUnsupported if the
/// text is not what Verilator 5 writes.
Result<RtlDesign> design_from_xml(std::string_view xml);

}  // namespace heddle::verify
