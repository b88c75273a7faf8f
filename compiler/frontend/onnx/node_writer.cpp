#include "compiler/frontend/onnx/node_writer.h"

#include "compiler/tensor/elements.h"

namespace heddle::frontend {

using ::onnx::AttributeProto;
using ::onnx::TensorProto;

int data_type(tensor::Type type) {
  switch (type) {
    case tensor::Type::kBool: return TensorProto::BOOL;
    case tensor::Type::kInt8: return TensorProto::INT8;
    case tensor::Type::kInt16: return TensorProto::INT16;
    case tensor::Type::kInt32: return TensorProto::INT32;
    case tensor::Type::kInt64: return TensorProto::INT64;
    case tensor::Type::kUint8: return TensorProto::UINT8;
    case tensor::Type::kUint16: return TensorProto::UINT16;
    case tensor::Type::kUint32: return TensorProto::UINT32;
    case tensor::Type::kUint64: return TensorProto::UINT64;
    case tensor::Type::kFloat32: return TensorProto::FLOAT;
    case tensor::Type::kFloat64: break;
  }
  return TensorProto::DOUBLE;
}

void write_tensor(const tensor::Tensor& tensor, const std::string& name, TensorProto& proto) {
  proto.set_name(name);
  proto.set_data_type(data_type(tensor.type));
  for (const std::int64_t extent : tensor.shape) proto.add_dims(extent);
  proto.set_raw_data(tensor.data.data(), tensor.data.size());
}

NodeWriter::NodeWriter(::onnx::GraphProto& proto, const network::Graph& graph, const network::Node& node,
                       std::set<std::string>& taken)
    : proto_(proto), graph_(graph), source_(node), taken_(taken), node_(*proto.add_node()) {
  node_.set_name(node.name);
  for (const network::ValueId id : node.outputs) node_.add_output(graph.value(id).name);
}

void NodeWriter::attribute(const std::string& name, std::int64_t value) {
  AttributeProto* attribute = node_.add_attribute();
  attribute->set_name(name);
  attribute->set_type(AttributeProto::INT);
  attribute->set_i(value);
}

void NodeWriter::attribute(const std::string& name, float value) {
  AttributeProto* attribute = node_.add_attribute();
  attribute->set_name(name);
  attribute->set_type(AttributeProto::FLOAT);
  attribute->set_f(value);
}

void NodeWriter::attribute(const std::string& name, const char* value) {
  AttributeProto* attribute = node_.add_attribute();
  attribute->set_name(name);
  attribute->set_type(AttributeProto::STRING);
  attribute->set_s(value);
}

void NodeWriter::attribute(const std::string& name, const network::Extents& values) {
  AttributeProto* attribute = node_.add_attribute();
  attribute->set_name(name);
  attribute->set_type(AttributeProto::INTS);
  for (const std::int64_t value : values) attribute->add_ints(value);
}

void NodeWriter::inputs() {
  for (const network::ValueId id : source_.inputs) node_.add_input(id.valid() ? graph_.value(id).name : "");
}

void NodeWriter::constant_input(const std::string& suffix, const tensor::Tensor& tensor) {
  std::string name = graph_.value(source_.outputs[0]).name + "." + suffix;
  while (!taken_.insert(name).second) name += "'";
  write_tensor(tensor, name, *proto_.add_initializer());
  node_.add_input(name);
}

void NodeWriter::integers_input(const std::string& suffix, const network::Extents& values) {
  tensor::Tensor tensor = tensor::make_tensor(tensor::Type::kInt64, {static_cast<std::int64_t>(values.size())});
  std::copy(values.begin(), values.end(), tensor::elements<std::int64_t>(tensor).begin());
  constant_input(suffix, tensor);
}

}  // namespace heddle::frontend
