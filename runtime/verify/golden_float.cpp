// minifloat.* and fp.*: results rounded to a format; and exact fixed-point sums of products.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/numerics/elementary.h"
#include "runtime/verify/golden_build.h"

namespace heddle::verify {
namespace {

using numerics::FloatFormat;
using numerics::ScalarFormat;
using numerics::Value;

bool is_wide(const FloatFormat& format) {
  return format == numerics::fp16() || format == numerics::bf16() || format == numerics::fp32();
}

/// IEEE's overflow for its own formats; small ones saturate.
numerics::Overflow usual_overflow(const FloatFormat& format) {
  return is_wide(format) ? numerics::Overflow::kIeee : numerics::Overflow::kSaturate;
}

Result<FloatFormat> target_format(const GoldenText& text, const FormatPair& pair) {
  if (text.has("to")) return numerics::parse_float_format(text.options.at("to"));
  const auto* format = std::get_if<FloatFormat>(&pair.first);
  if (pair.first == pair.second && format != nullptr) return *format;
  return fail(ErrorCode::kBadInput, fmt::format("--golden {}: the result needs a format", text.whole), {},
              fmt::format("add :to=fp32 or another float format"));
}

PortType result_type(const GoldenText& text, const FloatFormat& format) {
  PortType type = float_type(format);
  type.any_nan = !text.has("nan");
  return type;
}

Value negated(Value value) {
  value.negative = !value.negative;
  return value;
}

/// max and min as IEEE 754-2019 maximumNumber and minimumNumber: a NaN loses against a number, -0 is less than +0.
Value extreme(const Value& a, const Value& b, bool largest) {
  if (a.kind == Value::Kind::kNan) return b;
  if (b.kind == Value::Kind::kNan) return a;
  const auto order = numerics::compare(a, b);
  if (order == numerics::Ordering::kEqual) return (a.negative != largest) ? a : b;
  return (order == numerics::Ordering::kGreater) == largest ? a : b;
}

using Operation = Value (*)(const Value&, const Value&);

struct Named {
  std::string_view name;
  Operation operation;
  std::string_view meaning;
};

constexpr Named kBinary[] = {
    {"mul", numerics::multiply, "y = round(a * b)"},
    {"add", numerics::add, "y = round(a + b)"},
    {"sub", [](const Value& a, const Value& b) { return numerics::add(a, negated(b)); }, "y = round(a - b)"},
    {"max", [](const Value& a, const Value& b) { return extreme(a, b, true); }, "y = max(a, b); a NaN loses"},
    {"min", [](const Value& a, const Value& b) { return extreme(a, b, false); }, "y = min(a, b); a NaN loses"},
};

std::string operation_of(const std::string& family) { return family.substr(family.find('.') + 1); }

Result<Golden> fused(const GoldenText& text, const FormatPair& pair) {
  HEDDLE_ASSIGN(const FloatFormat to, target_format(text, pair));
  HEDDLE_ASSIGN(const numerics::RoundingMode mode, text.rounding(usual_overflow(to)));
  Golden golden;
  golden.inputs = {operand("a", pair.first), operand("b", pair.second), operand("c", to)};
  golden.outputs = {result("y", result_type(text, to))};
  golden.meaning = "y = round(a * b + c), rounded once";
  golden.step = [a = Decoder(pair.first), b = Decoder(pair.second), c = Decoder(to), to, mode](
                    const std::uint64_t* in, std::uint64_t*, std::uint64_t* out) {
    out[0] = numerics::encode(to, numerics::add(numerics::multiply(a(in[0]), b(in[1])), c(in[2])), mode);
  };
  add_controls(golden);
  return golden;
}

/// exp2 and recip of a float format, piecewise linear.
Result<Golden> elementary(const GoldenText& text, bool exponential) {
  HEDDLE_ASSIGN(const FloatFormat format, numerics::parse_float_format(text.formats));
  const int precision = format.mantissa_bits + (exponential ? 3 : -1);
  const int most = std::min(256, 1 << std::max(0, precision));
  if (most < 2 || !format.is_signed || !format.subnormals)
    return fail(ErrorCode::kBadInput, fmt::format("--golden {}: {} takes signed floats with subnormals and at least {} "
                                                  "mantissa bits",
                                                  text.whole, text.family, exponential ? 0 : 2));
  HEDDLE_ASSIGN(const int segments, text.number("segments", 2, most, std::min(most, 32)));
  if ((segments & (segments - 1)) != 0)
    return fail(ErrorCode::kBadInput, fmt::format("--golden {}: segments= takes a power of two", text.whole));
  HEDDLE_ASSIGN(const numerics::RoundingMode mode, text.rounding(numerics::Overflow::kIeee));
  Golden golden;
  golden.inputs = {operand("x", format)};
  golden.outputs = {result("y", result_type(text, format))};
  golden.meaning = fmt::format("y = {}, piecewise linear in {} segments", exponential ? "2^x" : "1/x", segments);
  golden.step = [format, segments, overflow = mode.overflow,
                 apply = exponential ? numerics::exp2_pwl : numerics::recip_pwl](const std::uint64_t* in,
                                                                                 std::uint64_t*, std::uint64_t* out) {
    out[0] = apply(format, static_cast<numerics::Code>(in[0]), segments, overflow);
  };
  add_controls(golden);
  return golden;
}

Result<Golden> accumulating(const GoldenText& text, const FormatPair& pair) {
  FloatFormat sum = numerics::fp32();
  if (text.has("acc")) {
    HEDDLE_ASSIGN(sum, numerics::parse_float_format(text.options.at("acc")));
  }
  HEDDLE_ASSIGN(const numerics::RoundingMode mode, text.rounding(usual_overflow(sum)));
  const bool unfused = text.has("unfused");
  Golden golden;
  golden.inputs = {operand("a", pair.first), operand("b", pair.second)};
  golden.outputs = {result("acc", result_type(text, sum))};
  golden.state_words = 1;
  golden.meaning = unfused ? fmt::format("acc = round(acc + round(a * b)) in {}", numerics::name(sum))
                           : fmt::format("acc = round(acc + a * b) in {}, rounded once", numerics::name(sum));
  golden.step = [a = Decoder(pair.first), b = Decoder(pair.second), sum, mode, unfused](
                    const std::uint64_t* in, std::uint64_t* state, std::uint64_t* out) {
    Value product = numerics::multiply(a(in[0]), b(in[1]));
    if (unfused) product = numerics::decode(sum, numerics::encode(sum, product, mode));
    const Value before = numerics::decode(sum, static_cast<numerics::Code>(*state));
    out[0] = *state = numerics::encode(sum, numerics::add(before, product), mode);
  };
  add_controls(golden);
  return golden;
}

void finite_operands(Golden& golden) {
  for (GoldenPort& port : golden.inputs) port.type.finite_only = true;
}

Result<Golden> exact_accumulator(const GoldenText& text, const FormatPair& pair) {
  constexpr int kGuardBits = 12;
  constexpr int kMaxBits = 320;
  HEDDLE_ASSIGN(
      const int bits,
      text.number("acc", 4, kMaxBits,
                  text.accumulator_bits.value_or(numerics::formula_bits(pair.first, pair.second, 1U << kGuardBits))));
  if (bits < 4 || bits > kMaxBits)
    return fail(ErrorCode::kUnsupported,
                fmt::format("{}: accumulators of 4 to {} bits, not {}", text.family, kMaxBits, bits));
  const int unit = numerics::unit_exponent(pair.first) + numerics::unit_exponent(pair.second);
  Golden golden;
  golden.inputs = {operand("a", pair.first), operand("b", pair.second)};
  golden.outputs = {result("acc", fixed_type(bits, unit))};
  golden.state_words = golden.outputs[0].type.words();
  if (!text.has("acc")) golden.open_port = "acc";
  golden.meaning = fmt::format("acc += a * b exactly, in units of 2^{}, modulo 2^width", unit);
  finite_operands(golden);
  golden.step = [a = Decoder(pair.first), b = Decoder(pair.second), bits, unit, words = golden.state_words](
                    const std::uint64_t* in, std::uint64_t* state, std::uint64_t* out) {
    add_fixed(state, bits, numerics::multiply(a(in[0]), b(in[1])), unit);
    std::copy_n(state, words, out);
  };
  add_controls(golden);
  return golden;
}

Result<Golden> exact_dot(const GoldenText& text, const FormatPair& pair) {
  HEDDLE_ASSIGN(const int lanes, text.number("n", 1, 256, 4));
  const int exact = numerics::formula_bits(pair.first, pair.second, static_cast<std::uint64_t>(lanes));
  HEDDLE_ASSIGN(const int bits, text.number("out", 4, 512, exact));
  const int unit = numerics::unit_exponent(pair.first) + numerics::unit_exponent(pair.second);
  Golden golden;
  golden.inputs = {operand("a", pair.first, lanes), operand("b", pair.second, lanes)};
  golden.outputs = {result("y", fixed_type(bits, unit))};
  golden.meaning =
      fmt::format("y = a[0] * b[0] + ... + a[{}] * b[{}] exactly, in units of 2^{}", lanes - 1, lanes - 1, unit);
  finite_operands(golden);
  const int a_bits = golden.inputs[0].type.bits;
  const int b_bits = golden.inputs[1].type.bits;
  golden.step = [a = Decoder(pair.first), b = Decoder(pair.second), a_bits, b_bits, lanes, bits, unit,
                 words = golden.outputs[0].type.words(), b_offset = golden.inputs[0].type.words()](
                    const std::uint64_t* in, std::uint64_t*, std::uint64_t* out) {
    std::fill_n(out, words, 0);
    for (int lane = 0; lane < lanes; ++lane)
      add_fixed(
          out, bits,
          numerics::multiply(a(get_bits(in, lane * a_bits, a_bits)), b(get_bits(in + b_offset, lane * b_bits, b_bits))),
          unit);
  };
  add_controls(golden);
  return golden;
}

}  // namespace

Result<Golden> exact_golden(const GoldenText& text) {
  HEDDLE_ASSIGN(const FormatPair pair, parse_pair(text.formats));
  return operation_of(text.family) == "dot" ? exact_dot(text, pair) : exact_accumulator(text, pair);
}

Result<Golden> float_golden(const GoldenText& text) {
  if (text.family == "fp.exp2" || text.family == "fp.recip") return elementary(text, text.family == "fp.exp2");
  HEDDLE_ASSIGN(const FormatPair pair, parse_pair(text.formats));
  const std::string operation = operation_of(text.family);
  if (operation == "fma") return fused(text, pair);
  if (operation == "mac") return accumulating(text, pair);
  HEDDLE_ASSIGN(const FloatFormat to, target_format(text, pair));
  HEDDLE_ASSIGN(const numerics::RoundingMode mode, text.rounding(usual_overflow(to)));
  for (const Named& each : kBinary) {
    if (each.name != operation) continue;
    Golden golden;
    golden.inputs = {operand("a", pair.first), operand("b", pair.second)};
    golden.outputs = {result("y", result_type(text, to))};
    golden.meaning = std::string(each.meaning);
    golden.step = [a = Decoder(pair.first), b = Decoder(pair.second), to, mode, apply = each.operation](
                      const std::uint64_t* in, std::uint64_t*, std::uint64_t* out) {
      out[0] = numerics::encode(to, apply(a(in[0]), b(in[1])), mode);
    };
    add_controls(golden);
    return golden;
  }
  return fail(ErrorCode::kBadInput, fmt::format("no golden function '{}'", text.family));
}

}  // namespace heddle::verify
