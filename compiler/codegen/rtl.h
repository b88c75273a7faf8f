// The SystemVerilog top of an architecture, generated around the hand-written leaf modules in rtl/.
#pragma once

#include <filesystem>
#include <string>

#include "compiler/arch/cgra.h"

namespace heddle::codegen {

/// Module `cgra_top`: PEs, link multiplexers, scratchpad, loop control, host port. Fails if the bypass network has a
/// combinational loop (named), or the description exceeds the address map.
Result<std::string> generate_top(const arch::Cgra& cgra);

/// Writes cgra_top.sv and copies of the leaf modules from `rtl_dir` into `directory`, with `files.f` listing them in
/// compile order.
Status write_rtl(const arch::Cgra& cgra, const std::filesystem::path& rtl_dir, const std::filesystem::path& directory);

}  // namespace heddle::codegen
