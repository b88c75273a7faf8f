// The plan as MLIR: one function per layer on memrefs, its body linalg on tensors. Private to this room.
#pragma once

#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/IR/Builders.h>
#include <mlir/IR/BuiltinOps.h>

#include <functional>
#include <string>
#include <vector>

#include "compiler/lowering/host_call.h"
#include "compiler/lowering/machine.h"
#include "compiler/lowering/memory_plan.h"
#include "compiler/lowering/plan.h"

namespace heddle::lowering {

struct ConvNest;
struct DepthwiseNest;
struct ProductNest;
struct RowNest;

/// On the last operation of a layer whose producers are to be computed element by element inside its loops.
inline constexpr const char* kFuseAttribute = "heddle.fuse";

/// An operand of a generic operation: a tensor, and where iteration (d0, d1, ...) finds its element.
struct Operand {
  mlir::Value tensor;
  mlir::AffineMap map;
};

using Body = std::function<mlir::Value(mlir::OpBuilder&, mlir::Location, mlir::ValueRange)>;

/// Emits the nodes of one layer into its function.
class LayerEmitter {
 public:
  LayerEmitter(mlir::OpBuilder& builder, const network::Graph& graph, const Plan& plan, const Layer& layer,
               const Machine& machine, mlir::Location location);

  /// Values the function takes: those read from buffers, in order; then the results. Constants are in the body.
  [[nodiscard]] const std::vector<network::ValueId>& parameters() const { return parameters_; }
  /// The body, given the function's arguments; false if some node has no loops: then nothing of it is to be used.
  bool emit(mlir::ValueRange arguments);

 private:
  using Axes = std::vector<mlir::AffineExpr>;

  bool emit_node(const network::Node& node);
  /// Loops shaped for the array instead of tensors, where the layer is a convolution that they know; false and nothing
  /// is emitted otherwise.
  bool emit_shaped();
  /// Whether the value lies in memory of a caller.
  [[nodiscard]] bool is_port(network::ValueId id) const;
  /// Whether constants, layouts and border of the convolution are of the kinds that shaped loops know.
  [[nodiscard]] bool is_shapeable(const network::IntegerConv& op, const network::Node& node) const;
  /// Shape, places and weights of `nest`; false if they are of another kind.
  bool shape_conv(const network::IntegerConv& op, const network::Node& node, ConvNest& nest) const;
  bool shape_depthwise(const network::IntegerConv& op, const network::Node& node, DepthwiseNest& nest) const;
  bool shape_product(const network::IntegerMatMul& op, const network::Node& node, ConvNest& nest) const;
  /// The same where both sides are activations; false if the memory of one is of another kind.
  bool shape_pair(const network::IntegerMatMul& op, const network::Node& node, ProductNest& nest);
  /// The same of a layer of one operator whose codes are each made of a few.
  bool emit_by_rows(const network::Node& node);
  /// Shape and places of `nest` where result and inputs have one shape; false if their memories differ in kind.
  bool shape_rows(const network::Node& node, std::size_t inputs, RowNest& nest);
  bool shape_maximum(const network::Pool& op, const network::Node& node, RowNest& nest);
  template <class Op, class Combine>
  bool shape_pairs(const Op& op, const network::Node& node, const Combine& combine, RowNest& nest);
  bool emit_kind(const network::IntegerConv& op, const network::Node& node);
  /// A convolution of several groups: its weights [channel][kernel][input channel of the group].
  bool emit_groups(const network::IntegerConv& op, const network::Node& node, const std::vector<std::int8_t>& weights,
                   const std::vector<std::int32_t>& start);
  bool emit_kind(const network::IntegerMatMul& op, const network::Node& node);
  /// A product of two activations.
  bool emit_pair(const network::IntegerMatMul& op, const network::Node& node);
  bool emit_kind(const network::WindowSum& op, const network::Node& node);
  bool emit_kind(const network::Pool& op, const network::Node& node);
  bool emit_kind(const network::Requantize& op, const network::Node& node);
  /// A code for each pair of elements: combine(words, a, type of a, b, type of b), rounded as `op` says.
  template <class Op, class Combine>
  bool pairwise(const Op& op, const network::Node& node, const Combine& combine);
  bool emit_kind(const network::IntegerAdd& op, const network::Node& node);
  bool emit_kind(const network::IntegerMultiply& op, const network::Node& node);
  bool emit_kind(const network::Lookup& op, const network::Node& node);
  bool emit_kind(const network::Quantize& op, const network::Node& node);
  bool emit_kind(const network::Dequantize& op, const network::Node& node);
  bool emit_kind(const network::Clip& op, const network::Node& node);
  bool emit_kind(const network::Reshape& op, const network::Node& node);
  bool emit_kind(const network::Transpose& op, const network::Node& node);
  bool emit_kind(const network::Slice& op, const network::Node& node);
  bool emit_kind(const network::Gather& op, const network::Node& node);
  bool emit_kind(const network::Resize& op, const network::Node& node);
  bool emit_kind(const network::Pad& op, const network::Node& node);
  bool emit_kind(const network::Concat& op, const network::Node& node);
  template <class Op>
  bool emit_kind(const Op& /*op*/, const network::Node& /*node*/) {
    return false;
  }

  [[nodiscard]] const network::TensorType& type(network::ValueId id) const { return graph_.value(id).type; }
  [[nodiscard]] mlir::Type element(network::ValueId id) const;
  /// The buffer of the value, or one like it for values that stay inside the layer.
  [[nodiscard]] Buffer buffer(network::ValueId id) const;
  /// The value in the shape of its buffer without border: in memory, or computed before in this layer.
  mlir::Value load(network::ValueId id);
  /// The part of a bordered buffer that a window with these pads slides over.
  mlir::Value load_padded(network::ValueId id, const network::Window& window);
  mlir::Value memory(network::ValueId id);
  /// Memory of one dimension.
  mlir::Value flat(mlir::Value memory);
  /// The memory of a result without its border: one operation, so that what is written there is not copied there again.
  mlir::Value result_memory(network::ValueId id);
  /// A tensor to write a node's result to.
  mlir::Value destination(network::ValueId id);
  mlir::Value reshaped(mlir::Value value, mlir::RankedTensorType to);
  void store(network::ValueId id, mlir::Value tensor);
  /// Operand whose logical axes are indexed by `axes`.
  Operand at(network::ValueId id, const Axes& axes);
  mlir::AffineMap map(network::ValueId id, const Axes& axes, unsigned dimensions);
  mlir::Value generic(const std::vector<Operand>& inputs, const Operand& output, unsigned parallel, unsigned reduction,
                      const Body& body);
  /// Along one axis of the source: element i of the table's axes, which are those of the result from `first` on, is
  /// read at indices[i]; without indices, at i itself.
  struct Table {
    std::size_t first = 0;
    network::Extents shape;
    std::vector<std::int32_t> indices;
  };
  /// Elements of a node's first input, a table for each of its axes.
  bool pick(const network::Node& node, const std::vector<Table>& tables);
  /// `whole` with the elements of a value copied to where `offsets` (logical axes) says.
  mlir::Value inserted(mlir::Value whole, network::ValueId result, network::ValueId part,
                       const network::Extents& offsets);
  /// One operation over the elements of a node's result.
  bool elementwise(const network::Node& node, const std::vector<network::ValueId>& operands, const Body& body);
  /// For every element of a node's result, `body` over the window of x and, if there are some, `factors`: a constant
  /// indexed by the channel (or, with a `depth`, the result's channel), the window and the depth.
  bool reduce_window(const network::Node& node, const network::Window& window, std::int64_t border, mlir::Value start,
                     mlir::Value factors, bool depth, const Body& body);
  /// A constant tensor.
  template <class T>
  mlir::Value constant(const network::Extents& shape, const std::vector<T>& values);
  /// One value per channel (of the last axis of memory), repeated over the result's other axes.
  mlir::Value repeated(network::ValueId like, const std::vector<std::int32_t>& values);

  mlir::OpBuilder& b_;
  const network::Graph& graph_;
  const Plan& plan_;
  const Layer& layer_;
  const Machine& machine_;
  mlir::Location loc_;
  std::vector<network::ValueId> parameters_;
  std::vector<mlir::Value> arguments_;  ///< as many
  std::vector<std::pair<network::ValueId, mlir::Value>> result_parts_;
  std::vector<std::pair<network::ValueId, mlir::Value>> inside_;  ///< results of earlier nodes
};

/// MLIR's type of the elements.
mlir::Type element_type(mlir::MLIRContext* context, tensor::Type type);

/// An array of int32 that may be absent, as `count` values.
std::vector<std::int32_t> bias_values(const network::Graph& graph, const network::Node& node, std::int64_t count);
/// Whether the node's input is constant or absent.
bool has_constant(const network::Graph& graph, const network::Node& node, std::size_t input);

/// A call of the host's library with the memory of the layer's operands, and the declaration of what it needs.
void emit_host_call(mlir::OpBuilder& builder, mlir::Location location, const network::Graph& graph, const Plan& plan,
                    const Layer& layer, mlir::ValueRange memory);
/// The session's global, and the functions that it defines.
void declare_session(mlir::OpBuilder& builder, mlir::Location location);
/// A value in an arena: its first byte, and the type of its memory.
struct Place {
  network::ValueId id;
  mlir::Value arena;
  std::int64_t start = 0;
  mlir::MemRefType type;
};
/// Tells the session of it.
void emit_value_call(mlir::OpBuilder& builder, mlir::Location location, const Place& place, bool made);
/// Fills these elements, which have one byte unless `code` is 0.
void emit_fill(mlir::OpBuilder& builder, mlir::Location location, const Place& place, const std::vector<Piece>& pieces,
               std::int64_t code);

/// The whole module; layers that have no loops become calls of the host's library and go into `host_calls`.
mlir::OwningOpRef<mlir::ModuleOp> emit_module(mlir::MLIRContext& context, const network::Graph& graph, const Plan& plan,
                                              const MemoryPlan& memory, const Machine& machine, const std::string& file,
                                              std::vector<HostCall>& host_calls);

}  // namespace heddle::lowering
