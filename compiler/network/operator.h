// The operators of a network, as values: one small struct a kind, every attribute resolved. What the importers of other
// formats say in several ways is said here in one: Relu and Relu6 are Clip, Flatten, Squeeze and Unsqueeze are Reshape,
// global pools are Reduce, automatic padding is explicit padding.
//
// Semantics are those of the ONNX operator of the same name, opset 17, where nothing else is said. Layouts are ONNX's:
// activations [N, C, spatial...], weights [M, C/groups, spatial...].
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/network/attention_kernel.h"
#include "compiler/network/integer_operators.h"
#include "compiler/network/window.h"
#include "compiler/numerics/format.h"
#include "compiler/tensor/tensor.h"

namespace heddle::network {

/// Inputs: x [N,C,...], weights [M,C/groups,kernel...], optional bias [M].
struct Conv {
  Window window;
  std::int64_t groups = 1;

  bool operator==(const Conv&) const = default;
};

/// Inputs: x [N,C,...], weights [C,M/groups,kernel...], optional bias [M]. Pads are taken off the full result.
struct ConvTranspose {
  Window window;
  Extents output_pads;  ///< added at the end of each spatial axis
  std::int64_t groups = 1;

  bool operator==(const ConvTranspose&) const = default;
};

/// alpha * A' * B' + beta * C. Inputs: A, B of rank 2, optional C broadcast to the result.
struct Gemm {
  float alpha = 1;
  float beta = 1;
  bool transpose_a = false;
  bool transpose_b = false;

  bool operator==(const Gemm&) const = default;
};

/// NumPy's matmul: batches broadcast, vectors are promoted.
struct MatMul {
  bool operator==(const MatMul&) const = default;
};

enum class PoolKind : std::uint8_t { kMax, kAverage };

/// Inputs: x [N,C,...]. A window may reach past the padded input only by its end pads (ceil_mode is resolved into
/// them).
struct Pool {
  PoolKind kind = PoolKind::kMax;
  Window window;
  bool count_pads = false;  ///< averages divide by the window's size, not by what lies inside the input

  bool operator==(const Pool&) const = default;
};

enum class ReduceKind : std::uint8_t { kMean, kMax, kMin, kSum, kProduct, kL1, kL2, kSumSquare, kLogSum, kLogSumExp };

struct Reduce {
  ReduceKind kind = ReduceKind::kMean;
  Extents axes;  ///< ascending, not negative; empty: nothing is reduced
  bool keep_axes = true;

  bool operator==(const Reduce&) const = default;
};

/// Index (int64) of the largest or smallest element along an axis; of equals the first, or the last.
struct ArgExtreme {
  bool minimum = false;
  std::int64_t axis = 0;
  bool keep_axis = true;
  bool last = false;

  bool operator==(const ArgExtreme&) const = default;
};

/// Inference form. Inputs: x [N,C,...], scale, bias, mean, variance [C].
struct BatchNormalization {
  float epsilon = 1e-5F;

  bool operator==(const BatchNormalization&) const = default;
};

/// Inputs: x [N,C,...], scale [C], bias [C]; statistics over the spatial axes.
struct InstanceNormalization {
  float epsilon = 1e-5F;

  bool operator==(const InstanceNormalization&) const = default;
};

/// Over the axes from `axis` to the last. Inputs: x, scale, optional bias, broadcast to the normalised axes.
struct LayerNormalization {
  std::int64_t axis = -1;  ///< not negative in a verified graph
  float epsilon = 1e-5F;

  bool operator==(const LayerNormalization&) const = default;
};

struct Softmax {
  std::int64_t axis = 0;
  bool log = false;  ///< LogSoftmax

  bool operator==(const Softmax&) const = default;
};

/// softmax(scale * Q K^T) V over the keys that a mask shows; a row that sees none is 0. Inputs: q [..., N, D], k
/// [..., M, D] ([..., D, M] if keys_transposed), v [..., M, E], optional mask (bool, broadcast to [..., N, M]). No ONNX
/// operator of opset 17: the file says it in the domain "heddle".
struct Attention {
  float scale = 1;
  bool keys_transposed = false;
  std::shared_ptr<const AttentionKernel> kernel = nullptr;  ///< null: the float evaluator's own; not part of files

  bool operator==(const Attention&) const = default;
};

/// min(max(x, low), high), in the type of x; infinite bounds bound nothing. Relu is [0, inf).
struct Clip {
  double low = 0;
  double high = 0;

  bool operator==(const Clip&) const = default;
};

/// Functions of one element. alpha, beta: LeakyRelu and Elu use alpha, HardSigmoid max(0, min(1, alpha x + beta)), Selu
/// gamma = beta.
enum class UnaryKind : std::uint8_t {
  kLeakyRelu,
  kElu,
  kSelu,
  kSigmoid,
  kHardSigmoid,
  kHardSwish,
  kTanh,
  kErf,
  kGelu,
  kSoftplus,
  kSoftsign,
  kExp,
  kLog,
  kSqrt,
  kReciprocal,
  kNegate,
  kAbs,
  kSign,
  kFloor,
  kCeil,
  kRound,
  kSin,
  kCos,
  kNot
};

struct Unary {
  UnaryKind kind = UnaryKind::kSigmoid;
  float alpha = 0;
  float beta = 0;

  bool operator==(const Unary&) const = default;
};

/// Functions of two elements; shapes broadcast as NumPy's. Comparisons and logic give bool. kPrelu: x < 0 ? slope * x :
/// x. Integer division truncates; kPower has the type of its first operand.
enum class BinaryKind : std::uint8_t {
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kMaximum,
  kMinimum,
  kPower,
  kPrelu,
  kEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kAnd,
  kOr,
  kXor
};

struct Binary {
  BinaryKind kind = BinaryKind::kAdd;

  bool operator==(const Binary&) const = default;
};

/// ONNX's Where. Inputs: condition (bool), x, y; all broadcast.
struct Select {
  bool operator==(const Select&) const = default;
};

/// Floats to integers truncate; anything to bool is "not zero".
struct Cast {
  tensor::Type to = tensor::Type::kFloat32;

  bool operator==(const Cast&) const = default;
};

/// saturate(round_half_even(x / scale) + zero point). Inputs: x, scale, optional zero point (its type is the result's).
/// Scale and zero point are scalars, or vectors along `axis`.
struct Quantize {
  tensor::Type to = tensor::Type::kUint8;
  std::int64_t axis = 0;

  bool operator==(const Quantize&) const = default;
};

/// (x - zero point) * scale. Inputs: x, scale, optional zero point; scalars, or vectors along `axis`.
struct Dequantize {
  std::int64_t axis = 0;

  bool operator==(const Dequantize&) const = default;
};

/// The code of x / scale in a minifloat of at most 8 bits, as uint8: nearest, ties to even, saturating
/// (numerics/quantize.h). Inputs: x, scale; a scalar, or a vector along `axis`. No ONNX operator: the file says it in
/// the domain "heddle".
struct EncodeFloat {
  numerics::FloatFormat format;
  std::int64_t axis = 0;

  bool operator==(const EncodeFloat&) const = default;
};

/// What the codes of a minifloat mean: value * scale, rounded once to float32. Inputs: codes (uint8), scale.
struct DecodeFloat {
  numerics::FloatFormat format;
  std::int64_t axis = 0;

  bool operator==(const DecodeFloat&) const = default;
};

struct Concat {
  std::int64_t axis = 0;

  bool operator==(const Concat&) const = default;
};

/// One output per size.
struct Split {
  std::int64_t axis = 0;
  Extents sizes;

  bool operator==(const Split&) const = default;
};

/// Element i of axis a of the result is element starts[a] + i * steps[a]; one entry per axis, all inside the input.
struct Slice {
  Extents starts;
  Extents steps;
  Extents counts;

  bool operator==(const Slice&) const = default;
};

/// Inputs: x, indices (int32 or int64, negative ones count from the end).
struct Gather {
  std::int64_t axis = 0;

  bool operator==(const Gather&) const = default;
};

/// The elements in order under another shape. No 0 or -1 placeholders.
struct Reshape {
  Extents shape;

  bool operator==(const Reshape&) const = default;
};

/// Axis a of the result is axis permutation[a] of the input.
struct Transpose {
  Extents permutation;

  bool operator==(const Transpose&) const = default;
};

/// Broadcast to this shape (already the result's).
struct Expand {
  Extents shape;

  bool operator==(const Expand&) const = default;
};

struct Tile {
  Extents repeats;

  bool operator==(const Tile&) const = default;
};

enum class PadMode : std::uint8_t { kConstant, kReflect, kEdge };

/// Negative pads crop.
struct Pad {
  PadMode mode = PadMode::kConstant;
  Extents begin;
  Extents end;
  double value = 0;

  bool operator==(const Pad&) const = default;
};

enum class ResizeMode : std::uint8_t { kNearest, kLinear, kCubic };
enum class ResizeCoordinates : std::uint8_t { kHalfPixel, kPytorchHalfPixel, kAlignCorners, kAsymmetric, kTfHalfPixel };
enum class ResizeNearest : std::uint8_t { kRoundPreferFloor, kRoundPreferCeil, kFloor, kCeil };

/// Resampling along every axis whose scale is not 1.
struct Resize {
  ResizeMode mode = ResizeMode::kNearest;
  ResizeCoordinates coordinates = ResizeCoordinates::kHalfPixel;
  ResizeNearest nearest = ResizeNearest::kRoundPreferFloor;
  float cubic_a = -0.75F;
  bool exclude_outside = false;
  Extents sizes;              ///< of the result, one per axis
  std::vector<float> scales;  ///< one per axis; not always sizes / input, since sizes are rounded down

  bool operator==(const Resize&) const = default;
};

using Operator =
    std::variant<Conv, ConvTranspose, Gemm, MatMul, Pool, Reduce, ArgExtreme, BatchNormalization, InstanceNormalization,
                 LayerNormalization, Softmax, Attention, Clip, Unary, Binary, Select, Cast, Quantize, Dequantize,
                 EncodeFloat, DecodeFloat, Concat, Split, Slice, Gather, Reshape, Transpose, Expand, Tile, Pad, Resize,
                 IntegerConv, IntegerMatMul, WindowSum, Requantize, IntegerAdd, IntegerMultiply, Lookup>;

/// "Conv", "Add", "Clip", "AveragePool", ...: the kind, as printed.
std::string_view name(const Operator& op);
/// The attributes that are not plain defaults, e.g. "kernel 3x3, strides 2x2, groups 16"; empty if there are none.
std::string attributes_text(const Operator& op);

}  // namespace heddle::network
