// The protobuf side: parsing with limits, tensors, types.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <string_view>

#include "compiler/base/result.h"
#include "compiler/network/graph.h"

namespace heddle::frontend {

/// A parsed model whose graph is there, whose version and opsets are known, and that has no external data.
Result<::onnx::ModelProto> parse_model(std::string_view bytes, const std::string& file);

/// The opset of a domain ("" and "ai.onnx" are one), or 0 if the model does not import it.
std::int64_t opset_of(const ::onnx::ModelProto& model, const std::string& domain);

/// The element type, or an error that names one that is not supported (float16, string, ...). `what` is for messages.
Result<tensor::Type> element_type(int data_type, const std::string& what);

/// The tensor; fails if its data do not have the size that its dimensions ask for.
Result<tensor::Tensor> read_tensor(const ::onnx::TensorProto& proto, const std::string& what);

/// "node 'x' (Conv)": how messages name a node.
std::string label(const ::onnx::NodeProto& node);

}  // namespace heddle::frontend
