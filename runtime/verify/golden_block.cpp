// mx.dot: the dot product of two blocks with shared scales (OCP MX, NVFP4), exact until one rounding.
#include <fmt/format.h>

#include <array>

#include "compiler/numerics/blocks.h"
#include "runtime/verify/golden_build.h"

namespace heddle::verify {
namespace {

using numerics::BlockFormat;
using numerics::FloatFormat;

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

/// The lanes of a port as numerics wants them.
struct Codes {
  Codes(const std::uint64_t* words, int lanes, int bits) {
    for (int lane = 0; lane < lanes; ++lane)
      codes[static_cast<std::size_t>(lane)] = static_cast<std::uint8_t>(get_bits(words, lane * bits, bits));
  }
  std::array<std::uint8_t, 64> codes{};
};

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
  const std::size_t b_offset = golden.input_offset(1);
  const std::size_t scale_offset = golden.input_offset(2);
  golden.step = [blocks, to, mode, b_offset, scale_offset](const std::uint64_t* in, std::uint64_t*,
                                                           std::uint64_t* out) {
    const auto& [first, second] = blocks;
    const auto lanes = static_cast<std::size_t>(first.block);
    const Codes x(in, first.block, numerics::bits(first.element));
    const Codes y(in + b_offset, second.block, numerics::bits(second.element));
    const numerics::BlockView x_view{first, {x.codes.data(), lanes}, static_cast<std::uint8_t>(in[scale_offset])};
    const numerics::BlockView y_view{second, {y.codes.data(), lanes}, static_cast<std::uint8_t>(in[scale_offset + 1])};
    out[0] = numerics::encode(to, numerics::block_dot(x_view, y_view).value(), mode);
  };
  add_controls(golden);
  return golden;
}

}  // namespace heddle::verify
