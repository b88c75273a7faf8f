// What the lowering must know of the array: how much runs and is read at once, and what fits near it.
#pragma once

#include <algorithm>
#include <cstdint>

namespace heddle::lowering {

inline std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

struct Machine {
  int units = 0;         ///< PEs; 0: nothing is known, and no nest is shaped for an array
  int memory_ports = 0;  ///< PEs with memory: accesses an array cycle
  int slots = 0;         ///< configuration words of a PE: the largest initiation interval
  int banks = 0;         ///< of the scratchpad
  std::int64_t bank_bytes = 0;
  int bank_ports = 1;
  bool packed = false;     ///< dot products of 4 x int8, signed and unsigned by signed, on most units
  bool loop_unit = false;  ///< loops and addresses of a convolution take no units
  bool nibbles = false;    ///< the same dot products of 8 x int4
  bool picks = false;      ///< bytes of two words by an index, for 2:4 sparse weights

  /// Larger graphs take the mapper long.
  [[nodiscard]] std::int64_t most_operations() const { return std::min<std::int64_t>(200, 6 * units); }
  /// Of the issue slots; the rest is for uneven resources and detours.
  [[nodiscard]] std::int64_t usable_units() const { return std::max<std::int64_t>(1, units * 3 / 4); }
  [[nodiscard]] std::int64_t scratchpad_bytes() const { return banks * bank_bytes; }
};

}  // namespace heddle::lowering
