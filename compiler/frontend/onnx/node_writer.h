// One operator of a network on its way into a file: what an ONNX node is made of.
#pragma once

#include <onnx/onnx_pb.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/network/graph.h"

namespace heddle::frontend {

class NodeWriter {
 public:
  /// `taken` are the names in use in the graph; new ones are added.
  NodeWriter(::onnx::GraphProto& proto, const network::Graph& graph, const network::Node& node,
             std::set<std::string>& taken);

  void set_op(const std::string& op) { node_.set_op_type(op); }
  void set_domain(const std::string& domain) { node_.set_domain(domain); }
  void attribute(const std::string& name, std::int64_t value);
  void attribute(const std::string& name, float value);
  void attribute(const std::string& name, const char* value);
  void attribute(const std::string& name, const network::Extents& values);

  /// The operator's own inputs, in order.
  void inputs();
  /// Another input: a constant of this value, or none.
  void constant_input(const std::string& suffix, const tensor::Tensor& tensor);
  void integers_input(const std::string& suffix, const network::Extents& values);
  void no_input() { node_.add_input(""); }

  [[nodiscard]] const network::TensorType& input_type(std::size_t index) const {
    return graph_.value(source_.inputs[index]).type;
  }
  [[nodiscard]] std::size_t input_count() const { return source_.inputs.size(); }

 private:
  ::onnx::GraphProto& proto_;
  const network::Graph& graph_;
  const network::Node& source_;
  std::set<std::string>& taken_;
  ::onnx::NodeProto& node_;
};

/// ONNX's number of an element type.
int data_type(tensor::Type type);
void write_tensor(const tensor::Tensor& tensor, const std::string& name, ::onnx::TensorProto& proto);

/// Says the operator in ONNX.
Status write_operator(const network::Operator& op, NodeWriter& out);

}  // namespace heddle::frontend
