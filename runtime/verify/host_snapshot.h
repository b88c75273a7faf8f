// The host memory that a launch may change.
#pragma once

#include <cstring>
#include <utility>
#include <vector>

#include "runtime/session/backend.h"

namespace heddle::verify {

/// As it is now; to put it back, or to compare it with later.
class HostSnapshot {
 public:
  explicit HostSnapshot(const session::LaunchPlan& plan) {
    // What is only read may be a constant of the program, which nobody can write.
    for (const session::Transfer& transfer : plan.out)
      pieces_.emplace_back(transfer.host, std::vector<char>(transfer.host, transfer.host + transfer.bytes));
  }
  void restore() const {
    for (const auto& [place, content] : pieces_) std::memcpy(place, content.data(), content.size());
  }
  /// Whether the memory holds the same.
  [[nodiscard]] bool is_current() const {
    for (const auto& [place, content] : pieces_)
      if (std::memcmp(place, content.data(), content.size()) != 0) return false;
    return true;
  }

 private:
  std::vector<std::pair<char*, std::vector<char>>> pieces_;
};

}  // namespace heddle::verify
