#include "compiler/frontend/onnx/proto.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <cstring>
#include <limits>

#include "compiler/network/infer.h"
#include "compiler/tensor/elements.h"

namespace heddle::frontend {

using ::onnx::TensorProto;

namespace {

constexpr std::int64_t kLastOpset = 17;
constexpr int kMaxNesting = 64;

Status check_model(const ::onnx::ModelProto& model, const std::string& file) {
  if (!model.has_graph() || (model.graph().node_size() == 0 && model.graph().output_size() == 0))
    return fail(ErrorCode::kBadInput, "not an ONNX model: there is no graph in it", {file});
  if (model.functions_size() > 0)
    return fail(ErrorCode::kUnsupported, "functions of the model's own are not supported", {file});
  if (model.graph().sparse_initializer_size() > 0)
    return fail(ErrorCode::kUnsupported, "sparse initialisers are not supported", {file});
  const std::int64_t opset = opset_of(model, "");
  if (opset < 1) return fail(ErrorCode::kBadInput, "the model imports no opset of ONNX's own operators", {file});
  if (opset > kLastOpset)
    return fail(ErrorCode::kUnsupported, fmt::format("opset {}, supported are those up to {}", opset, kLastOpset),
                {file});
  return {};
}

}  // namespace

Result<::onnx::ModelProto> parse_model(std::string_view bytes, const std::string& file) {
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    return fail(ErrorCode::kUnsupported, "files of 2 GiB and more are not supported", {file});
  google::protobuf::io::ArrayInputStream array(bytes.data(), static_cast<int>(bytes.size()));
  google::protobuf::io::CodedInputStream stream(&array);
  stream.SetRecursionLimit(kMaxNesting);
  ::onnx::ModelProto model;
  if (!model.ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage())
    return fail(ErrorCode::kBadInput, "not an ONNX model: damaged or truncated", {file});
  HEDDLE_TRY(check_model(model, file));
  return model;
}

std::int64_t opset_of(const ::onnx::ModelProto& model, const std::string& domain) {
  for (const auto& import : model.opset_import()) {
    const bool standard = import.domain().empty() || import.domain() == "ai.onnx";
    if (domain.empty() || domain == "ai.onnx" ? standard : import.domain() == domain) return import.version();
  }
  return 0;
}

Result<tensor::Type> element_type(int data_type, const std::string& what) {
  using tensor::Type;
  switch (data_type) {
    case TensorProto::FLOAT: return Type::kFloat32;
    case TensorProto::DOUBLE: return Type::kFloat64;
    case TensorProto::INT8: return Type::kInt8;
    case TensorProto::INT16: return Type::kInt16;
    case TensorProto::INT32: return Type::kInt32;
    case TensorProto::INT64: return Type::kInt64;
    case TensorProto::UINT8: return Type::kUint8;
    case TensorProto::UINT16: return Type::kUint16;
    case TensorProto::UINT32: return Type::kUint32;
    case TensorProto::UINT64: return Type::kUint64;
    case TensorProto::BOOL: return Type::kBool;
    default: break;
  }
  const bool known = TensorProto::DataType_IsValid(data_type);
  return fail(ErrorCode::kUnsupported,
              fmt::format("{}: element type {} is not supported", what,
                          known ? TensorProto::DataType_Name(static_cast<TensorProto::DataType>(data_type))
                                : fmt::to_string(data_type)));
}

namespace {

/// Copies typed protobuf fields into the tensor, if there are as many as it has elements.
template <class Field>
bool copy_field(const Field& field, tensor::Tensor& tensor) {
  if (field.size() != tensor.elements()) return false;
  tensor::dispatch(tensor.type, [&](auto zero) {
    using T = decltype(zero);
    auto to = tensor::elements<T>(tensor).begin();
    for (const auto value : field) *to++ = static_cast<T>(value);
  });
  return true;
}

bool copy_typed(const TensorProto& proto, tensor::Tensor& tensor) {
  switch (tensor.type) {
    case tensor::Type::kFloat32: return copy_field(proto.float_data(), tensor);
    case tensor::Type::kFloat64: return copy_field(proto.double_data(), tensor);
    case tensor::Type::kInt64: return copy_field(proto.int64_data(), tensor);
    case tensor::Type::kUint32:
    case tensor::Type::kUint64: return copy_field(proto.uint64_data(), tensor);
    default: return copy_field(proto.int32_data(), tensor);
  }
}

/// Elements in the typed field, for the check before anything is allocated.
std::int64_t typed_size(const TensorProto& proto) {
  return std::int64_t{proto.float_data_size()} + proto.double_data_size() + proto.int64_data_size() +
         proto.uint64_data_size() + proto.int32_data_size();
}

}  // namespace

Result<tensor::Tensor> read_tensor(const TensorProto& proto, const std::string& what) {
  if (proto.data_location() == TensorProto::EXTERNAL || proto.external_data_size() > 0)
    return fail(ErrorCode::kUnsupported,
                fmt::format("{}: its data are in another file; save the model as one file", what));
  if (proto.has_segment())
    return fail(ErrorCode::kUnsupported, fmt::format("{}: data in segments are not supported", what));
  HEDDLE_ASSIGN(const tensor::Type type, element_type(proto.data_type(), what));
  const network::TensorType wanted{type, {proto.dims().begin(), proto.dims().end()}};
  const auto mismatch = [&](std::string_view found) {
    return fail(ErrorCode::kBadInput,
                fmt::format("{}: {} does not fit its {}", what, network::to_string(wanted), found));
  };
  if (!network::is_small(wanted.shape))
    return fail(ErrorCode::kBadInput, fmt::format("{}: {} is no size of a tensor", what, network::to_string(wanted)));
  const std::int64_t bytes = wanted.elements() * tensor::bytes_of(type);
  if (proto.has_raw_data()) {
    if (static_cast<std::int64_t>(proto.raw_data().size()) != bytes)
      return mismatch(fmt::format("{} bytes of data", proto.raw_data().size()));
    tensor::Tensor tensor{type, wanted.shape, {}};
    tensor.data.assign(proto.raw_data().begin(), proto.raw_data().end());
    return tensor;
  }
  const auto elements = fmt::format("{} elements of data", typed_size(proto));
  if (typed_size(proto) != wanted.elements()) return mismatch(elements);
  tensor::Tensor tensor = tensor::make_tensor(type, wanted.shape);
  if (!copy_typed(proto, tensor)) return mismatch("kind of data");
  return tensor;
}

std::string label(const ::onnx::NodeProto& node) {
  std::string name = node.name();
  if (name.empty() && node.output_size() > 0) name = node.output(0);
  return fmt::format("node '{}' ({})", name, node.op_type());
}

}  // namespace heddle::frontend
