// Each kind of operator as a node of ONNX, opset 17.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "compiler/frontend/onnx/node_writer.h"
#include "compiler/network/overloaded.h"
#include "compiler/tensor/convert.h"
#include "compiler/tensor/elements.h"

namespace heddle::frontend {
namespace {

using network::Extents;

tl::unexpected<Error> cannot_say(const std::string& what) {
  return fail(ErrorCode::kUnsupported, what + " has no form in ONNX's opset 17");
}

/// A number as a tensor of no axes.
tensor::Tensor number(tensor::Type type, double value) {
  tensor::Tensor tensor = tensor::make_tensor(type, {});
  tensor::dispatch(
      type, [&](auto zero) { tensor::elements<decltype(zero)>(tensor)[0] = tensor::converted<decltype(zero)>(value); });
  return tensor;
}

Extents joined(const Extents& a, const Extents& b) {
  Extents result(a.size() + b.size());
  std::copy(b.begin(), b.end(), std::copy(a.begin(), a.end(), result.begin()));
  return result;
}

void write_window(const network::Window& window, NodeWriter& out, bool dilated = true) {
  out.attribute("kernel_shape", window.kernel);
  out.attribute("strides", window.strides);
  out.attribute("pads", joined(window.pads_begin, window.pads_end));
  if (dilated) out.attribute("dilations", window.dilations);
}

Status write(const network::Conv& op, NodeWriter& out) {
  write_window(op.window, out);
  out.attribute("group", op.groups);
  out.inputs();
  return {};
}

Status write(const network::ConvTranspose& op, NodeWriter& out) {
  write_window(op.window, out);
  out.attribute("group", op.groups);
  out.attribute("output_padding", op.output_pads);
  out.inputs();
  return {};
}

Status write(const network::Gemm& op, NodeWriter& out) {
  out.attribute("alpha", op.alpha);
  out.attribute("beta", op.beta);
  out.attribute("transA", std::int64_t{op.transpose_a});
  out.attribute("transB", std::int64_t{op.transpose_b});
  out.inputs();
  return {};
}

Status write(const network::Pool& op, NodeWriter& out) {
  const bool average = op.kind == network::PoolKind::kAverage;
  if (average &&
      std::any_of(op.window.dilations.begin(), op.window.dilations.end(), [](std::int64_t d) { return d != 1; }))
    return cannot_say("a dilated average pool");
  write_window(op.window, out, !average);
  if (average) out.attribute("count_include_pad", std::int64_t{op.count_pads});
  out.inputs();
  return {};
}

Status write(const network::Reduce& op, NodeWriter& out) {
  if (op.axes.empty()) return cannot_say("a reduction over no axes");
  out.attribute("keepdims", std::int64_t{op.keep_axes});
  out.inputs();
  if (op.kind == network::ReduceKind::kSum)
    out.integers_input("axes", op.axes);
  else
    out.attribute("axes", op.axes);
  return {};
}

Status write(const network::ArgExtreme& op, NodeWriter& out) {
  out.attribute("axis", op.axis);
  out.attribute("keepdims", std::int64_t{op.keep_axis});
  out.attribute("select_last_index", std::int64_t{op.last});
  out.inputs();
  return {};
}

template <class Normalization>
Status write_normalization(const Normalization& op, NodeWriter& out) {
  out.attribute("epsilon", op.epsilon);
  out.inputs();
  return {};
}

Status write(const network::BatchNormalization& op, NodeWriter& out) { return write_normalization(op, out); }
Status write(const network::InstanceNormalization& op, NodeWriter& out) { return write_normalization(op, out); }
Status write(const network::LayerNormalization& op, NodeWriter& out) {
  out.attribute("axis", op.axis);
  return write_normalization(op, out);
}

Status write(const network::Softmax& op, NodeWriter& out) {
  out.attribute("axis", op.axis);
  out.inputs();
  return {};
}

Status write(const network::Attention& op, NodeWriter& out) {
  out.set_domain("heddle");
  out.attribute("scale", op.scale);
  out.attribute("keys_transposed", std::int64_t{op.keys_transposed});
  out.inputs();
  return {};
}

Status write(const network::Clip& op, NodeWriter& out) {
  out.inputs();
  const tensor::Type type = out.input_type(0).element;
  if (op.low == 0 && op.high == HUGE_VAL) {
    out.set_op("Relu");
    return {};
  }
  out.set_op("Clip");
  if (std::isfinite(op.low))
    out.constant_input("min", number(type, op.low));
  else
    out.no_input();
  if (std::isfinite(op.high)) out.constant_input("max", number(type, op.high));
  return {};
}

Status write(const network::Unary& op, NodeWriter& out) {
  using network::UnaryKind;
  if (op.kind == UnaryKind::kGelu) out.set_domain("com.microsoft");
  if (op.kind == UnaryKind::kLeakyRelu || op.kind == UnaryKind::kElu || op.kind == UnaryKind::kSelu ||
      op.kind == UnaryKind::kHardSigmoid)
    out.attribute("alpha", op.alpha);
  if (op.kind == UnaryKind::kSelu) out.attribute("gamma", op.beta);
  if (op.kind == UnaryKind::kHardSigmoid) out.attribute("beta", op.beta);
  out.inputs();
  return {};
}

Status write(const network::Cast& op, NodeWriter& out) {
  out.attribute("to", std::int64_t{data_type(op.to)});
  out.inputs();
  return {};
}

Status write(const network::Quantize& op, NodeWriter& out) {
  out.set_op("QuantizeLinear");
  out.attribute("axis", op.axis);
  out.inputs();
  if (out.input_count() < 3 && op.to != tensor::Type::kUint8)
    out.constant_input("zero", tensor::make_tensor(op.to, out.input_type(1).shape));
  return {};
}

Status write(const network::Dequantize& op, NodeWriter& out) {
  out.set_op("DequantizeLinear");
  out.attribute("axis", op.axis);
  out.inputs();
  return {};
}

Status write_minifloat(const numerics::FloatFormat& format, std::int64_t axis, NodeWriter& out) {
  out.set_domain("heddle");
  out.attribute("format", numerics::name(format).c_str());
  out.attribute("axis", axis);
  out.inputs();
  return {};
}
Status write(const network::EncodeFloat& op, NodeWriter& out) { return write_minifloat(op.format, op.axis, out); }
Status write(const network::DecodeFloat& op, NodeWriter& out) { return write_minifloat(op.format, op.axis, out); }

Status write(const network::Concat& op, NodeWriter& out) {
  out.attribute("axis", op.axis);
  out.inputs();
  return {};
}

Status write(const network::Split& op, NodeWriter& out) {
  out.attribute("axis", op.axis);
  out.inputs();
  out.integers_input("sizes", op.sizes);
  return {};
}

Status write(const network::Slice& op, NodeWriter& out) {
  Extents ends;
  Extents axes(op.starts.size());
  std::iota(axes.begin(), axes.end(), 0);
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    const std::int64_t end = op.starts[axis] + op.counts[axis] * op.steps[axis];
    // A negative end would count from the back.
    ends.push_back(op.steps[axis] < 0 && end < 0 ? std::numeric_limits<std::int64_t>::min() : end);
  }
  out.inputs();
  out.integers_input("starts", op.starts);
  out.integers_input("ends", ends);
  out.integers_input("axes", axes);
  out.integers_input("steps", op.steps);
  return {};
}

Status write(const network::Gather& op, NodeWriter& out) {
  out.attribute("axis", op.axis);
  out.inputs();
  return {};
}

Status write(const network::Reshape& op, NodeWriter& out) {
  for (const std::int64_t extent : op.shape)
    if (extent == 0) return cannot_say("a Reshape to an empty shape");
  out.inputs();
  out.integers_input("shape", op.shape);
  return {};
}

Status write(const network::Transpose& op, NodeWriter& out) {
  out.attribute("perm", op.permutation);
  out.inputs();
  return {};
}

Status write(const network::Expand& op, NodeWriter& out) {
  out.inputs();
  out.integers_input("shape", op.shape);
  return {};
}

Status write(const network::Tile& op, NodeWriter& out) {
  out.inputs();
  out.integers_input("repeats", op.repeats);
  return {};
}

Status write(const network::Pad& op, NodeWriter& out) {
  constexpr const char* kModes[] = {"constant", "reflect", "edge"};
  out.attribute("mode", kModes[static_cast<std::size_t>(op.mode)]);
  out.inputs();
  out.integers_input("pads", joined(op.begin, op.end));
  if (op.value != 0) out.constant_input("value", number(out.input_type(0).element, op.value));
  return {};
}

Status write(const network::Resize& op, NodeWriter& out) {
  constexpr const char* kModes[] = {"nearest", "linear", "cubic"};
  constexpr const char* kCoordinates[] = {"half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric",
                                          "tf_half_pixel_for_nn"};
  constexpr const char* kNearest[] = {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"};
  out.attribute("mode", kModes[static_cast<std::size_t>(op.mode)]);
  out.attribute("coordinate_transformation_mode", kCoordinates[static_cast<std::size_t>(op.coordinates)]);
  out.attribute("nearest_mode", kNearest[static_cast<std::size_t>(op.nearest)]);
  out.attribute("cubic_coeff_a", op.cubic_a);
  out.attribute("exclude_outside", std::int64_t{op.exclude_outside});
  out.inputs();
  out.no_input();  // roi
  tensor::Tensor scales = tensor::make_tensor(tensor::Type::kFloat32, {static_cast<std::int64_t>(op.scales.size())});
  std::copy(op.scales.begin(), op.scales.end(), tensor::elements<float>(scales).begin());
  const Extents& shape = out.input_type(0).shape;
  bool from_scales = true;
  for (std::size_t axis = 0; axis < shape.size(); ++axis)
    from_scales = from_scales && std::floor(static_cast<double>(shape[axis]) * static_cast<double>(op.scales[axis])) ==
                                     static_cast<double>(op.sizes[axis]);
  if (from_scales) {
    out.constant_input("scales", scales);
  } else {
    out.no_input();
    out.integers_input("sizes", op.sizes);
  }
  return {};
}

Status write(const network::MatMul& /*op*/, NodeWriter& out) { return out.inputs(), Status(); }
Status write(const network::Binary& /*op*/, NodeWriter& out) { return out.inputs(), Status(); }
Status write(const network::Select& /*op*/, NodeWriter& out) { return out.inputs(), Status(); }

template <class Op>
concept Writable = requires(const Op& op, NodeWriter& out) { write(op, out); };

}  // namespace

Status write_operator(const network::Operator& op, NodeWriter& out) {
  out.set_op(std::string(name(op)));
  return std::visit(
      [&]<class Op>(const Op& kind) -> Status {
        if constexpr (Writable<Op>)
          return write(kind, out);
        else
          return cannot_say("the operator " + std::string(name(op)));
      },
      op);
}

}  // namespace heddle::frontend
