// The modules that the generated RTL of an array consists of, without generating or elaborating it.
#pragma once

#include <string>
#include <vector>

#include "compiler/arch/cgra.h"
#include "cost_models/fpga/usage.h"

namespace heddle::fpga {

/// What a module belongs to, in the order of the table.
enum class Part : std::uint8_t {
  kAlu,
  kMultiplier,
  kDivider,
  kNumbers,  ///< sums, products, comparisons, conversions of number formats
  kPacked,   ///< dot products of packed integers
  kLoadStore,
  kAddressGenerators,
  kRegisters,
  kOperandMuxes,
  kConfigMemory,
  kLiveOuts,
  kPeControl,  ///< decoding, RES and what is in flight
  kLinks,
  kLoopControl,
  kScratchpadBanks,
  kScratchpadCrossbar,
  kScratchpadResponse,
  kHostInterface,
  kLiveOutRead,  ///< the OR of all PEs' live-outs, in the top module
};
std::string_view name(Part part);

/// `count` instances of one module with one set of parameters.
struct ModuleUse {
  ModuleSpec spec;
  Part part = Part::kAlu;
  int pe_class = -1;  ///< index into Cgra::classes; -1: of the array
  std::int64_t count = 1;
};

/// Every module instance of codegen::generate_top(cgra), counted with multiplicity, each with only its own cells (what
/// it instantiates is listed by itself). Fails where there is no RTL. A unit of number formats
/// (`is_unit`) stands for all that lies in it.
Result<std::vector<ModuleUse>> array_modules(const arch::Cgra& cgra);

/// Without the parameters that a module only hands on to modules inside, which are not its own cells: two instances
/// with equal `own_parameters` have equal cost.
ModuleSpec own_parameters(ModuleSpec spec);

}  // namespace heddle::fpga
