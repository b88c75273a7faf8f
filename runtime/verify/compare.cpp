#include "runtime/verify/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

#include "compiler/dfg/number_text.h"

namespace heddle::verify {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// How the elements of a buffer are shown.
struct ElementType {
  std::size_t bytes = 1;
  bool is_signed = false;
  std::string format;  ///< as frontend::Parameter::format
};

bool is_nan(const std::string& format, std::uint64_t bits) {
  if (format == "fp32") return std::isnan(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
  return format == "fp64" && std::isnan(std::bit_cast<double>(bits));
}

/// The value, and the code as well where values do not tell codes apart.
std::string show_number(const std::string& format, std::uint64_t bits) {
  const std::string text = dfg::number_text(format, bits);
  return text.ends_with("nan") ? fmt::format("{} ({:#x})", text, bits) : text;
}

std::uint64_t element_bits(const Bytes& buffer, std::size_t index, std::size_t bytes) {
  const std::size_t at = index * bytes;
  std::uint64_t word = 0;
  std::memcpy(&word, &buffer[at], std::min(bytes, buffer.size() - at));
  return word;
}

std::string show(const Bytes& buffer, std::size_t index, const ElementType& type) {
  const std::size_t at = index * type.bytes;
  if (at >= buffer.size()) return "nothing";
  const std::size_t count = std::min(type.bytes, buffer.size() - at);
  const std::uint64_t word = element_bits(buffer, index, type.bytes);
  if (!type.format.empty()) return show_number(type.format, word);
  const auto unused = static_cast<unsigned>(64 - 8 * count);
  return type.is_signed ? std::to_string(static_cast<std::int64_t>(word << unused) >> unused) : std::to_string(word);
}

std::optional<Difference> compare_bytes(const std::string& name, const ElementType& type, const Bytes& expected,
                                        const Bytes& got) {
  const auto different = [&](std::size_t from) {
    return static_cast<std::size_t>(std::mismatch(expected.begin() + static_cast<std::ptrdiff_t>(from), expected.end(),
                                                  got.begin() + static_cast<std::ptrdiff_t>(from), got.end())
                                        .first -
                                    expected.begin());
  };
  std::size_t at = different(0);
  // Over pairs of NaNs.
  while (at < std::min(expected.size(), got.size()) && !type.format.empty()) {
    const std::size_t element = at / type.bytes;
    if (!is_nan(type.format, element_bits(expected, element, type.bytes)) ||
        !is_nan(type.format, element_bits(got, element, type.bytes)))
      break;
    at = different(std::min({(element + 1) * type.bytes, expected.size(), got.size()}));
  }
  if (at == expected.size() && at == got.size()) return {};
  const std::size_t index = at / type.bytes;
  return Difference{fmt::format("{}[{}]", name, index), show(expected, index, type), show(got, index, type)};
}

ElementType element_type(const frontend::Kernel* kernel, std::size_t parameter) {
  if (kernel == nullptr || parameter >= kernel->parameters.size()) return {};
  const auto bytes = kernel->parameters[parameter].bytes;
  if (bytes < 1 || bytes > 8) return {};
  return {static_cast<std::size_t>(bytes), kernel->parameters[parameter].is_signed,
          kernel->parameters[parameter].format};
}

ElementType global_type(const std::string& name, const std::vector<frontend::GlobalVariable>& globals) {
  const auto found = std::ranges::find(globals, name, &frontend::GlobalVariable::name);
  if (found == globals.end() || found->format.empty()) return {};
  const auto number = dfg::number_format(found->format);
  return {number ? static_cast<std::size_t>(number->bits() + 7) / 8 : 8, false, found->format};
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
  if (const std::string format = kernel == nullptr ? "" : kernel->return_format; !format.empty()) {
    const auto bits = [&](std::int64_t value) { return static_cast<std::uint64_t>(value) << unused >> unused; };
    if (left != right && !(is_nan(format, bits(left)) && is_nan(format, bits(right))))
      differences.push_back({"return value", show_number(format, bits(left)), show_number(format, bits(right))});
    return;
  }
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
                                         const session::RunOutcome& got,
                                         const std::vector<frontend::GlobalVariable>& globals) {
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
    if (auto found = compare_bytes("global " + name, global_type(name, globals), content,
                                   other == got.globals.end() ? Bytes{} : other->second))
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
