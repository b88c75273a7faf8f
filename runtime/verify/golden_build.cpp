#include "runtime/verify/golden_build.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace heddle::verify {

Result<int> GoldenText::number(const std::string& option, int low, int high, int otherwise) const {
  const auto found = options.find(option);
  if (found == options.end()) return otherwise;
  int value = 0;
  const char* end = found->second.data() + found->second.size();
  const auto parsed = std::from_chars(found->second.data(), end, value);
  if (parsed.ec == std::errc() && parsed.ptr == end && value >= low && value <= high) return value;
  return fail(ErrorCode::kBadInput, fmt::format("--golden {}: {}= takes a number from {} to {}, found '{}'", whole,
                                                option, low, high, found->second));
}

Result<numerics::RoundingMode> GoldenText::rounding(numerics::Overflow overflow) const {
  numerics::RoundingMode mode;
  mode.overflow = overflow;
  if (has("sat") && has("inf"))
    return fail(ErrorCode::kBadInput, fmt::format("--golden {}: sat or inf, not both", whole));
  if (has("sat")) mode.overflow = numerics::Overflow::kSaturate;
  if (has("inf")) mode.overflow = numerics::Overflow::kIeee;
  const int chosen = (has("rne") ? 1 : 0) + (has("rna") ? 1 : 0) + (has("rtz") ? 1 : 0);
  if (chosen > 1) return fail(ErrorCode::kBadInput, fmt::format("--golden {}: one of rne, rna, rtz", whole));
  if (has("rna")) mode.rounding = numerics::Rounding::kNearestAway;
  if (has("rtz")) mode.rounding = numerics::Rounding::kTowardZero;
  return mode;
}

Result<FormatPair> parse_pair(std::string_view text) {
  const auto whole = numerics::parse_scalar_format(text);
  if (whole) return FormatPair{*whole, *whole};
  // Names of formats may hold an x themselves.
  for (std::size_t at = text.find('x'); at != std::string_view::npos; at = text.find('x', at + 1)) {
    const auto first = numerics::parse_scalar_format(text.substr(0, at));
    if (!first) continue;
    HEDDLE_ASSIGN(const numerics::ScalarFormat second, numerics::parse_scalar_format(text.substr(at + 1)));
    return FormatPair{*first, second};
  }
  return fail(whole.error());
}

void put_bits(std::uint64_t* words, int offset, int bits, std::uint64_t value) {
  const int word = offset / 64;
  const int shift = offset % 64;
  value &= low_mask(bits);
  words[word] = (words[word] & ~(low_mask(bits) << shift)) | (value << shift);
  if (shift == 0 || shift + bits <= 64) return;
  const int done = 64 - shift;
  words[word + 1] = (words[word + 1] & ~low_mask(bits - done)) | (value >> done);
}

void add_fixed(std::uint64_t* state, int bits, const numerics::Value& value, int unit) {
  const int words = (bits + 63) / 64;
  numerics::Accumulator added({bits, unit});
  added.add(value);
  numerics::WideInt sum = added.integer();
  for (int word = 0; word < words; ++word) sum.add_shifted(state[word], 64 * word, false);
  for (int word = 0; word < words; ++word) state[word] = sum.limb(word);
  if (bits % 64 != 0) state[words - 1] &= low_mask(bits % 64);
}

Decoder::Decoder(numerics::ScalarFormat format) : format_(format) {
  constexpr int kTableBits = 10;
  if (numerics::bits(format_) > kTableBits) return;
  for (numerics::Code code = 0; code < numerics::Code{1} << numerics::bits(format_); ++code)
    table_.push_back(numerics::decode(format_, code));
}

GoldenPort operand(std::string name, const numerics::ScalarFormat& format, int lanes) {
  GoldenPort port;
  port.name = std::move(name);
  port.type = scalar_type(format);
  port.type.lanes = lanes;
  return port;
}

GoldenPort result(std::string name, PortType type) {
  GoldenPort port;
  port.name = std::move(name);
  port.type = type;
  return port;
}

void add_controls(Golden& golden) {
  const auto optional = [&golden](const char* name, PortRole role, std::uint64_t idle, const char* meaning) {
    golden.inputs.push_back({name, bits_type(1), role, true, idle, meaning});
  };
  if (golden.state_words > 0) {
    golden.inputs.push_back({"acc_in", golden.outputs.front().type, PortRole::kAccumulator, true, 0,
                             "the sum so far, instead of a register"});
    optional("first", PortRole::kFirst, 0, "1: the sum starts with this product");
    optional("clear", PortRole::kClear, 0, "1: the sum becomes 0, the operands are ignored");
    optional("enable", PortRole::kEnable, 1, "0: the operands are ignored, the sum stays");
  }
  optional("valid", PortRole::kValid, 1, "0: the operands are ignored, the result is not looked at");
  golden.outputs.push_back(
      {"out_valid", bits_type(1), PortRole::kValid, true, 0, "valid of the operands that the result belongs to"});
}

}  // namespace heddle::verify
