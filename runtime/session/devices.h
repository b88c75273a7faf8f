// Makes devices by name: the SystemC model in this process, or the RTL, verilated once per architecture and cached.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "compiler/arch/cgra.h"
#include "compiler/base/context.h"
#include "compiler/codegen/device.h"

namespace heddle::session {

struct RtlOptions {
  std::filesystem::path rtl_directory;    ///< sources with files.f; of a compiled program, or freshly generated
  std::filesystem::path cache_directory;  ///< verilated libraries, keyed by content hash of sources, tools and driver
  std::filesystem::path driver_source;    ///< rtl_driver.cpp, compiled with the model
  bool trace = false;                     ///< build with FST
  bool assertions = true;                 ///< build with the RTL's assertions; a failed one fails the run
};

/// Verilates (minutes for large arrays; progress is reported) or takes from the cache, and loads the library.
Result<std::unique_ptr<codegen::Device>> make_rtl_device(const arch::Cgra& cgra, const RtlOptions& options,
                                                         const Context& context);

}  // namespace heddle::session
