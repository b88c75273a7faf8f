// What a whole CGRA takes of an FPGA: estimated from its description, or by synthesis of its modules.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/arch/cgra.h"
#include "cost_models/fpga/array_modules.h"
#include "cost_models/fpga/module_predictor.h"
#include "cost_models/fpga/module_synthesis.h"

namespace heddle::fpga {

/// One row of the table: a part of all PEs of a class, or of the array.
struct ArrayPart {
  std::string owner;  ///< name of the PE class, or "array"
  Part part = Part::kAlu;
  std::int64_t instances = 0;  ///< PEs of the class, or module instances of the array
  std::optional<Usage> estimate;
  std::optional<Usage> synthesis;  ///< absent: not asked for, or a module failed
};

/// A module that did not synthesise.
struct FailedModule {
  ModuleSpec spec;
  std::string message;
  std::string log;
};

struct ArrayCost {
  Family family = Family::kXcup;
  std::vector<ArrayPart> parts;
  std::optional<Usage> estimate;   ///< of the whole array
  std::optional<Usage> synthesis;  ///< absent also if a module failed
  std::vector<FailedModule> failed;
};

/// The estimate. Fails with kUnsupported for an array without RTL, with operations that are not calibrated, or a family
/// without a predictor.
Result<ArrayCost> estimate_array(const arch::Cgra& cgra, Family family);

/// As above, from another calibration than the built-in one.
Result<ArrayCost> estimate_array(const arch::Cgra& cgra, const ModulePredictor& predictor, Family family);

/// Adds the synthesis column: each distinct module once (cached), summed over instances, never flattened; nothing is
/// optimised across module borders. Fails without Yosys (kNotFound); a module that crashes or takes too long goes to
/// `failed`.
Status synthesize_array(const arch::Cgra& cgra, const std::filesystem::path& rtl_directory,
                        const SynthesisOptions& options, const Context& context, ArrayCost& cost);

/// (estimate - synthesis) / synthesis; nothing where synthesis is 0.
std::optional<double> relative_error(double estimate, double synthesis);

Json to_json(const ArrayCost& cost);

}  // namespace heddle::fpga
