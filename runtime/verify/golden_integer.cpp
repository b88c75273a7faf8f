// int.*: sums, products, dot products and accumulators of integers, all exact or modulo the width of the result.
#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "runtime/verify/golden_build.h"

namespace heddle::verify {
namespace {

using numerics::IntFormat;

struct Operands {
  IntFormat a, b;
  [[nodiscard]] bool is_signed() const { return a.is_signed || b.is_signed; }
};

Result<Operands> integer_pair(const GoldenText& text) {
  HEDDLE_ASSIGN(const FormatPair pair, parse_pair(text.formats));
  const auto* a = std::get_if<IntFormat>(&pair.first);
  const auto* b = std::get_if<IntFormat>(&pair.second);
  if (a != nullptr && b != nullptr) return Operands{*a, *b};
  return fail(ErrorCode::kBadInput, fmt::format("--golden {}: {} takes integers", text.whole, text.family), {},
              "int2 to int32, uint2 to uint32; for others see minifloat.* and fp.*");
}

std::int64_t value(std::uint64_t code, const IntFormat& format) {
  return sign_extended(code, format.bits, format.is_signed);
}

using Operation = std::uint64_t (*)(std::int64_t, std::int64_t);

/// Modulo 2^64, of which the low bits of the result are right.
std::uint64_t product(std::int64_t a, std::int64_t b) {
  return static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b);
}

struct Binary {
  Operation operation;
  int bits;        ///< of the exact result
  bool is_signed;  ///< the result
};

Binary binary(const std::string& family, const Operands& pair) {
  // A mixed pair needs a bit more than the wider one for the unsigned operand.
  const bool mixed = pair.a.is_signed != pair.b.is_signed;
  const int wider =
      std::max(pair.a.bits + (mixed && !pair.a.is_signed ? 1 : 0), pair.b.bits + (mixed && !pair.b.is_signed ? 1 : 0));
  if (family == "int.add")
    return {[](std::int64_t a, std::int64_t b) { return static_cast<std::uint64_t>(a + b); }, wider + 1,
            pair.is_signed()};
  if (family == "int.sub")
    return {[](std::int64_t a, std::int64_t b) { return static_cast<std::uint64_t>(a - b); }, wider + 1, true};
  if (family == "int.max")
    return {[](std::int64_t a, std::int64_t b) { return static_cast<std::uint64_t>(std::max(a, b)); }, wider,
            pair.is_signed()};
  return {product, pair.a.bits + pair.b.bits, pair.is_signed()};
}

Result<Golden> accumulator(const GoldenText& text, const Operands& pair) {
  const int natural = std::min(64, pair.a.bits + pair.b.bits + 16);
  HEDDLE_ASSIGN(const int bits, text.number("acc", 4, 64, text.accumulator_bits.value_or(natural)));
  if (bits < 4 || bits > 64)
    return fail(ErrorCode::kUnsupported, fmt::format("{}: accumulators of 4 to 64 bits, not {}", text.family, bits));
  const bool is_signed = pair.is_signed();
  if (text.has("sat") && bits > 62)
    return fail(ErrorCode::kUnsupported, fmt::format("--golden {}: sat takes accumulators up to 62 bits", text.whole));
  Golden golden;
  golden.inputs = {operand("a", pair.a), operand("b", pair.b)};
  golden.outputs = {result("acc", integer_type(bits, is_signed))};
  golden.state_words = 1;
  if (!text.has("acc")) golden.open_port = "acc";
  const bool saturates = text.has("sat");
  golden.meaning = fmt::format("acc += a * b{}", saturates ? ", saturating" : ", modulo 2^width");
  golden.step = [pair, bits, is_signed, saturates](const std::uint64_t* in, std::uint64_t* state, std::uint64_t* out) {
    const std::uint64_t added = product(value(in[0], pair.a), value(in[1], pair.b));
    std::uint64_t sum = *state + added;
    if (saturates) {
      const std::int64_t exact = sign_extended(*state, bits, is_signed) + static_cast<std::int64_t>(added);
      const std::int64_t low = is_signed ? -(std::int64_t{1} << (bits - 1)) : 0;
      sum = static_cast<std::uint64_t>(std::clamp(exact, low, low + static_cast<std::int64_t>(low_mask(bits))));
    }
    *state = sum & low_mask(bits);
    out[0] = *state;
  };
  add_controls(golden);
  return golden;
}

Result<Golden> dot(const GoldenText& text, const Operands& pair) {
  HEDDLE_ASSIGN(const int lanes, text.number("n", 1, 256, 4));
  const int exact = pair.a.bits + pair.b.bits + std::bit_width(static_cast<unsigned>(lanes - 1));
  HEDDLE_ASSIGN(const int bits, text.number("out", 2, 64, std::min(64, exact)));
  Golden golden;
  golden.inputs = {operand("a", pair.a, lanes), operand("b", pair.b, lanes)};
  golden.outputs = {result("y", integer_type(bits, pair.is_signed()))};
  golden.meaning = fmt::format("y = a[0] * b[0] + ... + a[{0}] * b[{0}]", lanes - 1);
  const std::size_t b_offset = golden.inputs[0].type.words();
  golden.step = [pair, bits, lanes, b_offset](const std::uint64_t* in, std::uint64_t*, std::uint64_t* out) {
    std::uint64_t sum = 0;
    for (int lane = 0; lane < lanes; ++lane)
      sum += product(value(get_bits(in, lane * pair.a.bits, pair.a.bits), pair.a),
                     value(get_bits(in + b_offset, lane * pair.b.bits, pair.b.bits), pair.b));
    out[0] = sum & low_mask(bits);
  };
  add_controls(golden);
  return golden;
}

}  // namespace

Result<Golden> integer_golden(const GoldenText& text) {
  HEDDLE_ASSIGN(const Operands pair, integer_pair(text));
  if (text.family == "int.mac") return accumulator(text, pair);
  if (text.family == "int.dot") return dot(text, pair);
  const Binary chosen = binary(text.family, pair);
  HEDDLE_ASSIGN(const int bits, text.number("out", 1, 64, std::min(64, chosen.bits)));
  Golden golden;
  golden.inputs = {operand("a", pair.a), operand("b", pair.b)};
  golden.outputs = {result("y", integer_type(bits, chosen.is_signed))};
  const std::string short_name = text.family.substr(4);
  golden.meaning = short_name == "add"   ? "y = a + b"
                   : short_name == "sub" ? "y = a - b"
                   : short_name == "max" ? "y = max(a, b)"
                                         : "y = a * b";
  golden.step = [pair, bits, operation = chosen.operation](const std::uint64_t* in, std::uint64_t*,
                                                           std::uint64_t* out) {
    out[0] = operation(value(in[0], pair.a), value(in[1], pair.b)) & low_mask(bits);
  };
  add_controls(golden);
  return golden;
}

}  // namespace heddle::verify
