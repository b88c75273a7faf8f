// convert: a format to another. convert_back: an accumulator to a format by a fixed scale, which is requantisation
// where both are integers.
#include <fmt/format.h>

#include <charconv>

#include "compiler/numerics/convert_back.h"
#include "runtime/verify/golden_build.h"

namespace heddle::verify {
namespace {

using numerics::FloatFormat;
using numerics::ScalarFormat;

/// Small formats saturate, IEEE's own do as IEEE says.
numerics::Overflow usual_overflow(const ScalarFormat& format) {
  return format == ScalarFormat(numerics::fp16()) || format == ScalarFormat(numerics::bf16()) ||
                 format == ScalarFormat(numerics::fp32())
             ? numerics::Overflow::kIeee
             : numerics::Overflow::kSaturate;
}

struct Ends {
  std::string from;
  ScalarFormat to;
};

/// "FROM->TO", or FROM with the option to=.
Result<Ends> ends(const GoldenText& text) {
  const std::size_t arrow = text.formats.find("->");
  if (arrow == std::string::npos && !text.has("to"))
    return fail(ErrorCode::kBadInput, fmt::format("--golden {}: the result needs a format", text.whole), {},
                fmt::format("{}:FROM->TO or {}:FROM:to=TO", text.family, text.family));
  std::string_view to = arrow == std::string::npos ? std::string_view(text.options.at("to")) : text.formats;
  if (arrow != std::string::npos) to.remove_prefix(arrow + 2);
  HEDDLE_ASSIGN(const ScalarFormat target, numerics::parse_scalar_format(to));
  return Ends{text.formats.substr(0, arrow), target};
}

PortType result_type(const GoldenText& text, const ScalarFormat& format) {
  PortType type = scalar_type(format);
  type.any_nan = !text.has("nan");
  return type;
}

Result<std::int64_t> integer_option(const GoldenText& text, const std::string& option, std::int64_t low,
                                    std::int64_t high, std::int64_t otherwise) {
  const auto found = text.options.find(option);
  if (found == text.options.end()) return otherwise;
  std::int64_t value = 0;
  const char* end = found->second.data() + found->second.size();
  const auto parsed = std::from_chars(found->second.data(), end, value);
  if (parsed.ec == std::errc() && parsed.ptr == end && value >= low && value <= high) return value;
  return fail(ErrorCode::kBadInput, fmt::format("--golden {}: {}= takes a number from {} to {}, found '{}'", text.whole,
                                                option, low, high, found->second));
}

/// The accumulator that FROM stands for: an integer, or the exact sum of products of a pair of formats.
Result<PortType> accumulator_type(const GoldenText& text, const std::string& from) {
  HEDDLE_ASSIGN(const FormatPair pair, parse_pair(from));
  const auto* integer = std::get_if<numerics::IntFormat>(&pair.first);
  if (from.find('x') == std::string::npos && integer != nullptr) {
    HEDDLE_ASSIGN(const int bits, text.number("acc", 2, 64, integer->bits));
    return fixed_type(bits, 0);
  }
  const int natural = numerics::formula_bits(pair.first, pair.second, 4096);
  HEDDLE_ASSIGN(const int bits, text.number("acc", 4, 320, text.accumulator_bits.value_or(natural)));
  return fixed_type(bits, numerics::unit_exponent(pair.first) + numerics::unit_exponent(pair.second));
}

Result<Golden> conversion(const GoldenText& text, const Ends& given) {
  HEDDLE_ASSIGN(const ScalarFormat from, numerics::parse_scalar_format(given.from));
  HEDDLE_ASSIGN(const numerics::RoundingMode mode, text.rounding(usual_overflow(given.to)));
  Golden golden;
  golden.inputs = {operand("x", from)};
  golden.outputs = {result("y", result_type(text, given.to))};
  golden.meaning = fmt::format("y = x rounded to {}", numerics::name(given.to));
  golden.step = [x = Decoder(from), to = given.to, mode](const std::uint64_t* in, std::uint64_t*, std::uint64_t* out) {
    out[0] = numerics::encode(to, x(in[0]), mode);
  };
  add_controls(golden);
  return golden;
}

Result<Golden> back_conversion(const GoldenText& text, const Ends& given) {
  HEDDLE_ASSIGN(const PortType from, accumulator_type(text, given.from));
  numerics::ConvertBack how;
  HEDDLE_ASSIGN(const numerics::RoundingMode mode, text.rounding(usual_overflow(given.to)));
  HEDDLE_ASSIGN(const std::int64_t multiplier, integer_option(text, "mul", 1, 0xFFFFFFFFLL, 1));
  HEDDLE_ASSIGN(const std::int64_t shift, integer_option(text, "shift", -64, 128, 0));
  HEDDLE_ASSIGN(const std::int64_t zero, integer_option(text, "zero", INT32_MIN, INT32_MAX, 0));
  how.scale = {static_cast<std::uint32_t>(multiplier), static_cast<int>(shift)};
  how.output = given.to;
  how.rounding = mode.rounding;
  how.overflow = mode.overflow;
  how.zero_point = static_cast<std::int32_t>(zero);
  if (zero != 0 && std::holds_alternative<FloatFormat>(given.to))
    return fail(ErrorCode::kBadInput, fmt::format("--golden {}: zero= goes with integer results", text.whole));
  Golden golden;
  golden.inputs = {result("x", from)};
  golden.outputs = {result("y", result_type(text, given.to))};
  if (!text.has("acc") && from.exponent != 0) golden.open_port = golden.inputs.front().name;
  golden.meaning = fmt::format("y = x * {} * 2^{} rounded to {}{}", multiplier, -shift, numerics::name(given.to),
                               zero == 0 ? std::string() : fmt::format(", plus {}, clamped", zero));
  golden.step = [from, how](const std::uint64_t* in, std::uint64_t*, std::uint64_t* out) {
    numerics::WideInt x;
    for (std::size_t word = 0; word < from.words(); ++word) x.add_shifted(in[word], 64 * static_cast<int>(word), false);
    out[0] = numerics::convert_back(x.wrapped(from.bits), from.exponent, how);
  };
  add_controls(golden);
  return golden;
}

}  // namespace

Result<Golden> conversion_golden(const GoldenText& text) {
  HEDDLE_ASSIGN(const Ends given, ends(text));
  return text.family == "convert" ? conversion(text, given) : back_conversion(text, given);
}

}  // namespace heddle::verify
