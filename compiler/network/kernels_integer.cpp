// The operators on codes. Sums are int32, which to_integer() proves enough; rounding is numerics'.
#include <algorithm>

#include "compiler/network/kernels.h"
#include "compiler/network/strided.h"
#include "compiler/numerics/convert_back.h"

namespace heddle::network {
namespace {

using Sums = std::vector<std::int32_t>;

/// codes - zero, as int32.
Sums centred(const tensor::Tensor& codes, std::int64_t zero) {
  Sums result(static_cast<std::size_t>(codes.elements()));
  tensor::dispatch(codes.type, [&](auto type) {
    const auto source = tensor::elements<decltype(type)>(codes);
    std::transform(source.begin(), source.end(), result.begin(),
                   [&](auto code) { return static_cast<std::int32_t>(static_cast<std::int64_t>(code) - zero); });
  });
  return result;
}

/// The elements under the broadcast shape.
Sums spread(Sums values, const Extents& from, const Extents& to) {
  if (from == to) return values;
  Sums result(static_cast<std::size_t>(product(to, 0, to.size())));
  const Extents strides = broadcast_strides(from, to);
  const std::int64_t length = to.empty() ? 1 : to.back();
  const std::int64_t step = to.empty() ? 0 : strides.back();
  for_each_row<1>(to, {strides}, [&](std::int64_t first, const auto& offsets) {
    for (std::int64_t k = 0; k < length; ++k)
      result[static_cast<std::size_t>(first + k)] = values[static_cast<std::size_t>(offsets[0] + k * step)];
  });
  return result;
}

/// A window over three spatial axes; missing ones, in front, have extent 1.
struct Space {
  std::array<std::int64_t, 3> in{1, 1, 1}, out{1, 1, 1}, kernel{1, 1, 1}, stride{1, 1, 1}, dilation{1, 1, 1},
      pad{0, 0, 0};

  Space(const Window& window, const Extents& x, const Extents& y) {
    const std::size_t rank = window.kernel.size();
    for (std::size_t axis = 0; axis < rank; ++axis) {
      const std::size_t k = 3 - rank + axis;
      in[k] = x[axis + 2];
      out[k] = y[axis + 2];
      kernel[k] = window.kernel[axis];
      stride[k] = window.strides[axis];
      dilation[k] = window.dilations[axis];
      pad[k] = window.pads_begin[axis];
    }
  }
  [[nodiscard]] std::int64_t in_size() const { return in[0] * in[1] * in[2]; }
  [[nodiscard]] std::int64_t out_size() const { return out[0] * out[1] * out[2]; }
  [[nodiscard]] std::int64_t taps() const { return kernel[0] * kernel[1] * kernel[2]; }
  /// Where tap `k` of output `o` reads along an axis.
  [[nodiscard]] std::int64_t at(std::size_t axis, std::int64_t o, std::int64_t k) const {
    return o * stride[axis] + k * dilation[axis] - pad[axis];
  }
};

/// y += weight * x for the tap (k0, k1, k2) of one channel, where it lies inside x.
void add_tap(const Space& s, const std::array<std::int64_t, 3>& tap, std::int32_t weight, const std::int32_t* x,
             std::int32_t* y) {
  // Outputs first..last-1 of the innermost axis read inside x.
  const std::int64_t start = s.at(2, 0, tap[2]);
  const std::int64_t first =
      std::clamp<std::int64_t>(start >= 0 ? 0 : (-start + s.stride[2] - 1) / s.stride[2], 0, s.out[2]);
  const std::int64_t last =
      std::clamp<std::int64_t>(start >= s.in[2] ? 0 : (s.in[2] - 1 - start) / s.stride[2] + 1, 0, s.out[2]);
  for (std::int64_t o0 = 0; o0 < s.out[0]; ++o0) {
    const std::int64_t i0 = s.at(0, o0, tap[0]);
    if (i0 < 0 || i0 >= s.in[0]) continue;
    for (std::int64_t o1 = 0; o1 < s.out[1]; ++o1) {
      const std::int64_t i1 = s.at(1, o1, tap[1]);
      if (i1 < 0 || i1 >= s.in[1]) continue;
      const std::int32_t* row = x + (i0 * s.in[1] + i1) * s.in[2] + start;
      std::int32_t* result = y + (o0 * s.out[1] + o1) * s.out[2];
      if (s.stride[2] == 1)
        for (std::int64_t o = first; o < last; ++o) result[o] += weight * row[o];
      else
        for (std::int64_t o = first; o < last; ++o) result[o] += weight * row[o * s.stride[2]];
    }
  }
}

template <class Visit>
void for_each_tap(const Space& s, Visit visit) {
  std::int64_t number = 0;
  for (std::int64_t k0 = 0; k0 < s.kernel[0]; ++k0)
    for (std::int64_t k1 = 0; k1 < s.kernel[1]; ++k1)
      for (std::int64_t k2 = 0; k2 < s.kernel[2]; ++k2) visit(std::array{k0, k1, k2}, number++);
}

std::int32_t at(const tensor::Tensor* bias, std::int64_t index) {
  return bias == nullptr ? 0 : tensor::elements<std::int32_t>(*bias)[static_cast<std::size_t>(index)];
}

template <class Value>
void write_codes(tensor::Tensor& result, Value value) {
  tensor::dispatch(result.type, [&](auto type) {
    auto codes = tensor::elements<decltype(type)>(result);
    for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<decltype(type)>(value(i));
  });
}

/// clamp(round_half_even(product / 2^shift) + zero point, low, high).
template <class Op>
std::int64_t code(const Op& op, std::int64_t product) {
  const numerics::IntFormat wide{32, true, false, false};
  const std::int64_t rounded = numerics::requantize(product, {1, op.shift}, 0, wide);
  return std::clamp(rounded + op.zero_point, op.low, op.high);
}

}  // namespace

Status run(const IntegerConv& op, const Operands& in, Results& out) {
  const Extents& x_shape = in[0]->shape;
  const Extents& y_shape = out[0].shape;
  const Space space(op.window, x_shape, y_shape);
  const Sums x = centred(*in[0], op.x_zero);
  const Sums weights = centred(*in[1], 0);
  auto y = tensor::elements<std::int32_t>(out[0]);
  const std::int64_t depth = in[1]->shape[1];
  const std::int64_t per_group = y_shape[1] / op.groups;
  for (std::int64_t n = 0; n < x_shape[0]; ++n) {
    for (std::int64_t m = 0; m < y_shape[1]; ++m) {
      std::int32_t* result = y.data() + (n * y_shape[1] + m) * space.out_size();
      std::fill_n(result, space.out_size(), at(optional(in, 2), m));
      for (std::int64_t c = 0; c < depth; ++c) {
        const std::int32_t* source = x.data() + (n * x_shape[1] + m / per_group * depth + c) * space.in_size();
        const std::int32_t* taps = weights.data() + (m * depth + c) * space.taps();
        for_each_tap(space, [&](const auto& tap, std::int64_t k) { add_tap(space, tap, taps[k], source, result); });
      }
    }
  }
  return {};
}

Status run(const WindowSum& op, const Operands& in, Results& out) {
  const Space space(op.window, in[0]->shape, out[0].shape);
  const Sums x = centred(*in[0], op.x_zero);
  auto y = tensor::elements<std::int32_t>(out[0]);
  for (std::int64_t channel = 0; channel < in[0]->shape[0] * in[0]->shape[1]; ++channel)
    for_each_tap(space, [&](const auto& tap, std::int64_t /*k*/) {
      add_tap(space, tap, 1, x.data() + channel * space.in_size(), y.data() + channel * space.out_size());
    });
  return {};
}

Status run(const IntegerMatMul& op, const Operands& in, Results& out) {
  const Sums a = centred(*in[0], op.a_zero);
  const Sums b = centred(*in[1], op.b_zero);
  auto y = tensor::elements<std::int32_t>(out[0]);
  const std::size_t rank = out[0].shape.size();
  const std::int64_t rows = out[0].shape[rank - 2];
  const std::int64_t columns = out[0].shape[rank - 1];
  const std::int64_t depth = in[0]->shape.back();
  Extents batch(out[0].shape.begin(), out[0].shape.end() - 2);
  const auto strides = [&](Extents shape) {
    const std::int64_t matrix = shape.back() * shape[shape.size() - 2];
    shape.resize(shape.size() - 2);
    Extents result = broadcast_strides(shape, batch);
    for (std::int64_t& stride : result) stride *= matrix;
    result.push_back(0);
    return result;
  };
  Extents rows_of_one = batch;
  rows_of_one.push_back(1);
  for_each_row<2>(rows_of_one, {strides(in[0]->shape), strides(in[1]->shape)},
                  [&](std::int64_t index, const auto& offsets) {
                    for (std::int64_t i = 0; i < rows; ++i) {
                      std::int32_t* result = y.data() + (index * rows + i) * columns;
                      for (std::int64_t j = 0; j < columns; ++j) result[j] = at(optional(in, 2), j);
                      for (std::int64_t k = 0; k < depth; ++k) {
                        const std::int32_t factor = a[static_cast<std::size_t>(offsets[0] + i * depth + k)];
                        const std::int32_t* row = b.data() + offsets[1] + k * columns;
                        for (std::int64_t j = 0; j < columns; ++j) result[j] += factor * row[j];
                      }
                    }
                  });
  return {};
}

Status run(const Requantize& op, const Operands& in, Results& out) {
  const auto sums = tensor::elements<std::int32_t>(*in[0]);
  const auto multipliers = tensor::elements<std::int32_t>(*in[1]);
  const auto inner =
      multipliers.size() == 1
          ? std::size_t{1}
          : static_cast<std::size_t>(product(in[0]->shape, static_cast<std::size_t>(op.axis) + 1, in[0]->shape.size()));
  write_codes(out[0], [&](std::size_t i) {
    return code(op, static_cast<std::int64_t>(sums[i]) * multipliers[i / inner % multipliers.size()]);
  });
  return {};
}

Status run(const IntegerAdd& op, const Operands& in, Results& out) {
  const Sums a = spread(centred(*in[0], op.a_zero), in[0]->shape, out[0].shape);
  const Sums b = spread(centred(*in[1], op.b_zero), in[1]->shape, out[0].shape);
  write_codes(out[0], [&](std::size_t i) { return code(op, a[i] * op.a_multiplier + b[i] * op.b_multiplier); });
  return {};
}

Status run(const IntegerMultiply& op, const Operands& in, Results& out) {
  const Sums a = spread(centred(*in[0], op.a_zero), in[0]->shape, out[0].shape);
  const Sums b = spread(centred(*in[1], op.b_zero), in[1]->shape, out[0].shape);
  write_codes(out[0], [&](std::size_t i) { return code(op, std::int64_t{a[i]} * b[i] * op.multiplier); });
  return {};
}

Status run(const Lookup& /*op*/, const Operands& in, Results& out) {
  const Sums index = centred(*in[0], in[0]->type == tensor::Type::kInt8 ? -128 : 0);
  for (std::size_t i = 0; i < index.size(); ++i) out[0].data[i] = in[1]->data[static_cast<std::size_t>(index[i])];
  return {};
}

}  // namespace heddle::network
