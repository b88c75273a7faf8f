// Which points no other beats, and how much of the objective space they dominate.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/base/json.h"
#include "compiler/base/result.h"

namespace heddle::explore {

/// A point in objective space; every coordinate is to be small (maximised objectives have their sign changed).
struct Member {
  std::uint64_t sequence = 0;
  std::string id;
  std::vector<double> coordinates;
};

/// No worse in every coordinate, and better in one.
bool dominates(const std::vector<double>& a, const std::vector<double>& b);

/// Points that none dominates, in the order of their sequence; equal ones all stay. The result does not depend on the
/// order in which they are added.
class Front {
 public:
  /// False if some member dominates it.
  bool add(Member member);
  [[nodiscard]] const std::vector<Member>& members() const { return members_; }

 private:
  std::vector<Member> members_;
};

/// Volume of what the members dominate below the reference (pagmo). Members that do not dominate the reference do not
/// count. 0 for an empty front.
double hypervolume(const std::vector<Member>& members, const std::vector<double>& reference);

}  // namespace heddle::explore
