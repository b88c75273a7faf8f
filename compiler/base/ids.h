// Strong integer identifiers: an index into one kind of table, not convertible to another kind.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace heddle {

/// Identifies the `value`-th element of a table; `Tag` keeps tables apart. Default is invalid (-1).
template <class Tag>
struct Id {
  std::int32_t value = -1;

  constexpr Id() = default;
  constexpr explicit Id(std::int64_t index) : value(static_cast<std::int32_t>(index)) {}

  [[nodiscard]] constexpr bool valid() const { return value >= 0; }
  /// For indexing the table.
  [[nodiscard]] constexpr std::size_t index() const { return static_cast<std::size_t>(value); }
  constexpr auto operator<=>(const Id&) const = default;
};

}  // namespace heddle

template <class Tag>
struct std::hash<heddle::Id<Tag>> {
  std::size_t operator()(heddle::Id<Tag> id) const noexcept { return std::hash<std::int32_t>{}(id.value); }
};
