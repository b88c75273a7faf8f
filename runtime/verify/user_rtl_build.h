// A user's RTL as a program that simulates it, built once per content.
#pragma once

#include <filesystem>
#include <vector>

#include "compiler/base/context.h"
#include "compiler/base/result.h"
#include "runtime/verify/user_rtl_design.h"

namespace heddle::verify {

struct BuiltRtl {
  std::filesystem::path program;  ///< for DutProcess
  std::vector<Note> warnings;     ///< of Verilator: combinational loops and the like; lint and style apart
};

/// The program, from `cache` or built into it. Keyed by the contents of all files read, the parameters, the driver, the
/// tools' versions and the flags; how ports are used is not part of it. Fails with kUnsupported when Verilator or the
/// C++ compiler refuses the design.
Result<BuiltRtl> build_user_rtl(const RtlSources& sources, const RtlDesign& design, bool trace,
                                const std::filesystem::path& cache, const Context& context);

}  // namespace heddle::verify
