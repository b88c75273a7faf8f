// A model of energy: counts of a simulated run times a table of published energies (docs/energy.md). Never a
// measurement.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/arch/cgra.h"
#include "compiler/base/json.h"
#include "compiler/base/result.h"
#include "compiler/codegen/activity.h"

namespace heddle::energy {

/// Picojoules: what the table says, and the range within which its entry may lie.
struct Picojoules {
  double value = 0;
  double low = 0;
  double high = 0;

  Picojoules& operator+=(const Picojoules& other);
  bool operator==(const Picojoules&) const = default;
};

Picojoules operator*(double factor, const Picojoules& energy);

/// What a kind of operation takes, by width.
struct OperationEnergy {
  std::string kind;  ///< "add", "multiply", "divide", "logic", "shift", "fp_add", "fp_multiply"
  int bits = 0;
  double pj = 0;
  std::string format;  ///< "e4m3": of fp_add and fp_multiply; empty for integers
  std::string source;
};

/// What a byte to or from a level takes. `bytes`: the size of the memory, 0 if the level has no size.
struct MemoryEnergy {
  std::string level;  ///< "register", "link", "configuration", "scratchpad", "dram"
  double bytes = 0;
  Picojoules per_byte;
  std::string source;
};

/// The built-in table, or another of the schema heddle.energy_table/1.
struct EnergyTable {
  std::string version;
  std::string process;
  std::vector<OperationEnergy> operations;
  std::vector<MemoryEnergy> memories;

  /// Of one operation on words of `bits` bits; integer operations that the table lacks at this width are interpolated
  /// by its own rule (linear; multiplication quadratic). Operations of number formats have the width of their format,
  /// whatever the word: sums and products have rows, the others are put together from rows (docs/energy.md). Range:
  /// half to twice the value, the spread between published 45 nm figures. Fails with kUnsupported for operations of
  /// unknown kind and formats without rows.
  [[nodiscard]] Result<Picojoules> operation(dfg::Opcode op, int bits) const;
  /// A byte of a level; `size` in bytes, for scratchpads (a bank), interpolated in log-log.
  [[nodiscard]] Picojoules byte_of(const std::string& level, double size = 0) const;
};

Result<EnergyTable> energy_table(const Document& document);
const EnergyTable& built_in_table();

/// One line of an account.
struct EnergyItem {
  std::string name;  ///< "operations: mul", "scratchpad reads", ...
  std::uint64_t count = 0;
  double bytes = 0;  ///< moved; 0 for operations
  Picojoules energy;
};

/// Account of some runs. Linear in the counts, so additive over launches and regions.
struct EnergyAccount {
  std::vector<EnergyItem> items;
  Picojoules total;
};

/// `activity` on `cgra`. Counted: operations (those of filling and draining too), registers, links, configuration
/// fetches, scratchpad, the words over the host port (scratchpad and DRAM on the other side). Not counted: clock tree,
/// leakage, control, the host's own work.
Result<EnergyAccount> account(const codegen::Activity& activity, const arch::Cgra& cgra, const EnergyTable& table);

/// The items that matter most, in words: which share each has, and how the total changes if its price is halved or
/// doubled.
std::vector<std::string> sensitivity(const EnergyAccount& account, std::size_t items = 3);

Json to_json(const EnergyAccount& account, const EnergyTable& table);

}  // namespace heddle::energy
