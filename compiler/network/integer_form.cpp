#include "compiler/network/integer_form.h"

#include <algorithm>
#include <cmath>

#include "compiler/network/evaluate.h"
#include "compiler/tensor/elements.h"

namespace heddle::network {
namespace {

std::int64_t least_code(tensor::Type type) { return type == tensor::Type::kInt8 ? -128 : 0; }

ValueId int32_constant(Builder& builder, const std::string& name, const std::vector<std::int32_t>& values) {
  tensor::Tensor tensor = tensor::make_tensor(tensor::Type::kInt32, {static_cast<std::int64_t>(values.size())});
  std::copy(values.begin(), values.end(), tensor::elements<std::int32_t>(tensor).begin());
  return builder.constant(name, std::move(tensor));
}

ValueId float_constant(Builder& builder, const std::string& name, const std::vector<float>& values) {
  Extents shape;
  if (values.size() != 1) shape.push_back(static_cast<std::int64_t>(values.size()));
  tensor::Tensor tensor = tensor::make_tensor(tensor::Type::kFloat32, shape);
  std::copy(values.begin(), values.end(), tensor::elements<float>(tensor).begin());
  return builder.constant(name, std::move(tensor));
}

ValueId zero_constant(Builder& builder, const std::string& name, tensor::Type type,
                      const std::vector<std::int64_t>& zeros) {
  Extents shape;
  if (zeros.size() != 1) shape.push_back(static_cast<std::int64_t>(zeros.size()));
  tensor::Tensor tensor = tensor::make_tensor(type, shape);
  tensor::dispatch(type, [&](auto element) {
    auto span = tensor::elements<decltype(element)>(tensor);
    for (std::size_t i = 0; i < zeros.size(); ++i) span[i] = static_cast<decltype(element)>(zeros[i]);
  });
  return builder.constant(name, std::move(tensor));
}

Result<ValueId> dequantized(Builder& builder, const Codes& codes) {
  const Quantization& q = codes.quantization;
  const std::string base = builder.value(codes.id).name;
  const ValueId scale = float_constant(builder, base + ".scale", q.scales);
  const ValueId zero = zero_constant(builder, base + ".zero", builder.value(codes.id).type.element, q.zero_points);
  const Dequantize op{q.axis.value_or(0)};
  const Value& value = builder.value(codes.id);
  if (!value.constant) return builder.add1(op, {codes.id, scale, zero}, base + ".real");
  // Weights of an operator that stays float.
  HEDDLE_ASSIGN(
      auto real,
      evaluate(op, {value.constant.get(), builder.value(scale).constant.get(), builder.value(zero).constant.get()},
               {{tensor::Type::kFloat32, value.type.shape}}));
  return builder.constant(base + ".real", std::move(real[0]));
}

Result<ValueId> clipped(Builder& builder, ValueId value, const std::optional<Bounds>& bounds) {
  if (!bounds) return value;
  return builder.add1(Clip{bounds->low, bounds->high}, {value});
}

/// `round(x / scale) + zero` in float32, as Quantize does it, also of NaN: code 0.
std::int64_t code_of(float value, const Quantization& q, std::int64_t low, std::int64_t high) {
  const double rounded =
      std::nearbyint(static_cast<double>(value / q.scales[0])) + static_cast<double>(q.zero_points[0]);
  if (std::isnan(rounded)) return std::clamp<std::int64_t>(0, low, high);
  return static_cast<std::int64_t>(std::clamp(rounded, static_cast<double>(low), static_cast<double>(high)));
}

/// Where a Clip leaves the codes.
Interval code_range(const Quantization& q, tensor::Type type, const std::optional<Bounds>& bounds) {
  const std::int64_t least = least_code(type);
  if (!bounds) return {least, least + 255};
  return {code_of(static_cast<float>(bounds->low), q, least, least + 255),
          code_of(static_cast<float>(bounds->high), q, least, least + 255)};
}

Result<std::optional<ValueId>> requantized(Builder& builder, const Sums& sums, const Interval& range,
                                           const Quantization& target, tensor::Type type, const std::string& name) {
  std::vector<double> ratios;
  for (const double scale : sums.scales) ratios.push_back(scale / static_cast<double>(target.scales[0]));
  const auto scales = integer_scales(ratios, sums.magnitudes, false);
  if (!scales) return std::nullopt;
  const ValueId multipliers = int32_constant(builder, name + ".multiplier", scales->multipliers);
  const Requantize op{type, sums.axis, scales->shift, target.zero_points[0], range.low, range.high};
  HEDDLE_ASSIGN(const auto made, builder.add(op, {sums.id, multipliers}, {name}, name));
  return made[0];
}

std::int64_t magnitude(const Builder& builder, const Codes& codes) {
  return centred_codes(builder.value(codes.id).type.element, codes.zero()).magnitude();
}

Result<std::optional<ValueId>> paired(Builder& builder, const Pair& pair, const Interval& range,
                                      const Quantization& target, tensor::Type type, const std::string& name) {
  const double unit = target.scales[0];
  const std::vector<ValueId> inputs{pair.a.id, pair.b.id};
  const std::int64_t a = magnitude(builder, pair.a);
  const std::int64_t b = magnitude(builder, pair.b);
  if (pair.kind == BinaryKind::kMultiply) {
    const auto scales = integer_scales({pair.a.scale() * pair.b.scale() / unit}, {a * b}, false);
    if (!scales) return std::nullopt;
    const IntegerMultiply op{type,          pair.a.zero(),         pair.b.zero(), scales->multipliers[0],
                             scales->shift, target.zero_points[0], range.low,     range.high};
    HEDDLE_ASSIGN(const auto made, builder.add(op, inputs, {name}, name));
    return made[0];
  }
  const auto scales = integer_scales({pair.a.scale() / unit, pair.b.scale() / unit}, {a, b}, true);
  if (!scales) return std::nullopt;
  IntegerAdd op{type,
                pair.a.zero(),
                pair.b.zero(),
                scales->multipliers[0],
                scales->multipliers[1],
                scales->shift,
                target.zero_points[0],
                range.low,
                range.high};
  if (pair.kind == BinaryKind::kSubtract) op.b_multiplier = -op.b_multiplier;
  HEDDLE_ASSIGN(const auto made, builder.add(op, inputs, {name}, name));
  return made[0];
}

Result<std::optional<ValueId>> looked_up(Builder& builder, const Function& function, const Interval& range,
                                         const Quantization& target, tensor::Type type, const std::string& name) {
  tensor::Tensor table = tensor::make_tensor(type, {256});
  tensor::dispatch(type, [&](auto element) {
    auto codes = tensor::elements<decltype(element)>(table);
    for (std::size_t i = 0; i < codes.size(); ++i)
      codes[i] = static_cast<decltype(element)>(code_of(function.values[i], target, range.low, range.high));
  });
  const ValueId id = builder.constant(name + ".table", std::move(table));
  HEDDLE_ASSIGN(const auto made, builder.add(Lookup{}, {function.argument.id, id}, {name}, name));
  return made[0];
}

/// Every part in the codes of the whole.
Result<std::optional<ValueId>> rejoined(Builder& builder, const Joined& joined, const Interval& range,
                                        const Quantization& target, tensor::Type type, const std::string& name) {
  std::vector<ValueId> parts;
  for (const Codes& codes : joined.parts) {
    const bool same = codes.quantization == target && builder.value(codes.id).type.element == type;
    HEDDLE_ASSIGN(const auto part,
                  same ? Result<std::optional<ValueId>>(codes.id)
                       : looked_up(builder, {codes, decoded(builder, codes)}, range, target, type, name + ".part"));
    parts.push_back(*part);
  }
  HEDDLE_ASSIGN(const auto made, builder.add(joined.op, parts, {name}, name));
  return made[0];
}

/// The float at each code, gathered from a table. Negative indices count from the end.
Result<ValueId> tabled(Builder& builder, const Function& function) {
  const auto zero = static_cast<std::ptrdiff_t>(-least_code(builder.value(function.argument.id).type.element));
  std::vector<float> table(function.values.begin() + zero, function.values.end());
  table.insert(table.end(), function.values.begin(), function.values.begin() + zero);
  const ValueId id = float_constant(builder, builder.value(function.argument.id).name + ".values", table);
  HEDDLE_ASSIGN(const ValueId index, builder.add1(Cast{tensor::Type::kInt64}, {function.argument.id}));
  return builder.add1(Gather{0}, {id, index});
}

Result<ValueId> real_of(Builder& builder, const Form& form) {
  if (form.codes) return dequantized(builder, *form.codes);
  if (form.sums) {
    Quantization q;
    for (const double scale : form.sums->scales) q.scales.push_back(static_cast<float>(scale));
    q.zero_points.assign(q.scales.size(), 0);
    if (q.scales.size() > 1) q.axis = form.sums->axis;
    return dequantized(builder, {form.sums->id, q});
  }
  if (form.pair) {
    HEDDLE_ASSIGN(const ValueId a, dequantized(builder, form.pair->a));
    HEDDLE_ASSIGN(const ValueId b, dequantized(builder, form.pair->b));
    return builder.add1(Binary{form.pair->kind}, {a, b});
  }
  if (form.joined) {
    std::vector<ValueId> parts;
    for (const Codes& codes : form.joined->parts) {
      HEDDLE_ASSIGN(const ValueId part, dequantized(builder, codes));
      parts.push_back(part);
    }
    return builder.add1(form.joined->op, parts);
  }
  HEDDLE_CHECK(form.function.has_value(), "a value without a form");
  return tabled(builder, *form.function);
}

}  // namespace

std::vector<float> decoded(const Builder& builder, const Codes& codes) {
  const std::int64_t least = least_code(builder.value(codes.id).type.element);
  std::vector<float> values(256);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>(static_cast<std::int64_t>(i) + least - codes.zero()) * codes.quantization.scales[0];
  return values;
}

Result<ValueId> as_real(Builder& builder, Form& form) {
  if (form.real.valid()) return form.real;
  HEDDLE_ASSIGN(const ValueId value, real_of(builder, form));
  HEDDLE_ASSIGN(form.real, clipped(builder, value, form.bounds));
  return form.real;
}

Result<std::optional<ValueId>> as_codes(Builder& builder, const Form& form, const Quantization& target,
                                        tensor::Type type, const std::string& name) {
  if (target.axis || (type != tensor::Type::kInt8 && type != tensor::Type::kUint8)) return std::nullopt;
  const Interval range = code_range(target, type, form.bounds);
  if (form.sums) return requantized(builder, *form.sums, range, target, type, name);
  if (form.pair) return paired(builder, *form.pair, range, target, type, name);
  if (form.joined) return rejoined(builder, *form.joined, range, target, type, name);
  if (form.function) return looked_up(builder, *form.function, range, target, type, name);
  if (!form.codes || !form.codes->per_tensor()) return std::nullopt;
  const Value& codes = builder.value(form.codes->id);
  if (codes.constant) return std::nullopt;
  if (!form.bounds && codes.type.element == type && form.codes->quantization == target) return form.codes->id;
  return looked_up(builder, {*form.codes, decoded(builder, *form.codes)}, range, target, type, name);
}

}  // namespace heddle::network
