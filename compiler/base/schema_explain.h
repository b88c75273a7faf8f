// Why a value does not satisfy a schema, in words for the person who wrote the value.
#pragma once

#include <optional>
#include <string>

#include "compiler/base/json.h"

namespace heddle {

/// The first violation in document order, the innermost one where alternatives leave a choice.
struct Violation {
  std::string pointer;  ///< the offending value
  std::string message;  ///< "expected integer >= 1, found \"four\""
  std::string hint;
  bool at_key = false;  ///< point at the key rather than at the value
};

/// Knows the draft-07 keywords that our schemas use; nullopt if it finds nothing wrong with `value`.
std::optional<Violation> explain_schema(const Json& schema, const Json& value);

/// A short rendering of a value: scalars as JSON, composites by kind.
std::string shown(const Json& value);

}  // namespace heddle
