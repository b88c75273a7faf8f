// Between element types: casts and quantisation.
#include <algorithm>
#include <cmath>
#include <limits>

#include "compiler/network/kernels.h"
#include "compiler/network/strided.h"
#include "compiler/numerics/scales.h"
#include "compiler/tensor/convert.h"

namespace heddle::network {
namespace {

/// Scale and zero point of every element: f(element, index of the scale).
template <class F>
void for_each_scale(const tensor::Tensor& x, const tensor::Tensor& scale, std::int64_t axis, F f) {
  const auto count = scale.elements();
  if (count == 1) {
    for (std::int64_t i = 0; i < x.elements(); ++i) f(static_cast<std::size_t>(i), std::size_t{0});
    return;
  }
  const std::int64_t inner = product(x.shape, static_cast<std::size_t>(axis) + 1, x.shape.size());
  for (std::int64_t i = 0; i < x.elements(); ++i)
    f(static_cast<std::size_t>(i), static_cast<std::size_t>(i / inner % count));
}

/// The scales of a tensor of minifloat codes. Fails on one that is not positive and finite.
Result<numerics::Scales> float_scales(const numerics::FloatFormat& format, const tensor::Tensor& x,
                                      const tensor::Tensor& scale, std::int64_t axis) {
  const auto values = tensor::elements<float>(scale);
  const bool single = values.size() == 1;
  const std::int64_t inner = single ? 0 : product(x.shape, static_cast<std::size_t>(axis) + 1, x.shape.size());
  numerics::Scales scales{
      single ? numerics::per_tensor() : numerics::per_channel(values.size(), static_cast<std::size_t>(inner)),
      {values.begin(), values.end()},
      {}};
  if (x.elements() > 0) HEDDLE_TRY(numerics::validate(format, scales, static_cast<std::size_t>(x.elements())));
  return scales;
}

}  // namespace

Status run(const Cast& op, const Operands& in, Results& out) {
  tensor::dispatch(in[0]->type, [&](auto from_zero) {
    using From = decltype(from_zero);
    const auto from = tensor::elements<From>(*in[0]);
    if (op.to == tensor::Type::kBool) {
      auto to = tensor::elements<std::uint8_t>(out[0]);
      std::transform(from.begin(), from.end(), to.begin(), [](From x) { return x != From{0} ? 1 : 0; });
      return;
    }
    tensor::dispatch(op.to, [&](auto to_zero) {
      using To = decltype(to_zero);
      auto to = tensor::elements<To>(out[0]);
      std::transform(from.begin(), from.end(), to.begin(), [](From x) { return tensor::converted<To>(x); });
    });
  });
  return {};
}

Status run(const Quantize& op, const Operands& in, Results& out) {
  const auto x = tensor::elements<float>(*in[0]);
  const auto scales = tensor::elements<float>(*in[1]);
  const tensor::Tensor* zero_point = optional(in, 2);
  tensor::dispatch(op.to, [&](auto zero) {
    using T = decltype(zero);
    auto codes = tensor::elements<T>(out[0]);
    const auto zeros = zero_point != nullptr ? tensor::elements<T>(*zero_point) : std::span<const T>();
    for_each_scale(*in[0], *in[1], op.axis, [&](std::size_t i, std::size_t s) {
      const float rounded = std::nearbyint(x[i] / scales[s]) + static_cast<float>(zeros.empty() ? T{0} : zeros[s]);
      codes[i] = tensor::converted<T>(rounded);
    });
  });
  return {};
}

Status run(const Dequantize& op, const Operands& in, Results& out) {
  const auto scales = tensor::elements<float>(*in[1]);
  const tensor::Tensor* zero_point = optional(in, 2);
  auto values = tensor::elements<float>(out[0]);
  tensor::dispatch(in[0]->type, [&](auto zero) {
    using T = decltype(zero);
    const auto codes = tensor::elements<T>(*in[0]);
    const auto zeros = zero_point != nullptr ? tensor::elements<T>(*zero_point) : std::span<const T>();
    for_each_scale(*in[0], *in[1], op.axis, [&](std::size_t i, std::size_t s) {
      const std::int64_t offset = zeros.empty() ? 0 : static_cast<std::int64_t>(zeros[s]);
      values[i] = static_cast<float>(static_cast<std::int64_t>(codes[i]) - offset) * scales[s];
    });
  });
  return {};
}

Status run(const EncodeFloat& op, const Operands& in, Results& out) {
  HEDDLE_ASSIGN(const numerics::Scales scales, float_scales(op.format, *in[0], *in[1], op.axis));
  if (in[0]->elements() == 0) return {};
  numerics::Quantizer how;
  how.format = op.format;
  numerics::quantize(how, scales, tensor::elements<float>(*in[0]), tensor::elements<std::uint8_t>(out[0]));
  return {};
}

Status run(const DecodeFloat& op, const Operands& in, Results& out) {
  HEDDLE_ASSIGN(const numerics::Scales scales, float_scales(op.format, *in[0], *in[1], op.axis));
  if (in[0]->elements() == 0) return {};
  numerics::dequantize(op.format, scales, tensor::elements<std::uint8_t>(*in[0]), tensor::elements<float>(out[0]));
  return {};
}

}  // namespace heddle::network
