#include "compiler/frontend/onnx/export.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>

#include "compiler/base/files.h"
#include "compiler/frontend/onnx/node_writer.h"
#include "compiler/network/kinds.h"

namespace heddle::frontend {
namespace {

constexpr std::int64_t kOpset = 17;
constexpr std::int64_t kIrVersion = 8;

void write_type(const network::Value& value, ::onnx::ValueInfoProto& proto) {
  proto.set_name(value.name);
  auto* tensor = proto.mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(data_type(value.type.element));
  tensor->mutable_shape();
  for (const std::int64_t extent : value.type.shape) tensor->mutable_shape()->add_dim()->set_dim_value(extent);
}

bool uses_microsoft(const network::Graph& graph) {
  for (const network::Node& node : graph.nodes) {
    const auto* unary = std::get_if<network::Unary>(&node.op);
    if (unary != nullptr && unary->kind == network::UnaryKind::kGelu) return true;
  }
  return false;
}

/// Operators that no version of ONNX has.
bool uses_our_domain(const network::Graph& graph) {
  return std::ranges::any_of(graph.nodes, [](const network::Node& node) {
    return network::is_one_of<network::EncodeFloat, network::DecodeFloat, network::Attention>(node.op);
  });
}

void import_opset(::onnx::ModelProto& model, const std::string& domain, std::int64_t version) {
  auto* import = model.add_opset_import();
  import->set_domain(domain);
  import->set_version(version);
}

std::string serialize(const ::onnx::ModelProto& model) {
  std::string bytes;
  google::protobuf::io::StringOutputStream array(&bytes);
  google::protobuf::io::CodedOutputStream stream(&array);
  stream.SetSerializationDeterministic(true);
  model.SerializeToCodedStream(&stream);
  stream.Trim();
  return bytes;
}

}  // namespace

Result<std::string> export_onnx(const network::Graph& graph) {
  ::onnx::ModelProto model;
  model.set_ir_version(kIrVersion);
  model.set_producer_name("heddle");
  import_opset(model, "", kOpset);
  if (uses_microsoft(graph)) import_opset(model, "com.microsoft", 1);
  if (uses_our_domain(graph)) import_opset(model, "heddle", 1);
  ::onnx::GraphProto& proto = *model.mutable_graph();
  proto.set_name(graph.name.empty() ? "network" : graph.name);
  std::set<std::string> taken;
  for (const network::Value& value : graph.values) {
    taken.insert(value.name);
    if (value.constant) write_tensor(*value.constant, value.name, *proto.add_initializer());
  }
  for (const network::ValueId id : graph.inputs) write_type(graph.value(id), *proto.add_input());
  for (const network::ValueId id : graph.outputs) write_type(graph.value(id), *proto.add_output());
  for (const network::Node& node : graph.nodes) {
    NodeWriter writer(proto, graph, node, taken);
    auto written = write_operator(node.op, writer);
    if (!written) return fail(written.error().code, fmt::format("node '{}': {}", node.name, written.error().message));
  }
  return serialize(model);
}

Status save_onnx(const network::Graph& graph, const std::filesystem::path& path) {
  HEDDLE_ASSIGN(const std::string bytes, export_onnx(graph));
  return write_file(path, bytes);
}

}  // namespace heddle::frontend
