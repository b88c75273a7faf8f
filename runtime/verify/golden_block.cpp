// mx.dot: the dot product of two blocks with shared scales (OCP MX, NVFP4), exact until one rounding.
#include <fmt/format.h>

#include "runtime/verify/golden_build.h"

namespace heddle::verify {
namespace {

using numerics::BlockFormat;
using numerics::FloatFormat;
using numerics::Value;

using BlockPair = std::pair<BlockFormat, BlockFormat>;

Result<BlockFormat> parse_block(std::string_view text) {
  HEDDLE_ASSIGN(const numerics::Format format, numerics::parse_format(text));
  if (const auto* block = std::get_if<BlockFormat>(&format)) return *block;
  return fail(ErrorCode::kBadInput, fmt::format("'{}' has no shared scale", text), {},
              "mxfp8_e4m3, mxfp8_e5m2, mxfp6_e3m2, mxfp6_e2m3, mxfp4, mxint8 or nvfp4");
}

Result<BlockPair> parse_blocks(std::string_view text) {
  const auto whole = parse_block(text);
  if (whole) return BlockPair{*whole, *whole};
  for (std::size_t at = text.find('x'); at != std::string_view::npos; at = text.find('x', at + 1)) {
    const auto first = parse_block(text.substr(0, at));
    if (!first) continue;
    HEDDLE_ASSIGN(const BlockFormat second, parse_block(text.substr(at + 1)));
    return BlockPair{*first, second};
  }
  return fail(whole.error());
}

FloatFormat nvfp4_scale() { return numerics::minifloat(4, 3, numerics::Specials::kFn); }

GoldenPort scale_port(std::string name, const BlockFormat& block) {
  return result(std::move(name), block.e4m3_scale ? float_type(nvfp4_scale()) : scale_type());
}

Value scale_value(const BlockFormat& block, std::uint64_t code) {
  if (block.e4m3_scale) return numerics::decode(nvfp4_scale(), static_cast<numerics::Code>(code));
  if (code == 255) return Value::nan();
  Value value;
  value.significand = 1;
  value.exponent = static_cast<int>(code) - 127;
  return value;
}

/// Shared exponents, and what integer elements are scaled by: MXINT8 has 6 bits behind the point.
int element_exponent(const BlockFormat& block) {
  const auto* integer = std::get_if<numerics::IntFormat>(&block.element);
  return integer == nullptr || block.e4m3_scale ? 0 : 2 - integer->bits;
}

}  // namespace

Result<Golden> block_golden(const GoldenText& text) {
  HEDDLE_ASSIGN(const BlockPair blocks, parse_blocks(text.formats));
  const auto& [a, b] = blocks;
  if (a.block != b.block)
    return fail(ErrorCode::kBadInput, fmt::format("blocks of {} and {} do not pair", a.block, b.block));
  FloatFormat to = numerics::fp32();
  if (text.has("to")) {
    HEDDLE_ASSIGN(to, numerics::parse_float_format(text.options.at("to")));
  }
  HEDDLE_ASSIGN(const numerics::RoundingMode mode, text.rounding(numerics::Overflow::kIeee));
  Golden golden;
  golden.inputs = {operand("a", a.element, a.block), operand("b", b.element, b.block), scale_port("a_scale", a),
                   scale_port("b_scale", b)};
  PortType rounded = float_type(to);
  rounded.any_nan = !text.has("nan");
  golden.outputs = {result("y", rounded)};
  golden.meaning =
      fmt::format("y = a_scale * b_scale * (a[0] * b[0] + ... + a[{0}] * b[{0}]), rounded once", a.block - 1);
  const numerics::AccumulatorLayout layout =
      numerics::formula_layout(a.element, b.element, static_cast<std::uint64_t>(a.block));
  const std::size_t b_offset = golden.input_offset(1);
  const std::size_t scale_offset = golden.input_offset(2);
  golden.step = [blocks, layout, to, mode, b_offset, scale_offset, decode_a = Decoder(a.element),
                 decode_b = Decoder(b.element), a_bits = numerics::bits(a.element),
                 b_bits = numerics::bits(b.element)](const std::uint64_t* in, std::uint64_t*, std::uint64_t* out) {
    numerics::Accumulator sum(layout);
    for (int lane = 0; lane < blocks.first.block; ++lane)
      sum.multiply_add(decode_a(get_bits(in, lane * a_bits, a_bits)),
                       decode_b(get_bits(in + b_offset, lane * b_bits, b_bits)));
    const Value scale = numerics::multiply(scale_value(blocks.first, in[scale_offset]),
                                           scale_value(blocks.second, in[scale_offset + 1]));
    Value value = sum.value();
    // A scale that is a power of two moves the exponent, however long the sum is; e4m3 scales meet short sums only.
    if (scale.kind == Value::Kind::kFinite && scale.significand == 1) {
      value.exponent += scale.exponent;
    } else {
      value = numerics::multiply(value, scale);
    }
    value.exponent += element_exponent(blocks.first) + element_exponent(blocks.second);
    out[0] = numerics::encode(to, value, mode);
  };
  add_controls(golden);
  return golden;
}

}  // namespace heddle::verify
