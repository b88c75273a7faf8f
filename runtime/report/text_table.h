// Tables for terminals and logs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace heddle::report {

/// What tables of layers keep to.
inline constexpr std::size_t kTableColumns = 120;

/// Columns are as wide as their widest cell (in code points); columns of numbers are right-aligned. No trailing spaces.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> header) : header_(std::move(header)) {}

  /// Precondition: as many cells as the header has.
  void add(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  /// Lines of at most `columns`, if there is a number: the widest column of words gives way, and a cell that is cut
  /// ends with "…"; no column gets narrower than eight, so that a table of many columns may stay wider.
  [[nodiscard]] std::string text(std::optional<std::size_t> columns = {}) const;

 private:
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

/// 12345678 -> "12 345 678", for people.
std::string grouped(std::int64_t value);

}  // namespace heddle::report
