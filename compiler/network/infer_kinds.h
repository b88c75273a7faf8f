// infer() of each kind of operator; infer.cpp has checked the number of inputs.
#pragma once

#include "compiler/network/infer.h"

namespace heddle::network {

using Inputs = std::vector<std::optional<TensorType>>;
using Types = std::vector<TensorType>;

inline bool is_float(tensor::Type type) { return type == tensor::Type::kFloat32 || type == tensor::Type::kFloat64; }

tl::unexpected<Error> misfit(std::string message);
/// Fails unless 0 <= axis < rank.
Status check_axis(std::int64_t axis, std::size_t rank);
/// Fails unless the input, if it is there, is a float32 tensor.
Status check_float(const Inputs& inputs);
/// int8 or uint8.
inline bool is_byte(tensor::Type type) { return type == tensor::Type::kInt8 || type == tensor::Type::kUint8; }
/// Fails unless the first two inputs are int8 or uint8 and a third one, if it is there, is int32.
Status check_codes(const Inputs& inputs);
/// "2x3x4", "scalar".
std::string text(const Extents& shape);

Result<Types> infer_kind(const Conv& op, const Inputs& in);
Result<Types> infer_kind(const ConvTranspose& op, const Inputs& in);
Result<Types> infer_kind(const Pool& op, const Inputs& in);
Result<Types> infer_kind(const IntegerConv& op, const Inputs& in);
Result<Types> infer_kind(const WindowSum& op, const Inputs& in);

Result<Types> infer_kind(const Attention& op, const Inputs& in);

Result<Types> infer_kind(const IntegerMatMul& op, const Inputs& in);
Result<Types> infer_kind(const Requantize& op, const Inputs& in);
Result<Types> infer_kind(const IntegerAdd& op, const Inputs& in);
Result<Types> infer_kind(const IntegerMultiply& op, const Inputs& in);
Result<Types> infer_kind(const Lookup& op, const Inputs& in);

Result<Types> infer_kind(const Concat& op, const Inputs& in);
Result<Types> infer_kind(const Split& op, const Inputs& in);
Result<Types> infer_kind(const Slice& op, const Inputs& in);
Result<Types> infer_kind(const Gather& op, const Inputs& in);
Result<Types> infer_kind(const Reshape& op, const Inputs& in);
Result<Types> infer_kind(const Transpose& op, const Inputs& in);
Result<Types> infer_kind(const Expand& op, const Inputs& in);
Result<Types> infer_kind(const Tile& op, const Inputs& in);
Result<Types> infer_kind(const Pad& op, const Inputs& in);
Result<Types> infer_kind(const Resize& op, const Inputs& in);

}  // namespace heddle::network
