// One node of the file on its way into the network: typed access to its attributes and inputs, and where its results
// go.
#pragma once

#include <onnx/onnx_pb.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/frontend/onnx/proto.h"
#include "compiler/network/builder.h"

namespace heddle::frontend {

using network::Extents;
using network::ValueId;

/// Values of the network by their names in the file.
using Names = std::map<std::string, ValueId>;

class NodeReader {
 public:
  NodeReader(const ::onnx::NodeProto& node, std::int64_t opset, network::Builder& builder, Names& names)
      : node_(node), opset_(opset), builder_(builder), names_(names) {}

  /// Version of the operator set of the node's domain.
  [[nodiscard]] std::int64_t opset() const { return opset_; }
  [[nodiscard]] const std::string& op() const { return node_.op_type(); }

  // Attributes. One of another type than asked for counts as absent (the checker has refused it).
  [[nodiscard]] bool has(const std::string& attribute) const { return find(attribute) != nullptr; }
  [[nodiscard]] std::int64_t integer(const std::string& attribute, std::int64_t otherwise) const;
  [[nodiscard]] float real(const std::string& attribute, float otherwise) const;
  [[nodiscard]] std::string text(const std::string& attribute, const std::string& otherwise) const;
  [[nodiscard]] Extents integers(const std::string& attribute) const;
  [[nodiscard]] std::vector<float> reals(const std::string& attribute) const;
  [[nodiscard]] const ::onnx::TensorProto* tensor(const std::string& attribute) const;

  // Inputs.
  [[nodiscard]] std::size_t inputs() const { return static_cast<std::size_t>(node_.input_size()); }
  /// Given and not left out by an empty name.
  [[nodiscard]] bool has_input(std::size_t index) const;
  /// Invalid if the input is left out.
  [[nodiscard]] ValueId input(std::size_t index) const;
  [[nodiscard]] std::vector<ValueId> all_inputs() const;
  [[nodiscard]] network::TensorType type(std::size_t index) const { return builder_.value(input(index)).type; }
  [[nodiscard]] Extents shape(std::size_t index) const { return type(index).shape; }
  [[nodiscard]] std::int64_t rank(std::size_t index) const { return static_cast<std::int64_t>(shape(index).size()); }
  /// The value of an input that must be constant; `what` is its name in the operator's definition.
  [[nodiscard]] Result<const tensor::Tensor*> constant(std::size_t index, const std::string& what) const;
  /// Of a constant of integers.
  [[nodiscard]] Result<Extents> constant_integers(std::size_t index, const std::string& what) const;
  /// Of a constant of one number of any type.
  [[nodiscard]] Result<double> constant_number(std::size_t index, const std::string& what) const;
  /// An attribute in older versions, an input since `version`; absent: nullopt.
  [[nodiscard]] Result<std::optional<Extents>> integers_or_input(const std::string& name, std::int64_t version,
                                                                 std::size_t index) const;
  /// Counted from the end if negative; fails outside [-rank, rank).
  [[nodiscard]] Result<std::int64_t> axis(std::int64_t axis, std::int64_t rank) const;
  [[nodiscard]] Result<Extents> axes(Extents axes, std::int64_t rank) const;

  // Results.
  [[nodiscard]] std::size_t outputs() const { return static_cast<std::size_t>(node_.output_size()); }
  [[nodiscard]] bool wants(std::size_t output) const;
  [[nodiscard]] std::string output_name(std::size_t output) const;
  /// The output is this value.
  void set(std::size_t output, ValueId value);
  /// Adds an operator whose results are the node's outputs.
  Status emit(network::Operator op, std::vector<ValueId> inputs);
  /// Adds an operator with one result on the way to the outputs.
  Result<ValueId> add(network::Operator op, std::vector<ValueId> inputs, const std::string& suffix);
  ValueId add_constant(tensor::Tensor tensor, const std::string& suffix);
  network::Builder& builder() { return builder_; }

  /// An error that names operator, node, domain and opset.
  [[nodiscard]] tl::unexpected<Error> unsupported(const std::string& what) const;
  [[nodiscard]] tl::unexpected<Error> malformed(const std::string& what) const;

 private:
  [[nodiscard]] const ::onnx::AttributeProto* find(const std::string& attribute) const;

  const ::onnx::NodeProto& node_;
  std::int64_t opset_;
  network::Builder& builder_;
  Names& names_;
};

/// Brings a node into the network.
using Rule = Status (*)(NodeReader& node);
using Rules = std::map<std::string, Rule>;

// The rules of a group of operators, by name; those of other domains as "domain.Operator".
void add_window_rules(Rules& rules);
void add_matrix_rules(Rules& rules);
void add_elementwise_rules(Rules& rules);
void add_layout_rules(Rules& rules);
void add_shape_rules(Rules& rules);
void add_axis_rules(Rules& rules);
void add_quantized_rules(Rules& rules);
void add_resize_rules(Rules& rules);

}  // namespace heddle::frontend
