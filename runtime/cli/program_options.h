// Pieces that the subcommands on compiled programs share.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "runtime/cli/command.h"
#include "runtime/session/backend.h"
#include "runtime/session/devices.h"
#include "runtime/session/program.h"

namespace heddle::cli {

/// Where and how the RTL of the program in `directory` is built.
session::RtlOptions rtl_options(const std::filesystem::path& directory, const Environment& environment, bool trace);

/// A backend and the device that it drives.
struct Engine {
  std::unique_ptr<codegen::Device> device;
  std::unique_ptr<session::Backend> backend;
  std::vector<Engine> parts;  ///< of a mixed backend
};

/// `name`: one of backend_names(). `trace` (may be empty): waveform of everything; only of systemc and rtl.
Result<Engine> make_engine(const std::string& name, const session::CompiledProgram& program,
                           const std::filesystem::path& directory, const std::string& trace,
                           const Environment& environment);

/// The same, with launches that `--layers` gives to other backends.
Result<Engine> make_engine(const std::string& name, const std::vector<std::string>& layers,
                           const session::CompiledProgram& program, const std::filesystem::path& directory,
                           const std::string& trace, const Environment& environment);

/// The kernel of that name; for an empty name the only one. Fails with the nearest name, or the list.
Result<const frontend::Kernel*> find_kernel(const session::CompiledProgram& program, const std::string& name);

inline const std::vector<std::string>& backend_names() {
  static const std::vector<std::string> names{"fast", "interpreter", "systemc", "rtl"};
  return names;
}

}  // namespace heddle::cli
