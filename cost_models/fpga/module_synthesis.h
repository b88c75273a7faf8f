// Synthesis of many modules of the array at a low price: one Yosys run for all parameterisations of a module, since
// most of a run's time goes into reading the family's cell libraries.
#pragma once

#include <filesystem>
#include <map>
#include <vector>

#include "cost_models/fpga/synthesis.h"
#include "cost_models/fpga/usage.h"

namespace heddle::fpga {

/// A module's own cells (what it instantiates is left out, save in a unit: number_modules.h), or why there are none.
struct ModuleRow {
  SynthesisRow::Outcome outcome = SynthesisRow::Outcome::kDone;
  Usage usage;
  std::string message;     ///< unless kDone
  std::string log;         ///< end of the tool's log, unless kDone
  double cpu_seconds = 0;  ///< share of the run that made it
  bool cached = false;
};

/// Of what a module's result depends on in `rtl_directory`: its source, the package if it uses it, and what
/// a unit (number_modules.h) contains. 16 hex digits.
/// `cgra_top` stands for the OR of all PEs' live-outs and depends on nothing. Fails with kNotFound without the file.
Result<std::string> source_hash(const std::string& module, const std::filesystem::path& rtl_directory);

/// The command that maps modules of the array, by family, hierarchy kept.
std::string array_synthesis_command(Family family);

/// Rows by spec; the same flow as scripts/synth, so that sums over instances equal its totals. A run that fails is
/// repeated module by module, so that one bad parameterisation is one bad row. Fails as synthesize_all does.
Result<std::map<ModuleSpec, ModuleRow>> synthesize_modules(const std::vector<ModuleSpec>& specs, Family family,
                                                           const std::filesystem::path& rtl_directory,
                                                           const SynthesisOptions& options, const Context& context);

}  // namespace heddle::fpga
