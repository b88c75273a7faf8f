#include "compiler/lowering/emit.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Bufferization/IR/Bufferization.h>
#include <mlir/Dialect/MemRef/IR/MemRef.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

#include <algorithm>

namespace heddle::lowering {

using namespace mlir;  // NOLINT: a file of MLIR's names only
using network::Extents;
using network::Node;
using network::ValueId;

Type element_type(MLIRContext* context, tensor::Type type) {
  if (type == tensor::Type::kFloat32) return Float32Type::get(context);
  if (type == tensor::Type::kFloat64) return Float64Type::get(context);
  return IntegerType::get(context, static_cast<unsigned>(tensor::bytes_of(type)) * 8);
}

LayerEmitter::LayerEmitter(OpBuilder& builder, const network::Graph& graph, const Plan& plan, const Layer& layer,
                           const Machine& machine, Location location)
    : b_(builder),
      graph_(graph),
      plan_(plan),
      layer_(layer),
      machine_(machine),
      loc_(location),
      parameters_(operands_of(graph, layer.nodes)) {}

bool LayerEmitter::emit(ValueRange arguments) {
  arguments_.assign(arguments.begin(), arguments.end());
  if (emit_shaped()) return true;
  for (const network::NodeId id : layer_.nodes) {
    if (!emit_node(graph_.node(id))) return false;
  }
  for (const ValueId id : graph_.node(layer_.nodes.back()).outputs) store(id, load(id));
  return true;
}

bool LayerEmitter::emit_node(const Node& node) {
  return std::visit([&](const auto& op) { return emit_kind(op, node); }, node.op);
}

Type LayerEmitter::element(ValueId id) const { return element_type(b_.getContext(), type(id).element); }

Buffer LayerEmitter::buffer(ValueId id) const {
  if (plan_.buffers[id.index()]) return *plan_.buffers[id.index()];
  if (graph_.value(id).constant) return plain_buffer(type(id).shape);
  // A sum inside a layer lies as its result does.
  Buffer like = *plan_.buffers[graph_.node(layer_.nodes.back()).outputs[0].index()];
  like.border_begin.assign(like.shape.size(), 0);
  like.border_end = like.border_begin;
  return like;
}

Value LayerEmitter::memory(ValueId id) {
  const auto found = std::find(parameters_.begin(), parameters_.end(), id);
  return arguments_[static_cast<std::size_t>(found - parameters_.begin())];
}

namespace {

/// The part of `memory` that begins at `offsets`.
Value part(OpBuilder& b, Location loc, Value memory, const Extents& offsets, const Extents& sizes) {
  const auto whole = cast<MemRefType>(memory.getType());
  if (std::equal(sizes.begin(), sizes.end(), whole.getShape().begin(), whole.getShape().end())) return memory;
  SmallVector<OpFoldResult> starts;
  SmallVector<OpFoldResult> counts;
  SmallVector<OpFoldResult> steps(sizes.size(), b.getIndexAttr(1));
  for (std::size_t axis = 0; axis < sizes.size(); ++axis) {
    starts.push_back(b.getIndexAttr(offsets[axis]));
    counts.push_back(b.getIndexAttr(sizes[axis]));
  }
  return b.create<memref::SubViewOp>(loc, memory, starts, counts, steps);
}

}  // namespace

Value LayerEmitter::load(ValueId id) {
  for (const auto& [made, tensor] : inside_)
    if (made == id) return tensor;
  if (const auto& constant = graph_.value(id).constant) {
    const auto shaped = RankedTensorType::get(type(id).shape, element(id));
    const ArrayRef<char> bytes(reinterpret_cast<const char*>(constant->data.data()), constant->data.size());
    return b_.create<arith::ConstantOp>(loc_, DenseElementsAttr::getFromRawBuffer(shaped, bytes));
  }
  const Buffer place = buffer(id);
  return b_.create<bufferization::ToTensorOp>(loc_, part(b_, loc_, memory(id), place.border_begin, place.shape), true,
                                              false);
}

Value LayerEmitter::load_padded(ValueId id, const network::Window& window) {
  const Buffer place = buffer(id);
  Extents offsets = place.border_begin;
  Extents sizes = place.shape;
  for (std::size_t axis = 0; axis < window.kernel.size(); ++axis) {
    offsets[axis + 1] -= window.pads_begin[axis];
    sizes[axis + 1] += window.pads_begin[axis] + window.pads_end[axis];
  }
  return b_.create<bufferization::ToTensorOp>(loc_, part(b_, loc_, memory(id), offsets, sizes), true, false);
}

Value LayerEmitter::destination(ValueId id) {
  const Buffer place = buffer(id);
  const auto result = std::find(parameters_.begin(), parameters_.end(), id);
  if (result == parameters_.end()) return b_.create<mlir::tensor::EmptyOp>(loc_, place.shape, element(id));
  return b_.create<bufferization::ToTensorOp>(loc_, result_memory(id), true, true);
}

Value LayerEmitter::result_memory(ValueId id) {
  for (const auto& [made, memory] : result_parts_)
    if (made == id) return memory;
  const Buffer place = buffer(id);
  result_parts_.emplace_back(id, part(b_, loc_, memory(id), place.border_begin, place.shape));
  return result_parts_.back().second;
}

void LayerEmitter::store(ValueId id, Value tensor) {
  b_.create<bufferization::MaterializeInDestinationOp>(loc_, Type(), tensor, result_memory(id), true, true);
}

AffineMap LayerEmitter::map(ValueId id, const Axes& axes, unsigned dimensions) {
  const Buffer place = buffer(id);
  Axes physical(axes.size());
  for (std::size_t axis = 0; axis < axes.size(); ++axis) physical[place.position(axis)] = axes[axis];
  return AffineMap::get(dimensions, 0, physical, b_.getContext());
}

Value LayerEmitter::generic(const std::vector<Operand>& inputs, const Operand& output, unsigned parallel,
                            unsigned reduction, const Body& body) {
  SmallVector<Value> tensors;
  SmallVector<AffineMap> maps;
  for (const Operand& input : inputs) {
    tensors.push_back(input.tensor);
    maps.push_back(input.map);
  }
  maps.push_back(output.map);
  SmallVector<utils::IteratorType> iterators(parallel, utils::IteratorType::parallel);
  iterators.append(reduction, utils::IteratorType::reduction);
  auto op = b_.create<linalg::GenericOp>(loc_, TypeRange{output.tensor.getType()}, tensors, ValueRange{output.tensor},
                                         maps, iterators, [&](OpBuilder& inner, Location loc, ValueRange arguments) {
                                           inner.create<linalg::YieldOp>(loc, body(inner, loc, arguments));
                                         });
  return op.getResult(0);
}

namespace {

constexpr const char* kArena = "activations";

MemRefType memory_type(MLIRContext& context, const network::Graph& graph, const Plan& plan, ValueId id) {
  const Type element = element_type(&context, graph.value(id).type.element);
  const auto& buffer = plan.buffers[id.index()];
  return MemRefType::get(buffer ? buffer->full_shape() : graph.value(id).type.shape, element);
}

/// Writes the declarations of all memory, the layers and `network`, which calls them.
class ModuleEmitter {
 public:
  ModuleEmitter(MLIRContext& context, const network::Graph& graph, const Plan& plan, const MemoryPlan& memory,
                const Machine& machine, const std::string& file)
      : context_(context), b_(&context), graph_(graph), plan_(plan), memory_(memory), machine_(machine), file_(file) {}

  OwningOpRef<ModuleOp> run(std::vector<HostCall>& host_calls) {
    OwningOpRef<ModuleOp> module = ModuleOp::create(location(0));
    b_.setInsertionPointToEnd(module->getBody());
    declare_arena();
    declare_session(b_, location(0));
    std::vector<std::vector<ValueId>> parameters;
    for (const Layer& layer : plan_.layers) {
      parameters.emplace_back();
      if (!layer.view) parameters.back() = emit_layer(layer, host_calls);
    }
    emit_network(parameters);
    return module;
  }

 private:
  Location location(std::size_t line) {
    return FileLineColLoc::get(StringAttr::get(&context_, file_), static_cast<unsigned>(line), 1);
  }
  /// The memory of all values between layers.
  void declare_arena() {
    const MemRefType type = arena_type();
    const auto shaped = RankedTensorType::get(type.getShape(), type.getElementType());
    b_.create<memref::GlobalOp>(location(0), kArena, b_.getStringAttr("private"), type, b_.getZeroAttr(shaped), false,
                                b_.getI64IntegerAttr(kArenaAlignment));
  }
  MemRefType arena_type() { return MemRefType::get({std::max<std::int64_t>(memory_.peak, 1)}, b_.getI8Type()); }

  func::FuncOp declare_function(const std::string& name, const SmallVector<Type>& types, Location loc, bool is_public) {
    auto function = b_.create<func::FuncOp>(loc, name, b_.getFunctionType(types, {}));
    if (!is_public) function.setPrivate();
    for (unsigned k = 0; k < types.size(); ++k) function.setArgAttr(k, "llvm.noalias", b_.getUnitAttr());
    return function;
  }

  std::vector<ValueId> emit_layer(const Layer& layer, std::vector<HostCall>& host_calls) {
    const Location loc = location(layer.nodes.back().index() + 1);
    LayerEmitter emitter(b_, graph_, plan_, layer, machine_, loc);
    SmallVector<Type> types;
    for (const ValueId id : emitter.parameters()) types.push_back(memory_type(context_, graph_, plan_, id));
    const OpBuilder::InsertionGuard guard(b_);
    auto function = declare_function(layer.name, types, loc, false);
    Block* block = function.addEntryBlock();
    b_.setInsertionPointToStart(block);
    if (!emitter.emit(block->getArguments())) {
      while (!block->empty()) block->back().erase();
      b_.setInsertionPointToStart(block);
      emit_host_call(b_, loc, graph_, plan_, layer, block->getArguments());
      host_calls.push_back({layer.name, layer.nodes});
    }
    b_.create<func::ReturnOp>(loc);
    return emitter.parameters();
  }

  void emit_network(const std::vector<std::vector<ValueId>>& parameters) {
    std::vector<ValueId> ports = graph_.inputs;
    ports.insert(ports.end(), graph_.outputs.begin(), graph_.outputs.end());
    SmallVector<Type> types;
    for (const ValueId id : ports) types.push_back(memory_type(context_, graph_, plan_, id));
    auto function = declare_function("network", types, location(0), true);
    Block* block = function.addEntryBlock();
    b_.setInsertionPointToStart(block);
    for (std::size_t k = 0; k < plan_.layers.size(); ++k) {
      const Layer& layer = plan_.layers[k];
      const Location loc = location(layer.nodes.back().index() + 1);
      SmallVector<Value> arguments;
      for (const ValueId id : parameters[k]) {
        const auto port = std::find(ports.begin(), ports.end(), id);
        arguments.push_back(port != ports.end() ? block->getArgument(static_cast<unsigned>(port - ports.begin()))
                                                : view(loc, place(loc, id)));
      }
      std::vector<Place> results;
      for (const ValueId id : graph_.node(layer.nodes.back()).outputs)
        if (memory_.offsets[id.index()]) results.push_back(place(loc, id));
      for (const Place& result : results) emit_value_call(b_, loc, result, false);
      if (!layer.view) {
        for (const Place& result : results) {
          const Buffer& buffer = *plan_.buffers[result.id.index()];
          emit_fill(b_, loc, result, border_pieces(buffer), buffer.border);
        }
        b_.create<func::CallOp>(loc, layer.name, TypeRange{}, arguments);
      }
      for (const Place& result : results) emit_value_call(b_, loc, result, true);
    }
    for (const ValueId id : graph_.outputs) copy_result(id, ports, *block);
    b_.create<func::ReturnOp>(location(0));
  }

  /// The value's part of the arena.
  Place place(Location loc, ValueId id) {
    return {id, b_.create<memref::GetGlobalOp>(loc, arena_type(), kArena), *memory_.offsets[id.index()],
            memory_type(context_, graph_, plan_, id)};
  }
  Value view(Location loc, const Place& at) {
    const Value start = b_.create<arith::ConstantIndexOp>(loc, at.start);
    return b_.create<memref::ViewOp>(loc, at.type, at.arena, start, ValueRange{});
  }

  /// A result of the network that no layer computes: a constant, or one of its inputs.
  void copy_result(ValueId id, const std::vector<ValueId>& ports, Block& block) {
    const Location loc = location(0);
    const auto& constant = graph_.value(id).constant;
    const auto input = std::find(graph_.inputs.begin(), graph_.inputs.end(), id);
    if (!constant && input == graph_.inputs.end()) return;
    Value source;
    if (constant) {
      const MemRefType type = memory_type(context_, graph_, plan_, id);
      const ArrayRef<char> bytes(reinterpret_cast<const char*>(constant->data.data()), constant->data.size());
      const auto shaped = RankedTensorType::get(type.getShape(), type.getElementType());
      const Value values = b_.create<arith::ConstantOp>(loc, DenseElementsAttr::getFromRawBuffer(shaped, bytes));
      source = b_.create<bufferization::ToMemrefOp>(loc, type, values);
    } else {
      source = block.getArgument(static_cast<unsigned>(input - graph_.inputs.begin()));
    }
    for (std::size_t k = graph_.inputs.size(); k < ports.size(); ++k)
      if (ports[k] == id) b_.create<memref::CopyOp>(loc, source, block.getArgument(static_cast<unsigned>(k)));
  }

  MLIRContext& context_;
  OpBuilder b_;
  const network::Graph& graph_;
  const Plan& plan_;
  const MemoryPlan& memory_;
  const Machine& machine_;
  const std::string& file_;
};

}  // namespace

OwningOpRef<ModuleOp> emit_module(MLIRContext& context, const network::Graph& graph, const Plan& plan,
                                  const MemoryPlan& memory, const Machine& machine, const std::string& file,
                                  std::vector<HostCall>& host_calls) {
  return ModuleEmitter(context, graph, plan, memory, machine, file).run(host_calls);
}

}  // namespace heddle::lowering
