// A coarse-grained reconfigurable array as a value: everything the mapper, the models and the RTL generator know of it.
// The meaning of each field is fixed by docs/execution_model.md, sections 4 to 6.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/base/ids.h"
#include "compiler/base/json.h"
#include "compiler/base/result.h"
#include "compiler/dfg/graph.h"

namespace heddle::arch {

using PeId = Id<struct PeTag>;
using LinkId = Id<struct LinkTag>;

/// Cycles from issue to result in RES, and cycles from issue until the unit takes the next operation.
struct Timing {
  int latency = 1;
  int interval = 1;
  bool operator==(const Timing&) const = default;
};

/// What a kind of PE can do and hold.
struct PeClass {
  std::string name;
  std::map<dfg::Opcode, Timing> operations;
  int registers = 4;
  int rf_read_ports = 2;
  int rf_write_ports = 1;
  int constants = 2;
  int live_outs = 2;
  bool memory = false;
  int address_generators = 0;  ///< of PEs with memory
  bool operator==(const PeClass&) const = default;
};

struct Pe {
  int row = 0;
  int column = 0;
  int pe_class = 0;  ///< index into Cgra::classes
  bool operator==(const Pe&) const = default;
};

/// Most inner loops that a loop unit can count: its registers end where the host's address map does.
inline constexpr int kMaxLoopLevels = 4;

/// A directed wire; at most one value a cycle.
struct Link {
  PeId from;
  PeId to;
  std::string name;   ///< "E", "NW", "E2", "wrapS", or the user's own
  bool wrap = false;  ///< closes a torus ring
  bool operator==(const Link&) const = default;
};

enum class Turns : std::uint8_t { kDimensionOrder, kAny };

/// Passing a value on in the same cycle.
struct Bypass {
  int hop_limit = 1;  ///< links a value may cross within one cycle; 1 = none
  Turns turns = Turns::kDimensionOrder;
  bool operator==(const Bypass&) const = default;
};

struct Scratchpad {
  int banks = 4;
  std::int64_t bank_bytes = 8192;
  int ports = 1;
  bool interleaved = false;

  [[nodiscard]] std::int64_t bytes() const { return banks * bank_bytes; }
  bool operator==(const Scratchpad&) const = default;
};

/// PEs are numbered row by row; a link's number is its place in `links`.
struct Cgra {
  std::string name;
  std::string description;
  int word_bits = 32;
  int rows = 1;
  int columns = 1;
  int config_depth = 32;
  int max_stages = 32;
  int loop_levels = 0;  ///< inner loops of a flattened nest that the loop unit counts; 0: no loop unit
  std::vector<PeClass> classes;
  std::vector<Pe> pes;
  std::vector<Link> links;
  Bypass bypass;
  Scratchpad scratchpad;

  // Derived by `finish`.
  std::vector<std::vector<LinkId>> in_links;   ///< by PE, in the order of `links`
  std::vector<std::vector<LinkId>> out_links;  ///< by PE, in the order of `links`
  std::vector<PeId> memory_pes;                ///< ascending

  [[nodiscard]] const Pe& pe(PeId id) const { return pes[id.index()]; }
  [[nodiscard]] const PeClass& pe_class(PeId id) const { return classes[static_cast<std::size_t>(pe(id).pe_class)]; }
  [[nodiscard]] const Link& link(LinkId id) const { return links[id.index()]; }
  /// Where `op` can run on this PE, and how fast; nullopt if it cannot.
  [[nodiscard]] std::optional<Timing> timing(PeId id, dfg::Opcode op) const;
  /// True if a value arriving on `in` may leave on `out` in the same cycle (in.to == out.from is required).
  [[nodiscard]] bool may_bypass(LinkId in, LinkId out) const;
  bool operator==(const Cgra&) const = default;
};

/// Computes the derived fields and checks consistency: ids in range, every class used has sensible numbers (latency >=
/// 1, load >= 2, store = 1, interval >= 1), memory operations only on memory classes, config_depth <= 256, at least one
/// PE.
Status finish(Cgra& cgra);

/// Constant fields that every PE has (`memory`: every PE with memory): what an operation may need wherever it is
/// placed.
int fewest_constants(const Cgra& cgra, bool memory = false);

/// A cycle of links through which a value could run round within one clock cycle, or empty: RTL needs it empty.
std::vector<LinkId> combinational_loop(const Cgra& cgra);

/// Reads a `heddle.arch/1` YAML document (workloads/schema/arch.json). Errors carry file:line:col, the key path and the
/// nearest valid key.
Result<Cgra> from_document(const Document& document);
Result<Cgra> load(const std::filesystem::path& path);

/// The names that may stand in `operations` beside those of single operations: "alu", "div", "memory", ...
std::vector<std::string> operation_groups();
/// The operations that a group or a single name stands for on words of this width; empty if there is no such name.
std::vector<dfg::Opcode> operations_named(const std::string& name, int word_bits);
/// The timing of an operation for which a description gives none.
Timing default_timing(dfg::Opcode op);

/// The published JSON Schema of `heddle.arch/1`.
const Json& schema();

/// `name_or_path`: an existing file, or the name of a shipped architecture ("hycube_4x4").
Result<Cgra> find(const std::string& name_or_path, const std::filesystem::path& architectures_dir);

/// The whole description spelt out (no patterns), as JSON: loading it gives an equal value. Its text is the content
/// that caches hash.
Json to_json(const Cgra& cgra);

}  // namespace heddle::arch
