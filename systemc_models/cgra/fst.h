// SystemC writes VCD only; this makes an FST of it.
#pragma once

#include <filesystem>

#include "compiler/base/result.h"

namespace heddle::systemc {

/// Converts a VCD that SystemC's tracing wrote (wires of any width, nested scopes, times that rise) to FST, as GTKWave
/// reads it; scopes, names, widths, the unit of time and every value stay. Fails with kIo if a file cannot be read or
/// written, and with kBadInput on a line that is not of that kind of VCD.
Status convert_to_fst(const std::filesystem::path& vcd, const std::filesystem::path& fst);

}  // namespace heddle::systemc
