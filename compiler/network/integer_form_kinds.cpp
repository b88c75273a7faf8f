// Which operators can be computed on codes, and how.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "compiler/network/evaluate.h"
#include "compiler/network/integer_form.h"
#include "compiler/network/overloaded.h"
#include "compiler/network/spatial_axes.h"
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

constexpr const char* kTooManyAxes = "a window over more than three axes";

class Maker {
 public:
  Maker(Builder& builder, const Node& node, const std::vector<Form*>& inputs)
      : builder_(builder), node_(node), in_(inputs) {}

  Result<Attempt> operator()(const Conv& op) {
    if (!is_activation(0)) return float_because("its input is not 8-bit codes of one scale");
    if (!is_weights(1, 0)) return float_because("its weights are not constant int8 codes with zero point 0");
    if (op.window.kernel.size() > kMostSpatialAxes) return float_because(kTooManyAxes);
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
    if (op.kind >= BinaryKind::kEqual) return float_because("its result is true or false, and no code");
    HEDDLE_ASSIGN(Attempt attempt, function_of_both());
    if (attempt.form) return attempt;
    const bool linear = op.kind == BinaryKind::kAdd || op.kind == BinaryKind::kSubtract ||
                        op.kind == BinaryKind::kMultiply || op.kind == BinaryKind::kDivide;
    if (!linear) return float_because("not a sum or product of codes, nor a function of one value");
    if (in_[0]->sums && constant(1)) return with_constant(op.kind, *in_[0], *constant(1));
    const bool either = op.kind == BinaryKind::kAdd || op.kind == BinaryKind::kMultiply;
    if (either && in_[1]->sums && constant(0)) return with_constant(op.kind, *in_[1], *constant(0));
    if (op.kind == BinaryKind::kDivide || !is_activation(0) || !is_activation(1))
      return float_because("not a sum or product of two codes of one scale each");
    Form form;
    form.pair = Pair{op.kind, *in_[0]->codes, *in_[1]->codes};
    return Attempt{std::move(form), {}};
  }

  Result<Attempt> operator()(const Clip& op) {
    const Form& x = *in_[0];
    if (x.real.valid()) return float_because("its input is float");
    if (x.function) return tabulated();
    if (x.joined) return float_because("a bound on parts of different scales");
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
    const bool largest = op.kind == ReduceKind::kMax;
    if ((op.kind != ReduceKind::kMean && !largest) || !is_activation(0) || rank(0) < 3)
      return float_because("not a mean or maximum of codes");
    const Extents x = builder_.value(in_[0]->codes->id).type.shape;
    Extents spatial;
    for (std::size_t axis = 2; axis < x.size(); ++axis) spatial.push_back(static_cast<std::int64_t>(axis));
    if (op.axes != spatial) return float_because("over other than the spatial axes");
    const std::size_t count = x.size() - 2;
    const Window whole{
        {x.begin() + 2, x.end()}, Extents(count, 1), Extents(count, 1), Extents(count, 0), Extents(count, 0)};
    HEDDLE_ASSIGN(Attempt attempt, largest ? moved({}, Pool{PoolKind::kMax, whole, false}) : mean(whole));
    if (!op.keep_axes && largest) {
      HEDDLE_ASSIGN(attempt.form->codes->id, builder_.add1(Reshape{{x[0], x[1]}}, {attempt.form->codes->id}));
    } else if (!op.keep_axes) {
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
  Result<Attempt> operator()(const Resize& op) {
    if (op.mode != ResizeMode::kNearest) return float_because("it interpolates");
    return moved();
  }
  Result<Attempt> operator()(const Concat& op) {
    std::vector<Codes> parts;
    std::vector<ValueId> ids;
    bool same = true;
    for (std::size_t i = 0; i < in_.size(); ++i) {
      if (!is_activation(i)) return float_because("a part of it is not 8-bit codes of one scale");
      parts.push_back(*in_[i]->codes);
      ids.push_back(parts.back().id);
      same = same && parts.back().quantization == parts[0].quantization &&
             builder_.value(ids.back()).type.element == builder_.value(ids[0]).type.element;
    }
    Form form;
    if (same) {
      HEDDLE_ASSIGN(const ValueId joined, builder_.add1(op, ids));
      form.codes = Codes{joined, parts[0].quantization};
    } else {
      form.joined = Joined{op, std::move(parts)};
    }
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
    if (window.kernel.size() > kMostSpatialAxes) return float_because(kTooManyAxes);
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
    auto argument = as_function(0);
    if (!argument) return float_because("its input is not codes of one scale");
    return tabulated({*argument});
  }
  Result<Attempt> tabulated(const std::vector<Function>& arguments, const tensor::Tensor* scalar = nullptr,
                            bool scalar_first = false) {
    std::vector<tensor::Tensor> tables;
    for (const Function& function : arguments) {
      tables.push_back(tensor::make_tensor(tensor::Type::kFloat32, {256}));
      std::copy(function.values.begin(), function.values.end(), tensor::elements<float>(tables.back()).begin());
    }
    std::vector<const tensor::Tensor*> inputs;
    for (const tensor::Tensor& table : tables) inputs.push_back(&table);
    tensor::Tensor number;
    if (scalar != nullptr) {
      number = *scalar;
      number.shape = {1};
      inputs.insert(scalar_first ? inputs.begin() : inputs.end(), &number);
    }
    HEDDLE_ASSIGN(const auto results, evaluate(node_.op, inputs, {{tensor::Type::kFloat32, {256}}}));
    Form form;
    form.function = Function{arguments[0].argument, {}};
    const auto span = tensor::elements<float>(results[0]);
    form.function->values.assign(span.begin(), span.end());
    return Attempt{std::move(form), {}};
  }

  /// The input as a function of codes that are no constant.
  [[nodiscard]] std::optional<Function> as_function(std::size_t input) const {
    const Form& x = *in_[input];
    if (x.real.valid()) return std::nullopt;
    if (x.function) return x.function;
    if (!x.codes || !x.codes->per_tensor() || builder_.value(x.codes->id).constant) return std::nullopt;
    const tensor::Type type = builder_.value(x.codes->id).type.element;
    if (type != tensor::Type::kInt8 && type != tensor::Type::kUint8) return std::nullopt;
    Function function{*x.codes, decoded(builder_, *x.codes)};
    for (float& value : function.values)
      if (x.bounds)
        value = std::min(std::max(value, static_cast<float>(x.bounds->low)), static_cast<float>(x.bounds->high));
    return function;
  }

  [[nodiscard]] const tensor::Tensor* constant(std::size_t input) const {
    if (!in_[input]->real.valid()) return nullptr;
    const auto& tensor = builder_.value(in_[input]->real).constant;
    return tensor && tensor->type == tensor::Type::kFloat32 ? tensor.get() : nullptr;
  }

  /// Two functions of one value, or one and a number.
  Result<Attempt> function_of_both() {
    const auto a = as_function(0);
    const auto b = as_function(1);
    if (a && b && a->argument.id == b->argument.id && a->argument.quantization == b->argument.quantization)
      return tabulated({*a, *b});
    const std::size_t other = a ? 1 : 0;
    if (static_cast<bool>(a) == static_cast<bool>(b)) return float_because("");
    const tensor::Tensor* number = constant(other);
    const std::size_t rank = builder_.value((a ? *a : *b).argument.id).type.shape.size();
    if (number == nullptr || number->elements() != 1 || number->shape.size() > rank) return float_because("");
    return tabulated({a ? *a : *b}, number, other == 0);
  }

  /// Sums times, or plus, what is known.
  Result<Attempt> with_constant(BinaryKind kind, const Form& x, const tensor::Tensor& values) {
    if (x.bounds) return float_because("a constant behind a bound");
    const Value& value = builder_.value(x.sums->id);
    const bool is_product = std::holds_alternative<IntegerMatMul>(maker(x.sums->id).op);
    const std::int64_t axis = is_product ? static_cast<std::int64_t>(value.type.shape.size()) - 1 : 1;
    if (!varies_along_only(values.shape, value.type.shape, static_cast<std::size_t>(axis)))
      return float_because("its constant differs along other axes than the sums' channels");
    // A number for each channel of the sums, or one for all.
    const auto span = tensor::elements<float>(values);
    const std::vector<double> numbers(span.begin(), span.end());
    Sums sums = *x.sums;
    const std::size_t channels = std::max({sums.scales.size(), numbers.size(), sums.magnitudes.size()});
    if (channels > 1 && sums.axis != axis) sums.axis = axis;
    if (kind == BinaryKind::kMultiply || kind == BinaryKind::kDivide) {
      sums.scales.resize(channels, sums.scales[0]);
      sums.magnitudes.resize(channels, sums.magnitudes[0]);
      for (std::size_t k = 0; k < channels; ++k) {
        const double number = numbers[numbers.size() == 1 ? 0 : k];
        sums.scales[k] = kind == BinaryKind::kMultiply ? sums.scales[k] * number : sums.scales[k] / number;
        if (!(sums.scales[k] > 0) || !std::isfinite(sums.scales[k]))
          return float_because("its constant is not positive");
      }
    } else {
      HEDDLE_ASSIGN(const bool done,
                    add_bias(sums, numbers, kind == BinaryKind::kSubtract ? -1 : 1,
                             static_cast<std::size_t>(value.type.shape[static_cast<std::size_t>(axis)])));
      if (!done) return float_because("its constant does not fit the sums");
    }
    Form form;
    form.sums = std::move(sums);
    return Attempt{std::move(form), {}};
  }

  [[nodiscard]] const Node& maker(ValueId id) const {
    const auto& nodes = builder_.graph().nodes;
    return *std::find_if(nodes.rbegin(), nodes.rend(), [&](const Node& node) { return node.outputs[0] == id; });
  }

  /// The sums made again with another bias; false if they have none or it leaves int32.
  Result<bool> add_bias(Sums& sums, const std::vector<double>& numbers, double sign, std::size_t channels) {
    const Node node = maker(sums.id);
    const bool known = std::holds_alternative<IntegerConv>(node.op) || std::holds_alternative<IntegerMatMul>(node.op);
    if (!known || node.inputs.size() < 3 || !builder_.value(node.inputs[2]).constant) return false;
    tensor::Tensor bias = *builder_.value(node.inputs[2]).constant;
    const auto units = tensor::elements<std::int32_t>(bias);
    if (units.size() != channels) return false;
    sums.magnitudes.resize(std::max(sums.magnitudes.size(), sums.scales.size()), sums.magnitudes[0]);
    std::int64_t most = 0;
    for (std::size_t k = 0; k < channels; ++k) {
      const double more =
          std::nearbyint(sign * numbers[numbers.size() == 1 ? 0 : k] / sums.scales[sums.scales.size() == 1 ? 0 : k]);
      const std::int64_t least_room = sums.magnitudes[sums.magnitudes.size() == 1 ? 0 : k] +
                                      std::abs(static_cast<std::int64_t>(std::clamp(more, -1e10, 1e10)));
      if (!(std::abs(more) < 2147483648.0) || least_room >= (std::int64_t{1} << 31)) return false;
      units[k] += static_cast<std::int32_t>(more);
      if (sums.magnitudes.size() == 1)
        most = std::max(most, least_room);
      else
        sums.magnitudes[k] = least_room;
    }
    if (sums.magnitudes.size() == 1) sums.magnitudes = {most};
    const ValueId id = builder_.constant(node_.name + ".bias", std::move(bias));
    HEDDLE_ASSIGN(const auto made, builder_.add(node.op, {node.inputs[0], node.inputs[1], id}, {node_.name + ".sums"},
                                                node_.name + ".sums"));
    sums.id = made[0];
    return true;
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
