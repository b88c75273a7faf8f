#include "compiler/exchange/grid_place.h"

#include <charconv>
#include <cstdlib>
#include <string>

namespace heddle::exchange {
namespace {

bool read_whole(std::string_view text, int& value) {
  const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  return !text.empty() && code == std::errc{} && stop == text.data() + text.size();
}

/// The sum alone.
std::optional<int> sum(std::string_view text, int x, int y) {
  int base = 0;
  if (!text.empty() && (text.front() == 'X' || text.front() == 'Y')) {
    base = text.front() == 'X' ? x : y;
    text.remove_prefix(1);
    if (text.empty()) return base;
    if (text.front() != '+' && text.front() != '-') return {};
    if (text.front() == '+') text.remove_prefix(1);
  }
  int offset = 0;
  if (!read_whole(text, offset) || std::abs(offset) > 64) return {};
  return base + offset;
}

}  // namespace

std::optional<GridPlace> grid_place(std::string_view expression, int x, int y) {
  std::string compact;
  for (const char c : expression)
    if (c != ' ') compact += c;
  int modulus = 0;
  if (const std::size_t percent = compact.find('%'); percent != std::string::npos) {
    if (!read_whole(std::string_view(compact).substr(percent + 1), modulus) || modulus < 1) return {};
    compact.resize(percent);
  }
  if (compact.size() > 2 && compact.front() == '(' && compact.back() == ')')
    compact = compact.substr(1, compact.size() - 2);
  const auto flat = sum(compact, x, y);
  if (!flat) return {};
  if (modulus == 0) return GridPlace{*flat, false};
  const int folded = ((*flat % modulus) + modulus) % modulus;
  return GridPlace{folded, folded != *flat};
}

}  // namespace heddle::exchange
