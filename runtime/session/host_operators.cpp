#include "runtime/session/host_operators.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "compiler/base/check.h"
#include "compiler/lowering/plan.h"
#include "compiler/network/evaluate.h"
#include "compiler/network/strided.h"
#include "compiler/tensor/elements.h"

namespace heddle::session {
namespace {

using network::Extents;
using network::ValueId;
using tensor::Tensor;

/// Memory of the program: the first element, and the distances between neighbours in bytes.
struct Place {
  char* data = nullptr;
  Extents strides;
};

/// Calls copy(place, tensor, bytes) for every piece that is contiguous in both.
template <class Copy>
void for_each_piece(const Place& place, Tensor& tensor, Copy copy) {
  const std::int64_t bytes = tensor::bytes_of(tensor.type);
  Extents dense = network::row_major(tensor.shape);
  for (std::int64_t& stride : dense) stride *= bytes;
  const auto size = static_cast<std::int64_t>(tensor.data.size());
  char* data = reinterpret_cast<char*>(tensor.data.data());
  if (size == 0) return;
  if (place.strides == dense) return copy(place.data, data, size);
  network::for_each_row<1>(tensor.shape, {place.strides}, [&](std::int64_t first, const auto& offsets) {
    char* memory = place.data + offsets[0];
    const std::int64_t step = place.strides.back();
    for (std::int64_t k = 0; k < tensor.shape.back(); ++k) copy(memory + k * step, data + (first + k) * bytes, bytes);
  });
}

/// Reads the words of a call in order.
class Words {
 public:
  explicit Words(const std::int64_t* words) : next_(words) {}
  std::int64_t take() { return *next_++; }
  Place place(const network::TensorType& type) {
    Place place{reinterpret_cast<char*>(static_cast<std::intptr_t>(take())), {}};
    for (std::size_t axis = 0; axis < type.shape.size(); ++axis)
      place.strides.push_back(take() * tensor::bytes_of(type.element));
    return place;
  }

 private:
  const std::int64_t* next_;
};

/// Values while the nodes of a call run.
class Values {
 public:
  explicit Values(const network::Graph& graph) : graph_(graph) {}

  void set(ValueId id, Tensor tensor) { made_[id] = std::move(tensor); }
  Tensor& get(ValueId id) { return made_.at(id); }
  Status run(const network::Node& node) {
    std::vector<const Tensor*> inputs;
    for (const ValueId id : node.inputs) {
      if (!id.valid()) {
        inputs.push_back(nullptr);
      } else {
        const auto& constant = graph_.value(id).constant;
        inputs.push_back(constant ? constant.get() : &made_.at(id));
      }
    }
    std::vector<network::TensorType> types;
    for (const ValueId id : node.outputs) types.push_back(graph_.value(id).type);
    auto results = network::evaluate(node.op, inputs, types);
    if (!results) {
      results.error().message = fmt::format("node '{}' ({}): {}", node.name, name(node.op), results.error().message);
      return fail(std::move(results).error());
    }
    for (std::size_t k = 0; k < results->size(); ++k) set(node.outputs[k], std::move((*results)[k]));
    return {};
  }

 private:
  const network::Graph& graph_;
  std::map<ValueId, Tensor> made_;
};

std::string reason_of(const network::IntegerGraph& network, const network::Node& node) {
  if (const auto* attention = std::get_if<network::Attention>(&node.op); attention != nullptr && attention->kernel)
    return attention->kernel->describe();
  for (const network::FloatRemainder& each : network.remainders)
    if (each.node == node.name) return "float: " + each.reason;
  const bool real = std::ranges::any_of(node.inputs, [&](ValueId id) {
    return id.valid() && network.graph.value(id).type.element == tensor::Type::kFloat32;
  });
  return real ? "its operands are float" : "no loops are made of this operator on these operands";
}

}  // namespace

std::vector<HostOperator> host_operators(const network::IntegerGraph& network,
                                         const std::vector<lowering::HostCall>& calls) {
  std::vector<HostOperator> operators;
  for (const lowering::HostCall& call : calls)
    for (const network::NodeId id : call.nodes) {
      const network::Node& node = network.graph.node(id);
      operators.push_back({call.layer, static_cast<std::int64_t>(id.index()), node.name,
                           std::string(network::name(node.op)), reason_of(network, node)});
    }
  return operators;
}

Json to_json(const std::vector<HostOperator>& operators) {
  Json list = Json::array();
  for (const HostOperator& each : operators)
    list.push_back({{"layer", each.layer},
                    {"number", each.number},
                    {"node", each.node},
                    {"operator", each.kind},
                    {"reason", each.reason}});
  return list;
}

Status check_operators(const Json& operators, const network::Graph& graph) {
  for (const Json& each : operators) {
    const auto number = each["number"].get<std::int64_t>();
    const bool known = number >= 0 && static_cast<std::size_t>(number) < graph.nodes.size() &&
                       graph.nodes[static_cast<std::size_t>(number)].name == each["node"];
    if (!known)
      return fail(ErrorCode::kBadInput,
                  fmt::format("the network's node {} is not '{}', which the program was compiled with", number,
                              each["node"].get<std::string>()),
                  {}, "compile again");
  }
  return {};
}

Status run_operators(const network::Graph& graph, const std::int64_t* call) {
  Words words(call);
  std::vector<network::NodeId> nodes;
  for (std::int64_t left = words.take(); left > 0; --left) nodes.emplace_back(words.take());
  for (const network::NodeId node : nodes)
    HEDDLE_CHECK(node.index() < graph.nodes.size(), "a call of an operator that the network does not have");
  Values values(graph);
  const std::vector<ValueId> operands = lowering::operands_of(graph, nodes);
  const std::size_t inputs = operands.size() - graph.node(nodes.back()).outputs.size();
  std::vector<Place> places;
  for (const ValueId id : operands) places.push_back(words.place(graph.value(id).type));
  for (std::size_t k = 0; k < inputs; ++k) {
    const network::TensorType& type = graph.value(operands[k]).type;
    Tensor tensor = tensor::make_tensor(type.element, type.shape);
    for_each_piece(places[k], tensor, [](const char* memory, char* data, std::int64_t bytes) {
      std::memcpy(data, memory, static_cast<std::size_t>(bytes));
    });
    values.set(operands[k], std::move(tensor));
  }
  for (const network::NodeId node : nodes) HEDDLE_TRY(values.run(graph.node(node)));
  for (std::size_t k = inputs; k < operands.size(); ++k)
    for_each_piece(places[k], values.get(operands[k]), [](char* memory, const char* data, std::int64_t bytes) {
      std::memcpy(memory, data, static_cast<std::size_t>(bytes));
    });
  return {};
}

}  // namespace heddle::session
