// The configuration memory, and its content turned into lists that an array cycle just walks through.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/codegen/layout.h"
#include "compiler/dfg/graph.h"
#include "systemc_models/cgra/state_map.h"

namespace heddle::systemc {

/// An operation with its operands resolved to state words. An operand without an initial value has initial == source.
struct Operation {
  enum class Kind : std::uint8_t { kArithmetic, kLoad, kStore };
  static constexpr std::int32_t kNoLiveOut = -1;
  static constexpr std::int32_t kNoGenerator = -1;

  Index source[3] = {0, 0, 0};
  Index initial[3] = {0, 0, 0};  ///< read while `init_stage` has not started
  Index result = 0;
  Index base = 0;                         ///< memory operations: the constant field with the array's base
  Index step = 0;                         ///< and the one with the step of its address generator
  std::int32_t generator = kNoGenerator;  ///< among all address generators
  std::uint8_t steps = 0;                 ///< steps of outer loops, behind `step`
  std::uint8_t edge[3] = {0, 0, 0};       ///< of each operand: codegen::edge_code
  std::uint8_t gate = 0;                  ///< likewise
  std::int32_t live_out = kNoLiveOut;
  std::uint16_t pe = 0;
  std::uint16_t stage = 0;
  std::uint16_t init_stage = 0;
  std::uint16_t latency = 1;
  dfg::Opcode op = dfg::Opcode::kNop;
  Kind kind = Kind::kArithmetic;
  std::uint8_t shift = 0;
  std::uint8_t bytes = 0;
  bool predicated = false;
  bool is_signed = false;

  bool operator==(const Operation&) const = default;
};

struct Copy {
  Index to = 0;
  Index from = 0;
  bool operator==(const Copy&) const = default;
};

/// All that happens in the array cycles of one slot.
struct SlotProgram {
  std::vector<Copy> links;            ///< in an order in which a link comes after the link it passes on
  std::vector<Operation> operations;  ///< ascending by PE: the order of arbitration
  std::vector<Copy> registers;        ///< all read before the first is written
  std::uint64_t register_reads = 0;   ///< read ports whose value something uses
};

/// Written by the host chunk by chunk; decoded when a run starts.
class Configuration {
 public:
  explicit Configuration(const arch::Cgra& cgra, const StateMap& map);

  /// Addresses outside the array are ignored.
  void write(std::size_t pe, std::size_t slot, std::size_t chunk, std::uint32_t value);
  /// Decodes what changed since the last call, and puts the constant fields into `state`.
  void refresh(std::vector<Word>& state);
  [[nodiscard]] const SlotProgram& slot(std::size_t number) const { return slots_[number]; }
  /// Where live-out register `index` of `pe` lies among all live-out registers; nullopt if there is none.
  [[nodiscard]] std::optional<std::size_t> live_out_index(std::size_t pe, std::size_t index) const;
  [[nodiscard]] std::size_t live_out_count() const { return live_outs_.back(); }
  [[nodiscard]] std::size_t generator_count() const { return generators_.back(); }
  [[nodiscard]] int max_latency() const { return max_latency_; }

 private:
  /// One decoded configuration word, without its constants.
  struct PeProgram {
    std::optional<Operation> operation;
    std::vector<Copy> links;  // every outgoing link; from 0 = idle
    std::vector<Copy> registers;
    std::uint64_t register_reads = 0;
    bool operator==(const PeProgram&) const = default;
  };

  [[nodiscard]] std::size_t word_index(std::size_t pe, std::size_t slot) const { return pe * depth_ + slot; }
  [[nodiscard]] PeProgram resolve(std::size_t pe, std::size_t slot, const codegen::PeWord& word) const;
  [[nodiscard]] std::optional<Operation> resolve_operation(std::size_t pe, std::size_t slot,
                                                           const codegen::PeWord& word) const;
  [[nodiscard]] Index source(std::size_t pe, const codegen::PeWord& word, int code) const;
  [[nodiscard]] Index operand(std::size_t pe, std::size_t slot, const codegen::PeWord& word, int code) const;
  [[nodiscard]] Index link_source(std::size_t pe, const codegen::PeWord& word, int code, arch::LinkId out) const;
  void rebuild();
  void order_links(std::size_t slot, const std::vector<bool>& driven);

  const arch::Cgra& cgra_;
  const StateMap& map_;
  std::size_t depth_;
  std::vector<codegen::Layout> layouts_;            // by PE
  std::vector<std::vector<std::uint32_t>> chunks_;  // by word
  std::vector<PeProgram> programs_;                 // by word
  std::vector<std::size_t> dirty_;                  // words
  std::vector<bool> is_dirty_;                      // by word
  std::vector<SlotProgram> slots_;
  std::vector<std::size_t> live_outs_;   // by PE: number of the first; and the count
  std::vector<std::size_t> generators_;  // likewise
  int max_latency_ = 1;
};

}  // namespace heddle::systemc
