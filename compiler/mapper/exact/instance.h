// A problem made ready for questions of any II.
#pragma once

#include <optional>
#include <vector>

#include "compiler/mapper/exact/model.h"

namespace heddle::mapper::exact {

/// The tables that questions refer to. `problem` must outlive it.
class Instance {
 public:
  Instance(const Problem& problem, const std::vector<Capability>& capability, const std::vector<int>& banks);

  [[nodiscard]] const search::Fabric& fabric() const { return fabric_; }
  [[nodiscard]] const search::Task& task() const { return task_; }
  /// The node that is restricted to one PE of each orbit of the array's symmetries, and these PEs.
  [[nodiscard]] int pinned() const { return pinned_; }
  [[nodiscard]] const std::vector<int>& representatives() const { return representatives_; }

  /// Cycles such that if any schedule exists that the stages of the array allow, one exists within them.
  [[nodiscard]] int longest_horizon(int ii) const;
  /// `schedule` is of the same II, and must outlive the question.
  [[nodiscard]] Question question(const search::Schedule& schedule, int ii, int horizon) const;

 private:
  [[nodiscard]] int degree(int node) const;

  const arch::Cgra& cgra_;
  search::Fabric fabric_;
  search::Task task_;
  std::vector<int> representatives_;
  std::optional<BankChoice> banks_;
  int pinned_ = 0;
};

}  // namespace heddle::mapper::exact
