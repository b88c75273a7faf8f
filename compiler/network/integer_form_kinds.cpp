// Which operators can be computed on codes, and how.
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "compiler/network/evaluate.h"
#include "compiler/network/integer_form.h"
#include "compiler/network/overloaded.h"
#include "compiler/network/strided.h"
#include "compiler/tensor/elements.h"

namespace heddle::network {
namespace {

Attempt float_because(std::string reason) { return {std::nullopt, std::move(reason)}; }

std::vector<std::int64_t> integers(const tensor::Tensor& tensor) {
  std::vector<std::int64_t> values(static_cast<std::size_t>(tensor.elements()));
  tensor::dispatch(tensor.type, [&](auto type) {
    const auto span = tensor::elements<decltype(type)>(tensor);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int64_t>(span[i]);
  });
  return values;
}

class Maker {
 public:
  Maker(Builder& builder, const Node& node, const std::vector<Form*>& inputs)
      : builder_(builder), node_(node), in_(inputs) {}

  Result<Attempt> operator()(const Conv& op) {
    if (!is_activation(0)) return float_because("its input is not 8-bit codes of one scale");
    if (!is_weights(1, 0)) return float_because("its weights are not constant int8 codes with zero point 0");
    const Codes& x = *in_[0]->codes;
    const Extents shape = builder_.value(in_[1]->codes->id).type.shape;
    return sum_of_products(IntegerConv{op.window, op.groups, x.zero()}, x, rows_of(weights(1), shape[0]), 1, {});
  }

  Result<Attempt> operator()(const Gemm& op) {
    if (op.alpha != 1 || op.beta != 1 || op.transpose_a)
      return float_because("alpha or beta is not 1, or A transposed");
    if (!is_activation(0)) return float_because("A is not 8-bit codes of one scale");
    if (!is_weights(1, op.transpose_b ? 0 : 1))
      return float_because("B is not constant int8 codes with zero point 0, scaled by column");
    return matrix_product(op.transpose_b);
  }

  Result<Attempt> operator()(const MatMul& /*op*/) {
    if (in_[0]->codes && in_[1]->codes && rank(0) >= 2 && rank(1) >= 2) {
      if (is_activation(0) && is_activation(1)) return product_of_activations();
      if (is_activation(0) && rank(1) == 2 && is_weights(1, 1)) return matrix_product(false);
    }
    return float_because("its operands are not 8-bit codes of fitting scales");
  }

  Result<Attempt> operator()(const Binary& op) {
    const bool sum = op.kind == BinaryKind::kAdd || op.kind == BinaryKind::kSubtract;
    if (!sum || !is_activation(0) || !is_activation(1)) return float_because("not a sum of two codes");
    if (builder_.value(in_[0]->codes->id).type.shape != builder_.value(in_[1]->codes->id).type.shape)
      return float_because("a sum that broadcasts");
    Form form;
    form.addition = Addition{*in_[0]->codes, *in_[1]->codes, op.kind == BinaryKind::kSubtract};
    return Attempt{std::move(form), {}};
  }

  Result<Attempt> operator()(const Clip& op) {
    const Form& x = *in_[0];
    if (x.real.valid()) return float_because("its input is float");
    if (x.function) return tabulated();
    Form form = x;
    form.bounds = Bounds{std::max(op.low, x.bounds ? x.bounds->low : op.low),
                         std::min(op.high, x.bounds ? x.bounds->high : op.high)};
    if (!(form.bounds->low <= form.bounds->high)) return float_because("two bounds leave nothing between them");
    return Attempt{std::move(form), {}};
  }

  Result<Attempt> operator()(const Unary& /*op*/) { return tabulated(); }

  Result<Attempt> operator()(const Pool& op) {
    if (!is_activation(0)) return float_because("its input is not 8-bit codes of one scale");
    if (op.kind == PoolKind::kMax) return moved();
    const bool padded = differs_from(op.window.pads_begin, 0) || differs_from(op.window.pads_end, 0);
    if (padded && !op.count_pads) return float_because("an average over windows of different sizes");
    return mean(op.window);
  }

  Result<Attempt> operator()(const Reduce& op) {
    if (op.kind != ReduceKind::kMean || !is_activation(0) || rank(0) < 3) return float_because("not a mean of codes");
    const Extents x = builder_.value(in_[0]->codes->id).type.shape;
    Extents spatial;
    for (std::size_t axis = 2; axis < x.size(); ++axis) spatial.push_back(static_cast<std::int64_t>(axis));
    if (op.axes != spatial) return float_because("a mean over other than the spatial axes");
    const std::size_t count = x.size() - 2;
    HEDDLE_ASSIGN(
        Attempt attempt,
        mean({{x.begin() + 2, x.end()}, Extents(count, 1), Extents(count, 1), Extents(count, 0), Extents(count, 0)}));
    if (!op.keep_axes) {
      HEDDLE_ASSIGN(attempt.form->sums->id, builder_.add1(Reshape{{x[0], x[1]}}, {attempt.form->sums->id}));
    }
    return attempt;
  }

  Result<Attempt> operator()(const Pad& op) {
    if (op.mode != PadMode::kConstant) return moved();
    if (!is_activation(0)) return float_because("its input is not 8-bit codes of one scale");
    const Codes& x = *in_[0]->codes;
    const Interval codes = centred_codes(builder_.value(x.id).type.element, 0);
    const double code = std::nearbyint(op.value / x.scale()) + static_cast<double>(x.zero());
    if (code < static_cast<double>(codes.low) || code > static_cast<double>(codes.high) ||
        static_cast<float>((code - static_cast<double>(x.zero())) * x.scale()) != static_cast<float>(op.value))
      return float_because("its value has no code");
    Pad on_codes = op;
    on_codes.value = code;
    return moved({}, on_codes);
  }

  Result<Attempt> operator()(const Reshape& /*op*/) { return moved(); }
  Result<Attempt> operator()(const Transpose& /*op*/) { return moved(); }
  Result<Attempt> operator()(const Slice& /*op*/) { return moved(); }
  Result<Attempt> operator()(const Expand& /*op*/) { return moved(); }
  Result<Attempt> operator()(const Tile& /*op*/) { return moved(); }
  Result<Attempt> operator()(const Gather& /*op*/) {
    if (in_.size() < 2 || !in_[1]->real.valid()) return float_because("its indices are not integers");
    return moved({in_[1]->real});
  }
  Result<Attempt> operator()(const Concat& op) {
    std::vector<ValueId> parts;
    for (std::size_t i = 0; i < in_.size(); ++i) {
      if (!is_activation(i) || in_[i]->codes->quantization != in_[0]->codes->quantization)
        return float_because("its parts are codes of different scales, or not codes");
      parts.push_back(in_[i]->codes->id);
    }
    Form form;
    HEDDLE_ASSIGN(const ValueId joined, builder_.add1(op, parts));
    form.codes = Codes{joined, in_[0]->codes->quantization};
    return Attempt{std::move(form), {}};
  }

  template <class Op>
  Result<Attempt> operator()(const Op& /*op*/) {
    return float_because("the operator has no integer form");
  }

 private:
  static bool differs_from(const Extents& list, std::int64_t usual) {
    return std::any_of(list.begin(), list.end(), [&](std::int64_t entry) { return entry != usual; });
  }
  [[nodiscard]] std::size_t rank(std::size_t input) const {
    return builder_.value(in_[input]->codes->id).type.shape.size();
  }
  /// 8-bit codes of one scale, not bounded by a Clip.
  [[nodiscard]] bool is_activation(std::size_t input) const {
    if (input >= in_.size() || in_[input] == nullptr || !in_[input]->codes || in_[input]->bounds) return false;
    const Codes& codes = *in_[input]->codes;
    const tensor::Type type = builder_.value(codes.id).type.element;
    return codes.per_tensor() && (type == tensor::Type::kInt8 || type == tensor::Type::kUint8);
  }
  /// Constant int8 codes with zero points of 0, whose scales go along `axis`.
  [[nodiscard]] bool is_weights(std::size_t input, std::int64_t axis) const {
    if (input >= in_.size() || in_[input] == nullptr || !in_[input]->codes || in_[input]->bounds) return false;
    const Codes& codes = *in_[input]->codes;
    const Value& value = builder_.value(codes.id);
    return value.constant && value.type.element == tensor::Type::kInt8 &&
           codes.quantization.axis.value_or(axis) == axis && !differs_from(codes.quantization.zero_points, 0);
  }
  [[nodiscard]] std::vector<std::int64_t> weights(std::size_t input) const {
    return integers(*builder_.value(in_[input]->codes->id).constant);
  }
  static std::vector<std::vector<std::int64_t>> rows_of(const std::vector<std::int64_t>& values, std::int64_t rows) {
    const auto length = static_cast<std::ptrdiff_t>(values.size()) / rows;
    std::vector<std::vector<std::int64_t>> result;
    for (std::int64_t row = 0; row < rows; ++row)
      result.emplace_back(values.begin() + row * length, values.begin() + (row + 1) * length);
    return result;
  }

  /// The bias in units of the sums, or nothing if it is not constant or leaves int32.
  std::optional<std::vector<std::int64_t>> bias(const std::vector<double>& scales, std::size_t channels) {
    std::vector<std::int64_t> result(channels, 0);
    if (in_.size() < 3 || in_[2] == nullptr) return result;
    std::vector<double> values;
    if (in_[2]->codes) {
      const Codes& codes = *in_[2]->codes;
      const Value& value = builder_.value(codes.id);
      if (!value.constant) return std::nullopt;
      const auto integer = integers(*value.constant);
      const Quantization& q = codes.quantization;
      for (std::size_t i = 0; i < integer.size(); ++i) {
        const std::size_t k = q.scales.size() == 1 ? 0 : i;
        values.push_back(static_cast<double>(integer[i] - q.zero_points[k]) * static_cast<double>(q.scales[k]));
      }
    } else {
      if (!in_[2]->real.valid() || !builder_.value(in_[2]->real).constant) return std::nullopt;
      const auto span = tensor::elements<float>(*builder_.value(in_[2]->real).constant);
      values.assign(span.begin(), span.end());
    }
    if (values.size() != channels && values.size() != 1) return std::nullopt;
    for (std::size_t i = 0; i < channels; ++i) {
      const double units = std::nearbyint(values[values.size() == 1 ? 0 : i] / scales[scales.size() == 1 ? 0 : i]);
      if (!(std::abs(units) < 2147483648.0)) return std::nullopt;
      result[i] = static_cast<std::int64_t>(units);
    }
    return result;
  }

  std::vector<double> sum_scales(const Codes& x, const Quantization& w) {
    std::vector<double> scales;
    for (const float scale : w.scales) scales.push_back(x.scale() * static_cast<double>(scale));
    return scales;
  }

  /// `per_channel[m]`: the weights that make one sum of channel m.
  Result<Attempt> sum_of_products(Operator op, const Codes& x,
                                  const std::vector<std::vector<std::int64_t>>& per_channel, std::int64_t axis,
                                  std::optional<ValueId> matrix) {
    Sums sums{{}, sum_scales(x, in_[1]->codes->quantization), {}, axis};
    const auto biases = bias(sums.scales, per_channel.size());
    if (!biases) return float_because("its bias is not constant, or does not fit int32 in units of the sums");
    const Interval codes = centred_codes(builder_.value(x.id).type.element, x.zero());
    std::int64_t most = 0;
    for (std::size_t m = 0; m < per_channel.size(); ++m) {
      const std::int64_t magnitude = sum_interval(per_channel[m], codes, (*biases)[m]).magnitude();
      if (magnitude >= (std::int64_t{1} << 31)) return float_because("a sum may leave int32");
      most = std::max(most, magnitude);
      if (sums.scales.size() > 1) sums.magnitudes.push_back(magnitude);
    }
    if (sums.scales.size() == 1) sums.magnitudes = {most};
    tensor::Tensor tensor = tensor::make_tensor(tensor::Type::kInt32, {static_cast<std::int64_t>(biases->size())});
    std::copy(biases->begin(), biases->end(), tensor::elements<std::int32_t>(tensor).begin());
    const ValueId bias_id = builder_.constant(node_.name + ".bias", std::move(tensor));
    HEDDLE_ASSIGN(const auto made, builder_.add(std::move(op), {x.id, matrix.value_or(in_[1]->codes->id), bias_id},
                                                {node_.name + ".sums"}, node_.name + ".sums"));
    sums.id = made[0];
    Form form;
    form.sums = std::move(sums);
    return Attempt{std::move(form), {}};
  }

  Result<Attempt> matrix_product(bool transposed) {
    const Codes& x = *in_[0]->codes;
    ValueId matrix = in_[1]->codes->id;
    if (transposed) {
      HEDDLE_ASSIGN(matrix, builder_.add1(Transpose{{1, 0}}, {matrix}));
    }
    const Extents shape = builder_.value(matrix).type.shape;
    const auto values = integers(*builder_.value(matrix).constant);
    std::vector<std::vector<std::int64_t>> columns(static_cast<std::size_t>(shape[1]));
    for (std::size_t i = 0; i < values.size(); ++i) columns[i % columns.size()].push_back(values[i]);
    const auto axis = static_cast<std::int64_t>(rank(0)) - 1;
    return sum_of_products(IntegerMatMul{x.zero(), 0}, x, columns, axis, matrix);
  }

  Result<Attempt> product_of_activations() {
    const Codes& a = *in_[0]->codes;
    const Codes& b = *in_[1]->codes;
    const auto magnitude = [&](const Codes& c) {
      return centred_codes(builder_.value(c.id).type.element, c.zero()).magnitude();
    };
    const std::int64_t depth = builder_.value(a.id).type.shape.back();
    const std::int64_t most = magnitude(a) * magnitude(b) * depth;
    if (most >= (std::int64_t{1} << 31)) return float_because("a sum may leave int32");
    HEDDLE_ASSIGN(const auto made, builder_.add(IntegerMatMul{a.zero(), b.zero()}, {a.id, b.id}, {node_.name + ".sums"},
                                                node_.name + ".sums"));
    Form form;
    form.sums = Sums{made[0], {a.scale() * b.scale()}, {most}, 0};
    return Attempt{std::move(form), {}};
  }

  Result<Attempt> mean(const Window& window) {
    const Codes& x = *in_[0]->codes;
    std::int64_t taps = 1;
    for (const std::int64_t k : window.kernel) taps *= k;
    const std::int64_t most = centred_codes(builder_.value(x.id).type.element, x.zero()).magnitude() * taps;
    if (most >= (std::int64_t{1} << 31)) return float_because("a sum may leave int32");
    HEDDLE_ASSIGN(const auto made,
                  builder_.add(WindowSum{window, x.zero()}, {x.id}, {node_.name + ".sums"}, node_.name + ".sums"));
    Form form;
    form.sums = Sums{made[0], {x.scale() / static_cast<double>(taps)}, {most}, 1};
    return Attempt{std::move(form), {}};
  }

  /// The operator on the codes themselves: what only moves or chooses elements.
  Result<Attempt> moved(const std::vector<ValueId>& others = {}, const std::optional<Operator>& instead = {}) {
    if (!in_[0]->codes || !in_[0]->codes->per_tensor() || in_[0]->bounds)
      return float_because("its input is not codes of one scale");
    std::vector<ValueId> inputs{in_[0]->codes->id};
    inputs.insert(inputs.end(), others.begin(), others.end());
    HEDDLE_ASSIGN(const auto made, builder_.add(instead.value_or(node_.op), inputs, {node_.name}, node_.name));
    Form form;
    form.codes = Codes{made[0], in_[0]->codes->quantization};
    return Attempt{std::move(form), {}};
  }

  /// The operator on every code: what is a function of one element.
  Result<Attempt> tabulated() {
    const Form& x = *in_[0];
    if (x.real.valid() || (!x.function && !is_activation(0)))
      return float_because("its input is not codes of one scale");
    Form form;
    form.function = x.function ? *x.function : Function{*x.codes, decoded(builder_, *x.codes)};
    tensor::Tensor values = tensor::make_tensor(tensor::Type::kFloat32, {256});
    std::copy(form.function->values.begin(), form.function->values.end(), tensor::elements<float>(values).begin());
    HEDDLE_ASSIGN(const auto results, evaluate(node_.op, {&values}, {{tensor::Type::kFloat32, {256}}}));
    const auto span = tensor::elements<float>(results[0]);
    form.function->values.assign(span.begin(), span.end());
    return Attempt{std::move(form), {}};
  }

  Builder& builder_;
  const Node& node_;
  const std::vector<Form*>& in_;
};

}  // namespace

Result<Attempt> integer_form(Builder& builder, const Node& node, const std::vector<Form*>& inputs) {
  return std::visit(Maker(builder, node, inputs), node.op);
}

}  // namespace heddle::network
