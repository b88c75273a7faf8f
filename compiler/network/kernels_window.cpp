// Convolutions and pools of any number of spatial axes.
//
// A convolution gathers what the windows of kPanel neighbouring results see into a panel (one row per channel and tap)
// and multiplies the weights with it. The transposed one multiplies first and adds the products where they belong.
#include <algorithm>
#include <limits>

#include "compiler/network/gemm.h"
#include "compiler/network/kernels.h"
#include "compiler/network/strided.h"

namespace heddle::network {
namespace {

/// Where a window's taps lie in the spatial part of an input.
class Taps {
 public:
  /// `x` and `y` are the spatial extents of the input and of the result.
  Taps(const Window& window, Extents x, Extents y) : window_(window), x_(std::move(x)), y_(std::move(y)) {
    count_ = product(window.kernel, 0, window.kernel.size());
    positions_ = product(y_, 0, y_.size());
  }

  [[nodiscard]] std::int64_t count() const { return count_; }
  [[nodiscard]] std::int64_t positions() const { return positions_; }

  /// Offsets of every tap of the window at a position of the result; kFill where it lies in the padding.
  void offsets(std::int64_t position, std::vector<std::int64_t>& out) const {
    out.assign(1, 0);
    std::vector<std::int64_t> corner(y_.size());
    for (std::size_t axis = y_.size(); axis-- > 0;) {
      corner[axis] = position % y_[axis] * window_.strides[axis] - window_.pads_begin[axis];
      position /= y_[axis];
    }
    std::vector<std::int64_t> next;
    for (std::size_t axis = 0; axis < y_.size(); ++axis) {
      next.clear();
      for (const std::int64_t before : out) {
        for (std::int64_t k = 0; k < window_.kernel[axis]; ++k) {
          const std::int64_t at = corner[axis] + k * window_.dilations[axis];
          const bool inside = before != kFill && at >= 0 && at < x_[axis];
          next.push_back(inside ? before * x_[axis] + at : kFill);
        }
      }
      out.swap(next);
    }
  }

 private:
  const Window& window_;
  Extents x_;
  Extents y_;
  std::int64_t count_ = 0;
  std::int64_t positions_ = 0;
};

Extents spatial(const Extents& shape) { return {shape.begin() + 2, shape.end()}; }

/// Every result starts as its channel's bias.
void fill_bias(const tensor::Tensor* bias, tensor::Tensor& out) {
  if (bias == nullptr) return;
  const auto values = tensor::elements<float>(*bias);
  auto result = tensor::elements<float>(out);
  const auto plane = static_cast<std::size_t>(product(out.shape, 2, out.shape.size()));
  for (std::size_t i = 0; plane > 0 && i < result.size() / plane; ++i)
    std::fill_n(result.begin() + static_cast<std::ptrdiff_t>(i * plane), plane, values[i % values.size()]);
}

/// The taps of `count` positions of the result.
struct Panel {
  std::int64_t first;
  std::int64_t count;
  std::vector<std::int64_t> offsets;  ///< [tap][kPanel]
};

void gather(const Panel& panel, std::int64_t taps, std::int64_t channels, std::int64_t plane, const float* x,
            std::vector<float>& out) {
  out.resize(static_cast<std::size_t>(channels * taps * kPanel));
  for (std::int64_t channel = 0; channel < channels; ++channel) {
    for (std::int64_t tap = 0; tap < taps; ++tap) {
      const std::int64_t* offsets = panel.offsets.data() + tap * kPanel;
      float* to = out.data() + (channel * taps + tap) * kPanel;
      for (std::int64_t j = 0; j < panel.count; ++j) to[j] = offsets[j] == kFill ? 0 : x[channel * plane + offsets[j]];
    }
  }
}

}  // namespace

Status run(const Conv& op, const Operands& in, Results& out) {
  const Extents& x_shape = in[0]->shape;
  const Taps taps(op.window, spatial(x_shape), spatial(out[0].shape));
  const std::int64_t plane = product(x_shape, 2, x_shape.size());
  const std::int64_t channels = x_shape[1] / op.groups;
  const std::int64_t filters = out[0].shape[1] / op.groups;
  const std::int64_t depth = channels * taps.count();
  const float* x = tensor::elements<float>(*in[0]).data();
  const float* weights = tensor::elements<float>(*in[1]).data();
  float* y = tensor::elements<float>(out[0]).data();
  fill_bias(optional(in, 2), out[0]);
  Panel panel{0, 0, std::vector<std::int64_t>(static_cast<std::size_t>(taps.count() * kPanel), kFill)};
  std::vector<float> gathered;
  std::vector<std::int64_t> offsets;
  for (; panel.first < taps.positions(); panel.first += kPanel) {
    panel.count = std::min(kPanel, taps.positions() - panel.first);
    for (std::int64_t j = 0; j < panel.count; ++j) {
      taps.offsets(panel.first + j, offsets);
      for (std::int64_t tap = 0; tap < taps.count(); ++tap)
        panel.offsets[static_cast<std::size_t>(tap * kPanel + j)] = offsets[static_cast<std::size_t>(tap)];
    }
    for (std::int64_t group = 0; group < x_shape[0] * op.groups; ++group) {
      gather(panel, taps.count(), channels, plane, x + group * channels * plane, gathered);
      multiply(filters, panel.count, depth, weights + group % op.groups * filters * depth, depth, 1, gathered.data(),
               y + group * filters * taps.positions() + panel.first, taps.positions());
    }
  }
  return {};
}

Status run(const ConvTranspose& op, const Operands& in, Results& out) {
  const Extents& x_shape = in[0]->shape;
  // The window slides over the result: its positions are the input's elements.
  const Taps taps(op.window, spatial(out[0].shape), spatial(x_shape));
  const std::int64_t plane = product(out[0].shape, 2, out[0].shape.size());
  const std::int64_t channels = x_shape[1] / op.groups;
  const std::int64_t filters = out[0].shape[1] / op.groups;
  const std::int64_t rows = filters * taps.count();
  const float* x = tensor::elements<float>(*in[0]).data();
  const float* weights = tensor::elements<float>(*in[1]).data();
  float* y = tensor::elements<float>(out[0]).data();
  fill_bias(optional(in, 2), out[0]);
  std::vector<float> panel(static_cast<std::size_t>(channels * kPanel));
  std::vector<std::int64_t> offsets;
  for (std::int64_t group = 0; group < x_shape[0] * op.groups; ++group) {
    for (std::int64_t first = 0; first < taps.positions(); first += kPanel) {
      const std::int64_t count = std::min(kPanel, taps.positions() - first);
      for (std::int64_t c = 0; c < channels; ++c)
        std::copy_n(x + (group * channels + c) * taps.positions() + first, count, panel.begin() + c * kPanel);
      std::vector<float> products(static_cast<std::size_t>(rows * kPanel));
      multiply(rows, count, channels, weights + group % op.groups * channels * rows, 1, rows, panel.data(),
               products.data(), kPanel);
      for (std::int64_t j = 0; j < count; ++j) {
        taps.offsets(first + j, offsets);
        for (std::int64_t row = 0; row < rows; ++row) {
          const std::int64_t offset = offsets[static_cast<std::size_t>(row % taps.count())];
          if (offset == kFill) continue;
          y[(group * filters + row / taps.count()) * plane + offset] +=
              products[static_cast<std::size_t>(row * kPanel + j)];
        }
      }
    }
  }
  return {};
}

namespace {

template <class T>
void pool_max(const Taps& taps, std::int64_t planes, std::int64_t plane, const T* x, T* y) {
  std::vector<std::int64_t> offsets;
  for (std::int64_t position = 0; position < taps.positions(); ++position) {
    taps.offsets(position, offsets);
    std::erase(offsets, kFill);
    for (std::int64_t p = 0; p < planes; ++p) {
      T best = std::numeric_limits<T>::lowest();
      for (const std::int64_t offset : offsets) {
        const T value = x[p * plane + offset];
        if (value > best || value != value) best = value;
      }
      y[p * taps.positions() + position] = best;
    }
  }
}

void pool_average(const Taps& taps, bool count_pads, std::int64_t planes, std::int64_t plane, const float* x,
                  float* y) {
  std::vector<std::int64_t> offsets;
  for (std::int64_t position = 0; position < taps.positions(); ++position) {
    taps.offsets(position, offsets);
    if (!count_pads) std::erase(offsets, kFill);
    for (std::int64_t p = 0; p < planes; ++p) {
      double sum = 0;
      for (const std::int64_t offset : offsets) sum += offset == kFill ? 0 : x[p * plane + offset];
      y[p * taps.positions() + position] =
          offsets.empty() ? 0 : static_cast<float>(sum / static_cast<double>(offsets.size()));
    }
  }
}

}  // namespace

Status run(const Pool& op, const Operands& in, Results& out) {
  const Extents& shape = in[0]->shape;
  const Taps taps(op.window, spatial(shape), spatial(out[0].shape));
  const std::int64_t planes = shape[0] * shape[1];
  const std::int64_t plane = product(shape, 2, shape.size());
  if (op.kind == PoolKind::kAverage) {
    pool_average(taps, op.count_pads, planes, plane, tensor::elements<float>(*in[0]).data(),
                 tensor::elements<float>(out[0]).data());
    return {};
  }
  tensor::dispatch(in[0]->type, [&](auto zero) {
    using T = decltype(zero);
    pool_max<T>(taps, planes, plane, tensor::elements<T>(*in[0]).data(), tensor::elements<T>(out[0]).data());
  });
  return {};
}

}  // namespace heddle::network
