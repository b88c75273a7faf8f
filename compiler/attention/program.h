// What the window-attention array executes: loads into the groups' stores, and runs of keys past the rows of a task.
//
// Time is counted in beats of `head_dim` cycles, per group, from the first beat of its first task. A group's runs
// follow each other in the order of the list; waits stretch time and are not beats. docs/attention.md describes the
// array.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/numerics/value.h"

namespace heddle::attention {

/// What a load writes.
enum class LoadKind : std::uint8_t {
  kQuery,  ///< query row `index` of the problem into core `slot`, bank `bank`, of one group
  kKey,    ///< key row `index` into slot `slot` of every group of `groups`
  kValue,  ///< value row `index`, likewise
};

/// One vector of head_dim elements. Loads are done one after the other in the order of the program.
struct Load {
  LoadKind kind = LoadKind::kKey;
  std::int32_t head = 0;   ///< query head for kQuery, key/value head otherwise
  std::int32_t index = 0;  ///< row of the sequence
  std::int32_t slot = 0;
  std::int32_t bank = 0;  ///< kQuery: parity of the task within its group
  /// The groups written, ascending.
  std::vector<std::int32_t> groups;
  /// Written only when each of the groups has finished this many beats (its values' products too), so that what the
  /// slot held is not needed any more. 0: at once.
  std::int64_t after = 0;
  bool operator==(const Load&) const = default;
};

/// The keys of a run that one row sees: first <= i < last, in beats of the run. Empty: first == last.
struct Interval {
  std::int32_t first = 0;
  std::int32_t last = 0;
  bool operator==(const Interval&) const = default;
};

/// `count` beats of a group: keys in slots slot, slot + 1, ... (modulo the number of slots).
struct Run {
  std::int32_t slot = 0;
  std::int32_t count = 1;
  /// The key rows, for checks and for the golden model: key index + i * stride is in the i-th slot.
  std::int32_t index = 0;
  std::int32_t stride = 1;
  /// Loads of the program that must be done before the first beat.
  std::int64_t need = 0;
  bool first = false;  ///< of its task
  bool last = false;   ///< of its task
  /// One for each core of the group; all empty: beats that only let time pass.
  std::vector<Interval> rows;
  bool operator==(const Run&) const = default;
};

/// The query row that a core holds in a task. A core without a row has head -1.
struct RowOf {
  std::int32_t head = -1;
  std::int32_t row = -1;
  bool operator==(const RowOf&) const = default;
};

struct Task {
  std::vector<RowOf> rows;  ///< one for each core of the group
  std::int32_t kv_head = 0;
  std::vector<Run> runs;
  bool operator==(const Task&) const = default;
};

/// Beats of its runs.
std::int64_t beats(const Task& task);

struct Program {
  std::int32_t head_dim = 0;
  /// Of each group, in order. Tasks have at least kMinTaskBeats beats.
  std::vector<std::vector<Task>> groups;
  std::vector<Load> loads;
  /// Factor of the scores, in base e (1 / sqrt(head_dim), usually).
  double scale = 1.0;
};

/// So that the products of a task are over before the next but one begins.
inline constexpr std::int32_t kMinTaskBeats = 4;

}  // namespace heddle::attention
