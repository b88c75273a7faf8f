// UTF-8, checked before text goes to parsers that do not check it.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace heddle {

/// Offset of the first byte that is not part of a well-formed sequence (RFC 3629: no overlong forms, no surrogates).
std::optional<std::size_t> find_bad_utf8(std::string_view text);

}  // namespace heddle
