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

}  // namespace heddle::frontend
