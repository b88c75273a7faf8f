// From the results of a point's tasks to its metrics, objectives and status.
#pragma once

#include <map>
#include <optional>
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

/// The content of a point at one of several rungs of fidelity: with "fidelity", what the rungs below gave ("lower",
/// each with its error against this one), and "evaluation", its number at the last rung. "ok" below the last rung is
/// "screened". `before` is the content at the rung below, or null.
Json climbed(const Sweep& sweep, std::size_t rung, Json content, const Json& before,
             std::optional<std::uint64_t> evaluation);

/// The objectives of a content, all to be minimised.
std::vector<double> coordinates_of(const Sweep& sweep, const Json& objectives);

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
