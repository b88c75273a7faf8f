// Verilator's run time and generated C++ to objects: what every library or program with a verilated model is made of.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "compiler/base/context.h"
#include "compiler/base/result.h"
#include "compiler/base/tool_process.h"

namespace heddle::session {

/// Verilator and the C++ compiler of this machine.
struct VerilatorTools {
  std::string versions;           ///< what both print of themselves; part of every cache key
  std::filesystem::path include;  ///< of Verilator's run time
};

/// Asks the tools; run in `directory`, where their output may be written. Fails with kNotFound if one is missing.
Result<VerilatorTools> find_verilator(const std::filesystem::path& directory, const Context& context);

/// How C++ with a verilated model is compiled.
struct VerilatedBuild {
  VerilatorTools tools;
  std::filesystem::path declarations;  ///< included first everywhere; declares heddle_rtl_print
  bool trace = false;                  ///< FST waves

  /// Flags of the C++ compiler, optimisation apart. Stops, fatal errors and prints of the model are left to the
  /// driver: it defines vl_stop, vl_fatal, vl_finish and heddle_rtl_print.
  [[nodiscard]] ToolCommand compiler_flags() const;
  /// What `compiler_flags` and the tools' versions make of the objects, without the places of files.
  [[nodiscard]] std::uint64_t key(std::uint64_t seed) const;
};

/// A directory of `cache` with the objects of Verilator's run time, which take longer to compile than a small model;
/// made once for all models. Position-independent.
Result<std::filesystem::path> runtime_objects(const VerilatedBuild& build, const std::filesystem::path& cache,
                                              const Context& context);

/// `first` followed by `second`.
ToolCommand joined(ToolCommand first, const ToolCommand& second);

/// content_hash over words, each ended by a zero byte.
std::uint64_t hash_words(const ToolCommand& words, std::uint64_t seed);

/// Threads for tools: those of the machine, 1 to 16.
int tool_jobs();

}  // namespace heddle::session
