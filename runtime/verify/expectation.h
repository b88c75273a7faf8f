// What a launch must do, value by value: the interpreter's run walked through the mapping.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/codegen/device.h"
#include "runtime/session/backend.h"
#include "runtime/verify/report.h"

namespace heddle::verify {

/// Node `u` of iteration `j` must be in RES of its PE in array cycle t(u) + latency(u) + j * II.
class Expectation {
 public:
  /// Interprets the launch on what host memory holds now; host memory does not change.
  Expectation(const arch::Cgra& cgra, const session::LaunchPlan& plan, bool with_values);

  [[nodiscard]] const std::vector<std::uint64_t>& live_outs() const { return live_outs_; }
  /// True if host memory holds what the launch must have left there.
  [[nodiscard]] bool memory_matches() const;

  // The rest needs `with_values`.

  /// The first value in RES that is wrong in this sample.
  [[nodiscard]] std::optional<ValueFault> check(const codegen::ProbeSample& sample) const;
  /// The earliest store that left something else in host memory than it should have.
  [[nodiscard]] std::optional<ValueFault> check_memory() const;
  [[nodiscard]] std::optional<ValueFault> check_live_outs(const std::vector<std::uint64_t>& got) const;

 private:
  struct Access {
    dfg::NodeId node;
    std::uint64_t iteration = 0;
    std::uint64_t address = 0;
  };

  void copy_in();
  void record(dfg::NodeId node, std::uint64_t iteration, std::uint64_t value, std::uint64_t address, bool accessed);
  void sort_nodes_by_slot();
  [[nodiscard]] int latency(dfg::NodeId node) const;
  [[nodiscard]] ValueFault fault(dfg::NodeId node, std::uint64_t iteration, const std::string& what) const;
  [[nodiscard]] std::vector<std::string> operands(dfg::NodeId node, std::uint64_t iteration) const;
  [[nodiscard]] std::uint64_t operand_value(const dfg::Operand& operand, std::uint64_t iteration) const;
  [[nodiscard]] std::uint64_t value(dfg::NodeId node, std::uint64_t iteration) const;
  [[nodiscard]] std::vector<std::uint8_t> left_on_host() const;
  [[nodiscard]] std::optional<ValueFault> unexpected_store(std::uint64_t address,
                                                           const std::vector<std::uint8_t>& got) const;

  const arch::Cgra& cgra_;
  const session::LaunchPlan& plan_;
  const session::CompiledRegion& region_;
  std::uint64_t ii_;
  std::vector<std::uint8_t> scratchpad_;
  std::vector<std::uint64_t> live_outs_;
  std::uint64_t recorded_ = 0;                                ///< iterations whose values are kept
  std::vector<std::uint64_t> values_;                         ///< [iteration][node]
  std::vector<Access> stores_;                                ///< in the order of iterations
  std::vector<std::vector<dfg::NodeId>> completing_in_slot_;  ///< by (t + latency) mod II
};

}  // namespace heddle::verify
