// Which keys a row sees: the definition, and the same as ranges.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/attention/workload.h"

namespace heddle::attention {

/// Keys first, first + stride, ... below last.
struct KeyRange {
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::int64_t stride = 1;
  [[nodiscard]] std::int64_t count() const { return first < last ? (last - first + stride - 1) / stride : 0; }
  bool operator==(const KeyRange&) const = default;
};

/// A workload with its random choices made. Rows and keys are places in the sequence; heads are query heads.
class Mask {
 public:
  /// `seed` draws the random blocks of each head and block of rows.
  Mask(const Workload& workload, std::uint64_t seed);

  [[nodiscard]] const Workload& workload() const { return workload_; }
  /// Side of the image, of 2-D masks.
  [[nodiscard]] std::int64_t side() const { return side_; }

  /// The definition, in the words of docs/attention.md.
  [[nodiscard]] bool sees(std::int64_t head, std::int64_t row, std::int64_t key) const;
  /// Whether the row sees every key because it is global.
  [[nodiscard]] bool is_full(std::int64_t row) const;
  /// The same keys, ascending and disjoint; of a dilated window the window comes last.
  [[nodiscard]] std::vector<KeyRange> ranges(std::int64_t head, std::int64_t row) const;
  /// Random blocks of a block of rows, ascending; none is seen otherwise.
  [[nodiscard]] std::vector<std::int64_t> random_blocks(std::int64_t head, std::int64_t block) const;

 private:
  Workload workload_;
  std::uint64_t seed_ = 1;
  std::int64_t side_ = 0;
};

}  // namespace heddle::attention
