#include "runtime/verify/golden.h"

#include <algorithm>

#include "runtime/verify/golden_build.h"

namespace heddle::verify {
namespace {

std::size_t words_before(const std::vector<GoldenPort>& ports, std::size_t end) {
  std::size_t words = 0;
  for (std::size_t i = 0; i < end; ++i) words += ports[i].type.words();
  return words;
}

bool is_special(const numerics::FloatFormat& format, std::uint64_t code) {
  return numerics::decode(format, static_cast<numerics::Code>(code)).kind != numerics::Value::Kind::kFinite;
}

}  // namespace

PortType bits_type(int bits) {
  PortType type;
  type.bits = bits;
  return type;
}

PortType integer_type(int bits, bool is_signed) {
  PortType type = bits_type(bits);
  type.kind = PortType::Kind::kInteger;
  type.is_signed = is_signed;
  return type;
}

PortType float_type(const numerics::FloatFormat& format) {
  PortType type = bits_type(format.bits());
  type.kind = PortType::Kind::kFloat;
  type.format = format;
  return type;
}

PortType fixed_type(int bits, int exponent) {
  PortType type = bits_type(bits);
  type.kind = PortType::Kind::kFixed;
  type.exponent = exponent;
  return type;
}

PortType scale_type() {
  PortType type = bits_type(8);
  type.kind = PortType::Kind::kScale;
  return type;
}

PortType scalar_type(const numerics::ScalarFormat& format) {
  if (const auto* number = std::get_if<numerics::FloatFormat>(&format)) return float_type(*number);
  const auto& integer = std::get<numerics::IntFormat>(format);
  PortType type = integer_type(integer.bits, integer.is_signed);
  type.narrow = integer.narrow;
  return type;
}

bool PortType::allows(std::uint64_t code) const {
  if (narrow && is_signed && code == std::uint64_t{1} << (bits - 1)) return false;
  return !(finite_only && kind == Kind::kFloat && is_special(format, code));
}

std::size_t Golden::input_words() const { return words_before(inputs, inputs.size()); }
std::size_t Golden::output_words() const { return words_before(outputs, outputs.size()); }
std::size_t Golden::input_offset(std::size_t index) const { return words_before(inputs, index); }
std::size_t Golden::output_offset(std::size_t index) const { return words_before(outputs, index); }

std::optional<std::size_t> Golden::input_with(PortRole role) const {
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (inputs[i].role == role) return i;
  return {};
}

GoldenRun::GoldenRun(const Golden& golden, bool external)
    : golden_(golden), external_(external), state_(std::max<std::size_t>(golden.state_words, 1)) {
  const auto offset = [&](PortRole role) -> std::optional<std::size_t> {
    const auto index = golden.input_with(role);
    if (!index) return {};
    return golden.input_offset(*index);
  };
  accumulator_ = offset(PortRole::kAccumulator);
  first_ = offset(PortRole::kFirst);
  clear_ = offset(PortRole::kClear);
  enable_ = offset(PortRole::kEnable);
  valid_ = offset(PortRole::kValid);
  for (std::size_t i = 0; i < golden.outputs.size(); ++i)
    if (golden.outputs[i].role == PortRole::kValid) out_valid_ = golden.output_offset(i);
}

void GoldenRun::restart() { std::fill(state_.begin(), state_.end(), 0); }

void GoldenRun::step(const std::uint64_t* inputs, std::uint64_t* outputs) {
  const auto is = [inputs](const std::optional<std::size_t>& port, std::uint64_t value) {
    return port && inputs[*port] == value;
  };
  if (external_) std::copy_n(inputs + *accumulator_, golden_.state_words, state_.begin());
  const bool counts = !is(enable_, 0) && !is(valid_, 0);
  if (counts && (is(first_, 1) || is(clear_, 1))) std::fill(state_.begin(), state_.end(), 0);
  if (golden_.state_words == 0 || (counts && !is(clear_, 1))) {
    golden_.step(inputs, golden_.state_words == 0 ? nullptr : state_.data(), outputs);
  } else {
    std::copy_n(state_.begin(), golden_.state_words, outputs);
  }
  if (out_valid_) outputs[*out_valid_] = inputs[*valid_];
}

bool same_value(const PortType& type, const std::uint64_t* expected, const std::uint64_t* got) {
  if (std::equal(expected, expected + type.words(), got)) return true;
  if (type.kind != PortType::Kind::kFloat || !type.any_nan) return false;
  const auto is_nan = [&](std::uint64_t code) {
    return numerics::decode(type.format, static_cast<numerics::Code>(code)).kind == numerics::Value::Kind::kNan;
  };
  for (int lane = 0; lane < type.lanes; ++lane) {
    const std::uint64_t a = get_bits(expected, lane * type.bits, type.bits);
    const std::uint64_t b = get_bits(got, lane * type.bits, type.bits);
    if (a != b && !(is_nan(a) && is_nan(b))) return false;
  }
  return true;
}

namespace {

void add_integer_codes(const PortType& type, std::vector<std::uint64_t>& codes) {
  const std::uint64_t mask = low_mask(type.bits);
  for (int bit = 0; bit < type.bits; ++bit) {
    const std::uint64_t power = std::uint64_t{1} << bit;
    codes.insert(codes.end(), {power, power - 1, (~power + 1) & mask, (~power) & mask});
  }
  codes.insert(codes.end(), {0, mask, mask / 3, mask - mask / 3});
}

/// Both sides of every step of the exponent, and what is around the ends of the range.
void add_float_codes(const numerics::FloatFormat& format, std::vector<std::uint64_t>& codes) {
  const std::uint64_t mantissas = std::uint64_t{1} << format.mantissa_bits;
  const std::uint64_t magnitudes = std::uint64_t{1} << (format.exponent_bits + format.mantissa_bits);
  std::vector<std::uint64_t> found;
  const auto around = [&](std::uint64_t code) {
    for (const std::uint64_t near : {code - 1, code, code + 1})
      if (near < magnitudes) found.push_back(near);
  };
  const std::uint64_t exponents = magnitudes / mantissas;
  const std::uint64_t step = std::max<std::uint64_t>(1, exponents / 16);
  for (std::uint64_t exponent = 0; exponent < exponents; exponent += step) around(exponent * mantissas);
  around(static_cast<std::uint64_t>(std::max(format.bias, 0)) * mantissas);  // 1.0
  around(mantissas);                                                         // the smallest normal
  around(format.max_finite_code());
  around(magnitudes - 1);
  around(mantissas / 2);  // in the middle of the subnormals
  around(static_cast<std::uint64_t>(std::max(format.bias, 0)) * mantissas + mantissas / 2);  // 1.5
  for (const std::uint64_t code : found) {
    codes.push_back(code);
    if (format.is_signed) codes.push_back(code | magnitudes);
  }
}

}  // namespace

std::vector<std::uint64_t> interesting_codes(const PortType& type) {
  std::vector<std::uint64_t> codes;
  if (type.kind == PortType::Kind::kFloat) {
    add_float_codes(type.format, codes);
  } else {
    PortType narrow = type;
    narrow.bits = std::min(type.bits, 64);
    add_integer_codes(narrow, codes);
  }
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  std::erase_if(codes, [&](std::uint64_t code) { return !type.allows(code); });
  return codes;
}

}  // namespace heddle::verify
