// How ports and values of golden functions are shown.
#include <fmt/format.h>

#include <cmath>

#include "compiler/numerics/wide_int.h"
#include "runtime/verify/golden_build.h"

namespace heddle::verify {
namespace {

std::string lane_text(const PortType& type, const std::uint64_t* words, int lane) {
  if (type.kind == PortType::Kind::kFixed) {
    numerics::WideInt code;
    for (int at = 0; at < type.bits; at += 64)
      code.add_shifted(get_bits(words, lane * type.bits + at, std::min(64, type.bits - at)), at, false);
    const numerics::WideInt value = code.wrapped(type.bits);
    if (type.exponent == 0 && value.signed_bits() <= 64) return fmt::format("{}", value.low());
    const double shown = numerics::to_double(value.to_value(type.exponent));
    return value.signed_bits() <= 53 ? fmt::format("{}", shown) : fmt::format("about {:.6g}", shown);
  }
  const std::uint64_t code = get_bits(words, lane * type.bits, type.bits);
  if (type.kind == PortType::Kind::kFloat) {
    const numerics::Value value = numerics::decode(type.format, static_cast<numerics::Code>(code));
    if (value.kind == numerics::Value::Kind::kNan) return "NaN";
    return fmt::format("{}", numerics::to_double(value));
  }
  if (type.kind == PortType::Kind::kScale)
    return code == 255 ? "NaN" : fmt::format("2^{}", static_cast<int>(code) - 127);
  if (type.kind == PortType::Kind::kInteger && type.is_signed)
    return fmt::format("{}", sign_extended(code, type.bits, true));
  return fmt::format("{}", code);
}

}  // namespace

std::string PortType::text() const {
  std::string lane;
  switch (kind) {
    case Kind::kBits: lane = bits == 1 ? "bit" : fmt::format("bits{}", bits); break;
    case Kind::kInteger: lane = fmt::format("{}int{}", is_signed ? "" : "u", bits); break;
    case Kind::kFloat: lane = numerics::name(format); break;
    case Kind::kScale: lane = "e8m0"; break;
    case Kind::kFixed:
      lane = exponent == 0 ? fmt::format("int{}", bits) : fmt::format("fixed{}, unit 2^{}", bits, exponent);
      break;
  }
  return lanes == 1 ? lane : fmt::format("{} x {}", lanes, lane);
}

std::string hex_code(const PortType& type, const std::uint64_t* words) {
  const int digits = (type.total_bits() + 3) / 4;
  std::string text = "0x";
  for (int digit = digits - 1; digit >= 0; --digit)
    text += "0123456789abcdef"[(words[digit / 16] >> (digit % 16 * 4)) & 15U];
  return text;
}

std::string decoded_value(const PortType& type, const std::uint64_t* words) {
  if (type.lanes == 1) return lane_text(type, words, 0);
  std::string text = "[";
  for (int lane = 0; lane < type.lanes; ++lane) text += (lane == 0 ? "" : ", ") + lane_text(type, words, lane);
  return text + "]";
}

std::string describe_value(const PortType& type, const std::uint64_t* words) {
  if (type.kind == PortType::Kind::kBits && type.bits == 1) return fmt::format("{}", words[0]);
  return fmt::format("{} ({})", hex_code(type, words), decoded_value(type, words));
}

}  // namespace heddle::verify
