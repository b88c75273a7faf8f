#include "compiler/compression/quantization/quantize.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <span>
#include <utility>

#include "compiler/compression/quantization/coded_values.h"
#include "compiler/compression/quantization/scales.h"
#include "compiler/network/builder.h"
#include "compiler/network/fold_normalization.h"
#include "compiler/network/fuse_layer_normalization.h"
#include "compiler/network/kinds.h"
#include "compiler/tensor/elements.h"

namespace heddle::compression {
namespace {

using network::Builder;
using network::Graph;
using network::is_one_of;
using network::Node;
using network::ValueId;
using tensor::Tensor;

/// In units of the sums.
constexpr float kLargestBias = 1 << 20;

/// At most this many values of an activation are kept to choose its scale.
constexpr std::size_t kSamples = 200000;

/// Values seen of each activation, thinned evenly, so that the choice does not depend on anything but the data.
class Observations {
 public:
  void add(const std::string& name, const Tensor& values, std::size_t share) {
    const auto span = tensor::elements<float>(values);
    std::vector<float>& kept = seen_[name];
    const std::size_t step = std::max<std::size_t>(1, span.size() / std::max<std::size_t>(share, 1));
    float low = 0;
    float high = 0;
    for (std::size_t i = 0; i < span.size(); ++i) {
      if (i % step == 0) kept.push_back(span[i]);
      low = std::min(low, span[i]);
      high = std::max(high, span[i]);
      finite_ = finite_ && std::isfinite(span[i]);
    }
    kept.push_back(low);
    kept.push_back(high);
  }
  [[nodiscard]] const std::vector<float>& of(const std::string& name) const { return seen_.at(name); }
  [[nodiscard]] bool finite() const { return finite_; }

 private:
  std::map<std::string, std::vector<float>> seen_;
  bool finite_ = true;
};

class Quantizer {
 public:
  Quantizer(const Graph& graph, const QuantizeOptions& options)
      : old_(graph), options_(options), builder_(graph.name), readers_(network::consumers(graph)) {}

  Result<Graph> run(const std::vector<network::Tensors>& calibration, const Context& context) {
    values_ = coded_values(old_);
    HEDDLE_TRY(observe(calibration, context));
    made_.resize(old_.values.size());
    for (const ValueId id : old_.inputs) {
      HEDDLE_ASSIGN(const ValueId input, builder_.input(old_.value(id).name, old_.value(id).type));
      HEDDLE_ASSIGN(made_[id.index()], fake(id, input));
    }
    for (const Node& node : old_.nodes) HEDDLE_TRY(copy(node));
    for (const ValueId id : old_.outputs) {
      const network::Value& value = old_.value(id);
      ValueId& made = made_[id.index()];
      if (!made.valid()) made = builder_.constant(value.name, *value.constant);  // a result that nothing computes
      builder_.mark_output(made);
    }
    return std::move(builder_).finish();
  }

 private:
  Status observe(const std::vector<network::Tensors>& calibration, const Context& context) {
    if (calibration.empty()) return fail(ErrorCode::kBadInput, "no calibration data");
    const std::size_t share = std::max<std::size_t>(1, kSamples / calibration.size());
    for (std::size_t k = 0; k < calibration.size(); ++k) {
      context.progress("calibrate", static_cast<std::int64_t>(k), static_cast<std::int64_t>(calibration.size()));
      for (const ValueId id : old_.inputs) {
        const auto found = calibration[k].find(old_.value(id).name);
        if (found != calibration[k].end() && values_.quantised[id.index()])
          observations_.add(old_.value(id).name, found->second, share);
      }
      HEDDLE_ASSIGN(const auto ignored,
                    network::evaluate(old_, calibration[k], context,
                                      [&](const Node& node, std::size_t output, const Tensor& result) {
                                        const ValueId id = node.outputs[output];
                                        if (values_.quantised[id.index()])
                                          observations_.add(old_.value(id).name, result, share);
                                      }));
      static_cast<void>(ignored);
    }
    if (!observations_.finite())
      return fail(ErrorCode::kBadInput, "an activation is infinite or not a number on the calibration data");
    return {};
  }

  ValueId scalar(const std::string& name, float value) {
    Tensor tensor = tensor::make_tensor(tensor::Type::kFloat32, {});
    tensor::elements<float>(tensor)[0] = value;
    return builder_.constant(name, std::move(tensor));
  }

  /// The value through minifloat codes.
  Result<ValueId> fake_float(const std::string& name, ValueId value, const std::vector<float>& seen, bool negative) {
    numerics::FloatFormat format = *options_.activation_float;
    if (!negative && format.is_signed)
      format = numerics::minifloat(format.exponent_bits, format.mantissa_bits + 1, numerics::Specials::kNone, false);
    const ValueId scale = scalar(name + ".scale", float_scale(seen, format, options_.activation_rule));
    HEDDLE_ASSIGN(const ValueId codes, builder_.add1(network::EncodeFloat{format, 0}, {value, scale}, name + ".codes"));
    return builder_.add1(network::DecodeFloat{format, 0}, {codes, scale}, name + ".fake");
  }

  /// The value through its codes, if it was chosen. Fewer than 8 bits are 8-bit codes that a Clip keeps in range.
  Result<ValueId> fake(ValueId old, ValueId value) {
    if (!values_.quantised[old.index()]) return value;
    const std::string& name = old_.value(old).name;
    const std::vector<float>& seen = observations_.of(name);
    if (options_.activation_float) return fake_float(name, value, seen, has_negative(seen));
    const ActivationCodes codes = codes_for(seen);
    ValueId bounded = value;
    if (options_.activation_bits < 8) {
      const auto real = [&](std::int64_t code) {
        return static_cast<double>(code - codes.scale.zero_point) * codes.scale.scale;
      };
      HEDDLE_ASSIGN(bounded, builder_.add1(network::Clip{real(codes.low), real(codes.high)}, {value}, name + ".clip"));
    }
    const auto [scale, zero_point] = parameters(codes, name);
    HEDDLE_ASSIGN(const ValueId coded,
                  builder_.add1(network::Quantize{codes.type, 0}, {bounded, scale, zero_point}, name + ".codes"));
    return builder_.add1(network::Dequantize{0}, {coded, scale, zero_point}, name + ".fake");
  }

  /// Codes of one scale.
  struct ActivationCodes {
    tensor::Type type = tensor::Type::kUint8;
    std::int64_t low = 0;
    std::int64_t high = 255;
    AffineScale scale;
  };
  static bool has_negative(std::span<const float> values) {
    return std::ranges::any_of(values, [](float value) { return value < 0; });
  }
  /// Signed only if something is negative.
  [[nodiscard]] ActivationCodes codes_for(std::span<const float> values) const {
    const std::int64_t count = std::int64_t{1} << options_.activation_bits;
    const bool negative = has_negative(values);
    const std::int64_t low = negative ? -count / 2 : 0;
    const std::int64_t high = low + count - 1;
    return {negative ? tensor::Type::kInt8 : tensor::Type::kUint8, low, high,
            activation_scale(values, low, high, options_.activation_rule)};
  }
  /// Constants for scale and zero point.
  std::pair<ValueId, ValueId> parameters(const ActivationCodes& codes, const std::string& name) {
    Tensor zero = tensor::make_tensor(codes.type, {});
    zero.data[0] = static_cast<std::uint8_t>(codes.scale.zero_point);
    const ValueId scale = scalar(name + ".scale", codes.scale.scale);
    return {scale, builder_.constant(name + ".zero_point", std::move(zero))};
  }

  /// The scale of a value that went through integer codes.
  std::optional<float> scale_of(ValueId value) const {
    for (const Node& node : builder_.graph().nodes) {
      if (node.outputs[0] != value || !std::holds_alternative<network::Dequantize>(node.op)) continue;
      const auto& scale = builder_.value(node.inputs[1]).constant;
      if (scale && scale->elements() == 1) return tensor::elements<float>(*scale)[0];
    }
    return std::nullopt;
  }

  /// The least scale of each channel's weights: a bias in units of the sums must leave room in 32 bits, also where
  /// weights are next to nothing beside it (channels that training has switched off). Empty: any scale will do.
  std::vector<float> least_scales(const Node& node) const {
    const auto input = scale_of(made_[node.inputs[0].index()]);
    if (!input) return {};
    std::vector<float> least;
    for (const std::vector<float>& values : biases_of(node)) {
      least.resize(std::max(least.size(), values.size()), least.size() == 1 ? least[0] : 0);
      for (std::size_t k = 0; k < least.size(); ++k)
        least[k] += std::abs(values[values.size() == 1 ? 0 : k]) / *input / kLargestBias;
    }
    return least;
  }
  /// What is added to the product: its own bias, and constants behind it up to where it is quantised, less the constant
  /// factors between.
  std::vector<std::vector<float>> biases_of(const Node& node) const {
    const auto constant = [&](ValueId id) {
      const auto values = tensor::elements<float>(*old_.value(id).constant);
      return std::vector<float>(values.begin(), values.end());
    };
    std::vector<std::vector<float>> biases;
    if (node.inputs.size() > 2 && node.inputs[2].valid() && old_.value(node.inputs[2]).constant)
      biases.push_back(constant(node.inputs[2]));
    std::vector<float> factor{1};
    for (ValueId id = node.outputs[0]; readers_[id.index()].size() == 1 && !values_.quantised[id.index()];) {
      const Node& reader = old_.node(readers_[id.index()][0]);
      const auto* op = std::get_if<network::Binary>(&reader.op);
      if (op == nullptr) break;
      const ValueId other = reader.inputs[reader.inputs[0] == id ? 1 : 0];
      if (!old_.value(other).constant) break;
      std::vector<float> values = constant(other);
      const std::size_t count = std::max(values.size(), factor.size());
      values.resize(count, values[0]);
      factor.resize(count, factor[0]);
      const bool adds = op->kind == network::BinaryKind::kAdd || op->kind == network::BinaryKind::kSubtract;
      for (std::size_t k = 0; k < count; ++k) {
        if (adds) values[k] /= factor[k];
        if (op->kind == network::BinaryKind::kMultiply) factor[k] *= values[k];
        if (op->kind == network::BinaryKind::kDivide) factor[k] /= values[k];
      }
      if (adds) biases.push_back(std::move(values));
      id = reader.outputs[0];
    }
    return biases;
  }

  /// Weights as codes with a scale for each index of `axis`, at least `least` where that is not empty.
  Result<ValueId> fake_weights(const network::Value& weights, std::int64_t axis, const std::vector<float>& least) {
    const auto values = tensor::elements<float>(*weights.constant);
    const network::Extents& shape = weights.type.shape;
    const auto channels = static_cast<std::size_t>(shape[static_cast<std::size_t>(axis)]);
    std::size_t inner = 1;
    for (std::size_t k = static_cast<std::size_t>(axis) + 1; k < shape.size(); ++k)
      inner *= static_cast<std::size_t>(shape[k]);
    const std::int64_t high = (std::int64_t{1} << (options_.weight_bits - 1)) - 1;
    std::vector<std::vector<float>> rows(channels);
    for (std::size_t i = 0; i < values.size(); ++i) rows[i / inner % channels].push_back(values[i]);
    Tensor scales = tensor::make_tensor(tensor::Type::kFloat32, {static_cast<std::int64_t>(channels)});
    for (std::size_t m = 0; m < channels; ++m)
      tensor::elements<float>(scales)[m] = options_.weight_float
                                               ? float_scale(rows[m], *options_.weight_float, options_.weight_rule)
                                               : weight_scale(rows[m], high, options_.weight_rule);
    if (options_.weight_float) return fake_float_weights(weights, axis, std::move(scales));
    for (std::size_t m = 0; m < channels && least.size() == channels; ++m)
      tensor::elements<float>(scales)[m] = std::max(tensor::elements<float>(scales)[m], least[m]);
    Tensor codes = tensor::make_tensor(tensor::Type::kInt8, shape);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double code =
          std::nearbyint(static_cast<double>(values[i]) / tensor::elements<float>(scales)[i / inner % channels]);
      tensor::elements<std::int8_t>(codes)[i] =
          static_cast<std::int8_t>(std::clamp(code, -static_cast<double>(high), static_cast<double>(high)));
    }
    const ValueId id = builder_.constant(weights.name + ".codes", std::move(codes));
    return builder_.add1(network::Dequantize{axis},
                         {id, builder_.constant(weights.name + ".scales", std::move(scales))});
  }

  Result<ValueId> fake_float_weights(const network::Value& weights, std::int64_t axis, Tensor scales) {
    const numerics::FloatFormat& format = *options_.weight_float;
    const ValueId real = builder_.constant(weights.name, *weights.constant);
    const ValueId scale = builder_.constant(weights.name + ".scales", std::move(scales));
    HEDDLE_ASSIGN(const ValueId codes,
                  builder_.add1(network::EncodeFloat{format, axis}, {real, scale}, weights.name + ".codes"));
    return builder_.add1(network::DecodeFloat{format, axis}, {codes, scale}, weights.name + ".fake");
  }

  /// Whether the node makes codes of codes.
  [[nodiscard]] bool is_coded(const Node& node) const {
    const auto coded = [&](ValueId id) { return !id.valid() || old_.value(id).constant || values_.coded[id.index()]; };
    return values_.quantised[node.outputs[0].index()] && std::ranges::all_of(node.inputs, coded);
  }

  /// A constant as codes of one scale.
  Result<ValueId> fake_constant(const network::Value& value) {
    const auto values = tensor::elements<float>(*value.constant);
    const ActivationCodes codes = codes_for(values);
    Tensor tensor = tensor::make_tensor(codes.type, value.type.shape);
    for (std::size_t k = 0; k < values.size(); ++k)
      tensor.data[k] = static_cast<std::uint8_t>(
          static_cast<std::int64_t>(std::clamp(std::nearbyint(static_cast<double>(values[k]) / codes.scale.scale) +
                                                   static_cast<double>(codes.scale.zero_point),
                                               static_cast<double>(codes.low), static_cast<double>(codes.high))));
    const auto [scale, zero_point] = parameters(codes, value.name);
    const ValueId id = builder_.constant(value.name + ".codes", std::move(tensor));
    return builder_.add1(network::Dequantize{0}, {id, scale, zero_point}, value.name + ".fake");
  }

  /// The axis of output channels of an operator's weights.
  static std::int64_t channel_axis(const Node& node, const network::Value& weights) {
    if (std::holds_alternative<network::Conv>(node.op)) return 0;
    if (const auto* gemm = std::get_if<network::Gemm>(&node.op)) return gemm->transpose_b ? 0 : 1;
    return static_cast<std::int64_t>(weights.type.shape.size()) - 1;
  }

  Status copy(const Node& node) {
    std::vector<ValueId> inputs;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const ValueId id = node.inputs[i];
      if (!id.valid()) {
        inputs.emplace_back();
        continue;
      }
      const network::Value& value = old_.value(id);
      if (value.constant && i == 1 && multiplies(node.op) && value.type.shape.size() >= 2) {
        HEDDLE_ASSIGN(const ValueId weights, fake_weights(value, channel_axis(node, value), least_scales(node)));
        inputs.push_back(weights);
        continue;
      }
      if (is_coded(node) && codes_constant(old_, node, i) && !options_.activation_float) {
        HEDDLE_ASSIGN(const ValueId coded, fake_constant(value));
        inputs.push_back(coded);
        continue;
      }
      if (value.constant && !made_[id.index()].valid())
        made_[id.index()] = builder_.constant(value.name, *value.constant);
      inputs.push_back(made_[id.index()]);
    }
    std::vector<std::string> names;
    for (const ValueId id : node.outputs) names.push_back(old_.value(id).name);
    HEDDLE_ASSIGN(const auto made, builder_.add(node.op, inputs, names, node.name));
    for (std::size_t i = 0; i < made.size(); ++i) {
      HEDDLE_ASSIGN(made_[node.outputs[i].index()], fake(node.outputs[i], made[i]));
    }
    return {};
  }

  const Graph& old_;
  const QuantizeOptions& options_;
  Builder builder_;
  std::vector<std::vector<network::NodeId>> readers_;
  CodedValues values_;
  Observations observations_;
  std::vector<ValueId> made_;
};

}  // namespace

Result<Graph> quantize(const Graph& graph, const std::vector<network::Tensors>& calibration,
                       const QuantizeOptions& options, const Context& context) {
  for (const int bits : {options.weight_bits, options.activation_bits})
    if (bits < 2 || bits > 8) return fail(ErrorCode::kBadInput, fmt::format("{} bits; expected 2 to 8", bits));
  for (const auto& format : {options.weight_float, options.activation_float})
    if (format && (format->bits() > 8 || format->specials != numerics::Specials::kNone))
      return fail(ErrorCode::kBadInput, fmt::format("{}: expected a minifloat of at most 8 bits without special codes",
                                                    numerics::name(*format)));
  if (options.weight_float && !options.weight_float->is_signed)
    return fail(ErrorCode::kBadInput,
                fmt::format("weights in {}, which has no sign", numerics::name(*options.weight_float)));
  Graph folded = graph;
  network::fold_batch_normalization(folded);
  network::fuse_layer_normalization(folded);
  return Quantizer(folded, options).run(calibration, context);
}

}  // namespace heddle::compression
