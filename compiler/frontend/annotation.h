// The text that HEDDLE_RANGE(low, high) leaves in a module.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "compiler/base/result.h"

namespace heddle::frontend {

/// Both ends included; low <= high.
struct Range {
  std::int64_t low = 0;
  std::int64_t high = 0;
  bool operator==(const Range&) const = default;
};

/// Reads "heddle.range:LOW:HIGH", two decimal integers that may stand in parentheses. Nothing if the text is not an
/// annotation of ours. Fails with kBadInput if it is, but holds something else, or a range without values.
Result<std::optional<Range>> parse_range(std::string_view text);

/// The same for numbers that are no integers: decimal fractions, perhaps with an exponent or the suffix of a float.
struct RealRange {
  double low = 0;
  double high = 0;
  bool operator==(const RealRange&) const = default;
};
Result<std::optional<RealRange>> parse_real_range(std::string_view text);

}  // namespace heddle::frontend
