// What a launch does on the array, counted from its configuration instead of watched (docs/energy.md).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "runtime/session/launch_interpreter.h"

namespace heddle::session {

/// Remembers what each region's configuration does in each slot.
class ActivityModel {
 public:
  /// The array must outlive the model.
  explicit ActivityModel(const arch::Cgra& cgra) : cgra_(cgra) {}

  /// Counts of one launch, as the SystemC model has them. `cycles` are those of the launch. Without `accesses`, the
  /// memory accesses are counted from the loops around them, and one under a predicate that the program computes counts
  /// as if it were always done.
  codegen::Activity of(const LaunchPlan& plan, const LaunchCycles& cycles, const Accesses* accesses = nullptr);

 private:
  /// An operation of a slot.
  struct Operation {
    dfg::Opcode op = dfg::Opcode::kNop;
    int gate = 0;  ///< codegen::edge_code
  };
  struct Slot {
    std::vector<Operation> operations;
    std::uint64_t register_reads = 0;
    std::uint64_t register_writes = 0;
    std::uint64_t link_words = 0;
  };
  struct Region {
    std::vector<std::vector<std::vector<std::uint32_t>>> words;  ///< what the slots are of
    std::vector<Slot> slots;
  };

  const std::vector<Slot>& slots_of(const codegen::Image& image);
  void add_pe(const codegen::Image& image, std::size_t pe, std::vector<Slot>& slots) const;

  const arch::Cgra& cgra_;
  std::map<std::string, Region> regions_;  ///< by name
};

}  // namespace heddle::session
