// A VCD of the array's state.
#pragma once

#include <string>
#include <systemc>

#include "compiler/base/result.h"
#include "systemc_models/cgra/cgra_module.h"

namespace heddle::systemc {

/// Starts a VCD at `path` (which must end in .vcd) with the clock, loop control, and RES, registers and links of every
/// PE. Fails for other suffixes, or if the file cannot be written.
Result<sc_core::sc_trace_file*> open_vcd(const std::string& path, const CgraModule& module);

}  // namespace heddle::systemc
