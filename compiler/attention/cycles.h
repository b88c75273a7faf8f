// The cycles of a program, without its values: those of SystemC and RTL, exactly, if the streams never pause.
#pragma once

#include <cstdint>

#include "compiler/arch/swat.h"
#include "compiler/attention/program.h"
#include "compiler/base/result.h"

namespace heddle::attention {

/// Clocks from the start of a beat's key to the start of its value, beside head_dim.
inline constexpr std::int32_t kLatency = 10;
/// Clocks from the last element of a task's last value to the one in which its first row is divided, beside `rows`.
inline constexpr std::int32_t kTaskTail = 6;
/// Clocks from the clock in which a row's division begins to the one before its first element can be in a word.
inline constexpr std::int32_t kDivision = 26;

struct Cycles {
  /// From the first clock in which the streams may transfer to that of the last output word, both included.
  std::int64_t cycles = 0;
  std::int64_t beats = 0;  ///< of the group that has most
  /// Clocks in which a group had no beat between its first and its last, of all groups: for want of loads, of a drained
  /// bank, of a run.
  std::int64_t load_waits = 0;
  std::int64_t drain_waits = 0;
  std::int64_t run_waits = 0;
  std::int64_t load_words = 0;    ///< of the input stream
  std::int64_t output_words = 0;  ///< rows of cores without a row too
  bool operator==(const Cycles&) const = default;
};

/// Fails with kInfeasible if the program stops: a run that waits for a load that waits for the run.
/// Complexity: proportional to runs, loads and output words.
Result<Cycles> count_cycles(const Program& program, const arch::Swat& array);

/// Share of the multiplications that the array can begin in that time: two products of head_dim elements a pair.
double utilisation(std::int64_t pairs, const Program& program, const arch::Swat& array, std::int64_t cycles);

}  // namespace heddle::attention
