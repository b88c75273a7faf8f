// Turns an array's RTL into a shared library with a verilated model, once per content.
#pragma once

#include <filesystem>

#include "compiler/base/context.h"
#include "compiler/base/result.h"
#include "runtime/session/devices.h"

namespace heddle::session {

/// The library for the sources in options.rtl_directory, from options.cache_directory or built into it. Keyed by the
/// contents of sources and driver, the versions of Verilator and the C++ compiler, and the flags. Processes that want
/// the same library at the same time build it once.
Result<std::filesystem::path> build_rtl_library(const RtlOptions& options, const Context& context);

}  // namespace heddle::session
