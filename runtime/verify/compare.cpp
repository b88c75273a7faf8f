#include "runtime/verify/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>

namespace heddle::verify {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// How the elements of a buffer are shown.
struct ElementType {
  std::size_t bytes = 1;
  bool is_signed = false;
};

std::string show(const Bytes& buffer, std::size_t index, ElementType type) {
  const std::size_t at = index * type.bytes;
  if (at >= buffer.size()) return "nothing";
  const std::size_t count = std::min(type.bytes, buffer.size() - at);
  std::uint64_t word = 0;
  std::memcpy(&word, &buffer[at], count);
  const auto unused = static_cast<unsigned>(64 - 8 * count);
  return type.is_signed ? std::to_string(static_cast<std::int64_t>(word << unused) >> unused) : std::to_string(word);
}

std::optional<Difference> compare_bytes(const std::string& name, ElementType type, const Bytes& expected,
                                        const Bytes& got) {
  const auto [left, right] = std::mismatch(expected.begin(), expected.end(), got.begin(), got.end());
  if (left == expected.end() && right == got.end()) return {};
  const std::size_t index = static_cast<std::size_t>(left - expected.begin()) / type.bytes;
  return Difference{fmt::format("{}[{}]", name, index), show(expected, index, type), show(got, index, type)};
}

ElementType element_type(const frontend::Kernel* kernel, std::size_t parameter) {
  if (kernel == nullptr || parameter >= kernel->parameters.size()) return {};
  const auto bytes = kernel->parameters[parameter].bytes;
  if (bytes < 1 || bytes > 8) return {};
  return {static_cast<std::size_t>(bytes), kernel->parameters[parameter].is_signed};
}

void compare_return(const frontend::Kernel* kernel, const session::RunOutcome& expected, const session::RunOutcome& got,
                    std::vector<Difference>& differences) {
  const int bytes = kernel == nullptr ? 4 : std::min(kernel->return_bytes, 8);
  if (bytes == 0) return;
  const auto unused = static_cast<unsigned>(64 - 8 * bytes);
  const auto low_bits = [unused](std::int64_t value) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << unused) >> unused;
  };
  const std::int64_t left = low_bits(expected.return_value);
  const std::int64_t right = low_bits(got.return_value);
  if (left != right) differences.push_back({"return value", std::to_string(left), std::to_string(right)});
}

void compare_output(const std::string& expected, const std::string& got, std::vector<Difference>& differences) {
  if (expected == got) return;
  const auto [left, right] = std::mismatch(expected.begin(), expected.end(), got.begin(), got.end());
  const auto line = 1 + std::count(expected.begin(), left, '\n');
  const auto line_at = [](const std::string& text, std::size_t at) {
    const std::size_t before = text.rfind('\n', at == 0 ? 0 : at - 1);
    const std::size_t begin = before == std::string::npos || at == 0 ? 0 : before + 1;
    return text.substr(begin, text.find('\n', begin) - begin);
  };
  const auto at = static_cast<std::size_t>(left - expected.begin());
  differences.push_back(
      {fmt::format("standard output, line {}", line), line_at(expected, at), line_at(got, std::min(at, got.size()))});
}

}  // namespace

std::vector<Difference> compare_outcomes(const frontend::Kernel* kernel, const session::RunOutcome& expected,
                                         const session::RunOutcome& got) {
  std::vector<Difference> differences;
  compare_return(kernel, expected, got, differences);
  for (std::size_t i = 0; i < expected.arguments.size(); ++i) {
    const std::string name = kernel == nullptr ? std::to_string(i + 1) : kernel->parameters[i].name;
    if (auto found = compare_bytes("argument " + name, element_type(kernel, i), expected.arguments[i].buffer,
                                   got.arguments[i].buffer))
      differences.push_back(std::move(*found));
  }
  for (const auto& [name, content] : expected.globals) {
    const auto other = std::ranges::find(got.globals, name, [](const auto& global) { return global.first; });
    if (auto found = compare_bytes("global " + name, {}, content, other == got.globals.end() ? Bytes{} : other->second))
      differences.push_back(std::move(*found));
  }
  compare_output(expected.standard_output, got.standard_output, differences);
  return differences;
}

std::vector<Difference> compare_cycles(const std::vector<session::LaunchRecord>& expected,
                                       const std::vector<session::LaunchRecord>& got) {
  using Cycles = session::LaunchCycles;
  static constexpr std::pair<const char*, std::uint64_t Cycles::*> kFields[] = {
      {"configuration", &Cycles::configuration},
      {"live_in", &Cycles::live_in},
      {"dma_in", &Cycles::dma_in},
      {"run", &Cycles::run},
      {"stall", &Cycles::stall},
      {"dma_out", &Cycles::dma_out},
      {"live_out", &Cycles::live_out}};
  std::vector<Difference> differences;
  if (expected.size() != got.size())
    differences.push_back({"launches", std::to_string(expected.size()), std::to_string(got.size())});
  for (std::size_t i = 0; i < std::min(expected.size(), got.size()) && differences.empty(); ++i) {
    if (expected[i].refused != got[i].refused)
      differences.push_back({fmt::format("refusal of launch {}", i), expected[i].refused, got[i].refused});
    for (const auto& [name, field] : kFields)
      if (expected[i].cycles.*field != got[i].cycles.*field)
        differences.push_back({fmt::format("cycles of launch {}: {}", i, name),
                               std::to_string(expected[i].cycles.*field), std::to_string(got[i].cycles.*field)});
  }
  return differences;
}

}  // namespace heddle::verify
