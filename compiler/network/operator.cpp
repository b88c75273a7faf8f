#include "compiler/network/operator.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <limits>

#include "compiler/network/overloaded.h"

namespace heddle::network {
namespace {

constexpr std::array<std::string_view, 24> kUnaryNames = {
    "LeakyRelu", "Elu",      "Selu",     "Sigmoid", "HardSigmoid", "HardSwish", "Tanh",       "Erf",
    "Gelu",      "Softplus", "Softsign", "Exp",     "Log",         "Sqrt",      "Reciprocal", "Neg",
    "Abs",       "Sign",     "Floor",    "Ceil",    "Round",       "Sin",       "Cos",        "Not"};
constexpr std::array<std::string_view, 16> kBinaryNames = {"Add",
                                                           "Sub",
                                                           "Mul",
                                                           "Div",
                                                           "Max",
                                                           "Min",
                                                           "Pow",
                                                           "PRelu",
                                                           "Equal",
                                                           "Less",
                                                           "LessOrEqual",
                                                           "Greater",
                                                           "GreaterOrEqual",
                                                           "And",
                                                           "Or",
                                                           "Xor"};
constexpr std::array<std::string_view, 10> kReduceNames = {
    "ReduceMean", "ReduceMax", "ReduceMin",       "ReduceSum",    "ReduceProd",
    "ReduceL1",   "ReduceL2",  "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp"};
constexpr std::array<std::string_view, 3> kPadNames = {"constant", "reflect", "edge"};
constexpr std::array<std::string_view, 3> kResizeNames = {"nearest", "linear", "cubic"};
constexpr std::array<std::string_view, 5> kCoordinateNames = {"half_pixel", "pytorch_half_pixel", "align_corners",
                                                              "asymmetric", "tf_half_pixel"};
constexpr std::array<std::string_view, 4> kNearestNames = {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"};

static_assert(static_cast<std::size_t>(UnaryKind::kNot) + 1 == kUnaryNames.size());
static_assert(static_cast<std::size_t>(BinaryKind::kXor) + 1 == kBinaryNames.size());
static_assert(static_cast<std::size_t>(ReduceKind::kLogSumExp) + 1 == kReduceNames.size());

template <class Names, class Kind>
std::string_view pick(const Names& names, Kind kind) {
  return names[static_cast<std::size_t>(kind)];
}

/// Collects "name value" pairs, separated by commas.
class Attributes {
 public:
  template <class T>
  void add(std::string_view name, const T& value) {
    text_ += fmt::format("{}{} {}", text_.empty() ? "" : ", ", name, value);
  }
  void list(std::string_view name, const Extents& values, std::string_view separator = "x") {
    add(name, values.empty() ? std::string("none") : fmt::format("{}", fmt::join(values, separator)));
  }
  void flag(std::string_view name, bool value) {
    if (value) text_ += fmt::format("{}{}", text_.empty() ? "" : ", ", name);
  }
  void list_unless(std::string_view name, const Extents& values, std::int64_t usual) {
    for (const std::int64_t value : values)
      if (value != usual) return list(name, values);
  }
  void window(const Window& window) {
    list("kernel", window.kernel);
    list_unless("strides", window.strides, 1);
    list_unless("dilations", window.dilations, 1);
    if (window.pads_begin == window.pads_end) return list_unless("pads", window.pads_begin, 0);
    list("pads_begin", window.pads_begin);
    list("pads_end", window.pads_end);
  }
  /// What operators with a rounding share.
  template <class Op>
  void codes(const Op& op) {
    add("to", tensor::name(op.to));
    add("shift", op.shift);
    if (op.zero_point != 0) add("zero_point", op.zero_point);
    add("range", fmt::format("{}..{}", op.low, op.high));
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

/// Those of the operators on codes.
void integer_attributes(const Operator& op, Attributes& out) {
  std::visit(Overloaded{[&](const IntegerConv& o) {
                          out.window(o.window);
                          if (o.groups != 1) out.add("groups", o.groups);
                          if (o.x_zero != 0) out.add("x_zero", o.x_zero);
                        },
                        [&](const IntegerMatMul& o) {
                          if (o.a_zero != 0) out.add("a_zero", o.a_zero);
                          if (o.b_zero != 0) out.add("b_zero", o.b_zero);
                        },
                        [&](const WindowSum& o) {
                          out.window(o.window);
                          if (o.x_zero != 0) out.add("x_zero", o.x_zero);
                        },
                        [&](const Requantize& o) { out.codes(o); },
                        [&](const IntegerAdd& o) {
                          out.add("multipliers", fmt::format("{},{}", o.a_multiplier, o.b_multiplier));
                          if (o.a_zero != 0 || o.b_zero != 0)
                            out.add("zeros", fmt::format("{},{}", o.a_zero, o.b_zero));
                          out.codes(o);
                        },
                        [&](const IntegerMultiply& o) {
                          out.add("multiplier", o.multiplier);
                          if (o.a_zero != 0 || o.b_zero != 0)
                            out.add("zeros", fmt::format("{},{}", o.a_zero, o.b_zero));
                          out.codes(o);
                        },
                        [](const auto&) {}},
             op);
}

}  // namespace

std::string_view name(const Operator& op) {
  return std::visit(
      Overloaded{[](const Conv&) -> std::string_view { return "Conv"; },
                 [](const ConvTranspose&) -> std::string_view { return "ConvTranspose"; },
                 [](const Gemm&) -> std::string_view { return "Gemm"; },
                 [](const MatMul&) -> std::string_view { return "MatMul"; },
                 [](const Pool& o) -> std::string_view { return o.kind == PoolKind::kMax ? "MaxPool" : "AveragePool"; },
                 [](const Reduce& o) { return pick(kReduceNames, o.kind); },
                 [](const ArgExtreme& o) -> std::string_view { return o.minimum ? "ArgMin" : "ArgMax"; },
                 [](const BatchNormalization&) -> std::string_view { return "BatchNormalization"; },
                 [](const InstanceNormalization&) -> std::string_view { return "InstanceNormalization"; },
                 [](const LayerNormalization&) -> std::string_view { return "LayerNormalization"; },
                 [](const Softmax& o) -> std::string_view { return o.log ? "LogSoftmax" : "Softmax"; },
                 [](const Attention&) -> std::string_view { return "Attention"; },
                 [](const Clip& o) -> std::string_view {
                   if (o.low != 0 || o.high < 0) return "Clip";
                   return o.high == std::numeric_limits<double>::infinity() ? "Relu" : o.high == 6 ? "Relu6" : "Clip";
                 },
                 [](const Unary& o) { return pick(kUnaryNames, o.kind); },
                 [](const Binary& o) { return pick(kBinaryNames, o.kind); },
                 [](const Select&) -> std::string_view { return "Where"; },
                 [](const Cast&) -> std::string_view { return "Cast"; },
                 [](const Quantize&) -> std::string_view { return "Quantize"; },
                 [](const Dequantize&) -> std::string_view { return "Dequantize"; },
                 [](const EncodeFloat&) -> std::string_view { return "EncodeFloat"; },
                 [](const DecodeFloat&) -> std::string_view { return "DecodeFloat"; },
                 [](const Concat&) -> std::string_view { return "Concat"; },
                 [](const Split&) -> std::string_view { return "Split"; },
                 [](const Slice&) -> std::string_view { return "Slice"; },
                 [](const Gather&) -> std::string_view { return "Gather"; },
                 [](const Reshape&) -> std::string_view { return "Reshape"; },
                 [](const Transpose&) -> std::string_view { return "Transpose"; },
                 [](const Expand&) -> std::string_view { return "Expand"; },
                 [](const Tile&) -> std::string_view { return "Tile"; },
                 [](const Pad&) -> std::string_view { return "Pad"; },
                 [](const Resize&) -> std::string_view { return "Resize"; },
                 [](const IntegerConv&) -> std::string_view { return "IntegerConv"; },
                 [](const IntegerMatMul&) -> std::string_view { return "IntegerMatMul"; },
                 [](const WindowSum&) -> std::string_view { return "WindowSum"; },
                 [](const Requantize&) -> std::string_view { return "Requantize"; },
                 [](const IntegerAdd&) -> std::string_view { return "IntegerAdd"; },
                 [](const IntegerMultiply&) -> std::string_view { return "IntegerMultiply"; },
                 [](const Lookup&) -> std::string_view { return "Lookup"; }},
      op);
}

std::string attributes_text(const Operator& op) {
  Attributes out;
  std::visit(Overloaded{[&](const Conv& o) {
                          out.window(o.window);
                          if (o.groups != 1) out.add("groups", o.groups);
                        },
                        [&](const ConvTranspose& o) {
                          out.window(o.window);
                          out.list_unless("output_pads", o.output_pads, 0);
                          if (o.groups != 1) out.add("groups", o.groups);
                        },
                        [&](const Gemm& o) {
                          if (o.alpha != 1) out.add("alpha", o.alpha);
                          if (o.beta != 1) out.add("beta", o.beta);
                          out.flag("transpose_a", o.transpose_a);
                          out.flag("transpose_b", o.transpose_b);
                        },
                        [&](const Pool& o) {
                          out.window(o.window);
                          out.flag("count_pads", o.count_pads);
                        },
                        [&](const Reduce& o) {
                          out.list("axes", o.axes, ",");
                          out.flag("keep_axes", o.keep_axes);
                        },
                        [&](const ArgExtreme& o) {
                          out.add("axis", o.axis);
                          out.flag("keep_axis", o.keep_axis);
                          out.flag("last", o.last);
                        },
                        [&](const BatchNormalization& o) { out.add("epsilon", o.epsilon); },
                        [&](const InstanceNormalization& o) { out.add("epsilon", o.epsilon); },
                        [&](const LayerNormalization& o) {
                          out.add("axis", o.axis);
                          out.add("epsilon", o.epsilon);
                        },
                        [&](const Softmax& o) { out.add("axis", o.axis); },
                        [&](const Attention& o) {
                          out.add("scale", o.scale);
                          out.flag("keys_transposed", o.keys_transposed);
                        },
                        [&](const Clip& o) {
                          out.add("low", o.low);
                          out.add("high", o.high);
                        },
                        [&](const Unary& o) {
                          if (o.alpha != 0) out.add("alpha", o.alpha);
                          if (o.beta != 0) out.add("beta", o.beta);
                        },
                        [&](const Cast& o) { out.add("to", tensor::name(o.to)); },
                        [&](const Quantize& o) { out.add("to", tensor::name(o.to)); },
                        [&](const EncodeFloat& o) { out.add("format", numerics::name(o.format)); },
                        [&](const DecodeFloat& o) { out.add("format", numerics::name(o.format)); },
                        [&](const Concat& o) { out.add("axis", o.axis); },
                        [&](const Split& o) {
                          out.add("axis", o.axis);
                          out.list("sizes", o.sizes, ",");
                        },
                        [&](const Slice& o) {
                          out.list("starts", o.starts, ",");
                          out.list_unless("steps", o.steps, 1);
                        },
                        [&](const Gather& o) { out.add("axis", o.axis); },
                        [&](const Transpose& o) { out.list("permutation", o.permutation, ","); },
                        [&](const Pad& o) {
                          out.add("mode", pick(kPadNames, o.mode));
                          out.list("begin", o.begin, ",");
                          out.list("end", o.end, ",");
                          if (o.value != 0) out.add("value", o.value);
                        },
                        [&](const Resize& o) {
                          out.add("mode", pick(kResizeNames, o.mode));
                          out.add("coordinates", pick(kCoordinateNames, o.coordinates));
                          if (o.mode == ResizeMode::kNearest) out.add("nearest", pick(kNearestNames, o.nearest));
                        },
                        [](const auto&) {}},
             op);
  integer_attributes(op, out);
  return out.take();
}

}  // namespace heddle::network
