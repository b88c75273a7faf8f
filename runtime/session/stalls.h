// Clock cycles lost to memory port conflicts, from the addresses that a run accessed (docs/execution_model.md, section
// 6).
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/arch/cgra.h"

namespace heddle::session {

/// Fed with accesses in the order of iterations; keeps only the array cycles that are still open.
class StallCounter {
 public:
  /// `window`: array cycles that one iteration spans (its schedule length).
  StallCounter(const arch::Scratchpad& scratchpad, int word_bits, int window);

  /// All later accesses are in `cycle` or after; `access` must be within `window` of it.
  void advance_to(std::uint64_t cycle);
  void access(std::uint64_t cycle, std::uint64_t address);
  /// Stall cycles of all accesses so far.
  [[nodiscard]] std::uint64_t total() const;

 private:
  [[nodiscard]] std::size_t row(std::uint64_t cycle) const {
    return static_cast<std::size_t>(cycle % window_) * banks_;
  }
  [[nodiscard]] std::uint64_t stalls_of(std::uint64_t cycle) const;

  arch::Scratchpad scratchpad_;
  std::uint64_t word_bytes_;
  std::uint64_t window_;
  std::size_t banks_;
  std::uint64_t first_ = 0;              ///< first open array cycle
  std::uint64_t closed_ = 0;             ///< stalls of the cycles before it
  std::vector<std::uint32_t> requests_;  ///< [cycle mod window][bank]
};

}  // namespace heddle::session
