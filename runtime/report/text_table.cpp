#include "runtime/report/text_table.h"

#include <algorithm>
#include <cctype>
#include <cstdint>

#include "compiler/base/check.h"

namespace heddle::report {
namespace {

std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

/// Starts with a digit or a sign, or says that there is none: right-aligned with its column.
bool is_number(const std::string& text) {
  return text.empty() || text == "-" || std::isdigit(static_cast<unsigned char>(text.front())) != 0;
}

std::string padded(const std::string& text, std::size_t columns, bool right) {
  const std::string space(columns - width(text), ' ');
  return right ? space + text : text + space;
}

/// The first code points, the last of them "…", of a text that is wider.
std::string cut(const std::string& text, std::size_t columns) {
  if (width(text) <= columns) return text;
  std::string result;
  std::size_t points = 0;
  for (const char c : text) {
    if ((c & 0xC0) != 0x80 && ++points == columns) break;
    result += c;
  }
  return result + "…";
}

/// Takes from the widest column that holds no numbers until the lines have at most `columns`.
void shrink(std::vector<std::size_t>& widths, const std::vector<bool>& numbers, std::size_t columns) {
  constexpr std::size_t kNarrowest = 8;
  constexpr std::size_t kBetween = 2;
  std::size_t total = kBetween * (widths.size() - 1);
  for (const std::size_t each : widths) total += each;
  while (total > columns) {
    std::optional<std::size_t> widest;
    for (std::size_t k = 0; k < widths.size(); ++k)
      if (!numbers[k] && widths[k] > kNarrowest && (!widest || widths[k] > widths[*widest])) widest = k;
    if (!widest) return;
    --widths[*widest];
    --total;
  }
}

}  // namespace

void TextTable::add(std::vector<std::string> cells) {
  HEDDLE_CHECK(cells.size() == header_.size(), "a row has as many cells as the header");
  rows_.push_back(std::move(cells));
}

std::string TextTable::text(std::optional<std::size_t> columns) const {
  std::vector<std::size_t> widths;
  std::vector<bool> right;
  for (std::size_t column = 0; column < header_.size(); ++column) {
    std::size_t widest = width(header_[column]);
    bool numbers = !rows_.empty();
    for (const auto& row : rows_) {
      widest = std::max(widest, width(row[column]));
      numbers = numbers && is_number(row[column]);
    }
    widths.push_back(widest);
    right.push_back(numbers);
  }
  if (columns) shrink(widths, right, *columns);
  std::string out;
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (std::size_t column = 0; column < cells.size(); ++column)
      text += (column == 0 ? "" : "  ") + padded(cut(cells[column], widths[column]), widths[column], right[column]);
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  };
  line(header_);
  for (const auto& row : rows_) line(row);
  return out;
}

std::string grouped(std::int64_t value) {
  std::string digits = std::to_string(value);
  const std::size_t first = value < 0 ? 1 : 0;
  for (std::size_t place = digits.size(); place > first + 3; place -= 3) digits.insert(place - 3, " ");
  return digits;
}

}  // namespace heddle::report
