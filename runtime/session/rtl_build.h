// Turns an array's RTL into a shared library with a verilated model, once per content.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/base/context.h"
#include "compiler/base/result.h"

namespace heddle::session {

/// What is verilated, and with which driver.
struct RtlDesign {
  std::filesystem::path directory;      ///< files.f and what it names
  std::vector<std::string> headers;     ///< other files of `directory`, which the sources include
  std::string top;                      ///< the module; the model's class is V and this
  std::vector<std::string> parameters;  ///< of the top, as NAME=VALUE
  std::string shared_module;            ///< stays functions of its own, shared by equal instances; empty: none
  std::filesystem::path driver;         ///< a source that is compiled with the model, beside rtl_abi.h
  std::filesystem::path cache;          ///< directory of libraries
  bool trace = false;                   ///< with FST
  bool assertions = true;
};

/// The library for the design, from its cache or built into it. Keyed by the contents of sources and driver, the
/// versions of Verilator and the C++ compiler, and the flags. Processes that want the same library at the same time
/// build it once.
Result<std::filesystem::path> build_rtl_library(const RtlDesign& design, const Context& context);

/// The symbol of a library, which is never unloaded: another model may use it, and Verilator's run time keeps state of
/// its own.
Result<const void*> rtl_symbol(const std::filesystem::path& library, const char* symbol);

}  // namespace heddle::session
