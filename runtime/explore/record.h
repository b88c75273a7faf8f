// From the results of a point's tasks to its metrics, objectives and status.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "runtime/explore/front.h"
#include "runtime/explore/store.h"
#include "runtime/explore/sweep.h"

namespace heddle::explore {

/// Results by the name of the task, in the order of the tasks.
using TaskResults = std::vector<std::pair<std::string, Json>>;

/// Status "ok"; "infeasible" if a task says so; "excluded" if a constraint over metrics does not hold; "failed" if a
/// task failed, or a formula has no value. The reason names the first task at fault.
Json content_of(const Sweep& sweep, const Json& values, const TaskResults& results);

/// A value of a record for people: floats with six digits, null as "-".
std::string shown(const Json& value);

/// Of a record whose status is "ok": its objectives, all to be minimised.
Member member_of(const Sweep& sweep, const Record& record);

/// The reference of the hypervolume: as the sweep says, else the worst of all points that are ok.
class Reference {
 public:
  explicit Reference(const Sweep& sweep);
  void add(const Member& member);
  [[nodiscard]] const std::vector<double>& values() const { return values_; }

 private:
  std::vector<bool> given_;
  std::vector<double> values_;
};

}  // namespace heddle::explore
