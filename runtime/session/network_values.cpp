#include "runtime/session/network_values.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "compiler/lowering/plan.h"
#include "compiler/network/strided.h"
#include "compiler/tensor/elements.h"
#include "runtime/session/network_module.h"

namespace heddle::session {
namespace {

using network::Extents;
using network::ValueId;
using tensor::Tensor;

/// What the program left of a value.
struct Memory {
  const std::vector<std::uint8_t>* bytes = nullptr;
  lowering::Buffer buffer;
};

Extents index_of(std::int64_t element, const Extents& shape) {
  Extents index(shape.size(), 0);
  for (std::size_t axis = shape.size(); axis-- > 0; element /= shape[axis]) index[axis] = element % shape[axis];
  return index;
}

std::string place_of(const Extents& index) {
  if (index.size() == 4)
    return fmt::format("example {}, channel {}, row {}, column {}", index[0], index[1], index[2], index[3]);
  return fmt::format("element ({})", fmt::join(index, ", "));
}

std::string shown(tensor::Type type, const std::uint8_t* bytes) {
  std::string text;
  tensor::dispatch(type, [&]<class T>(T) {
    T value;
    std::memcpy(&value, bytes, sizeof(T));
    if constexpr (sizeof(T) == 1)
      text = std::to_string(static_cast<int>(value));
    else
      text = fmt::format("{}", value);
  });
  return text;
}

std::optional<LayerDifference> compare(const Tensor& expected, const Memory& memory, const std::string& layer) {
  const std::int64_t bytes = tensor::bytes_of(expected.type);
  const Extents in_memory = memory.buffer.strides();
  Extents strides;  // by axis of the graph's value
  std::int64_t start = 0;
  for (std::size_t axis = 0; axis < expected.shape.size(); ++axis) {
    const std::size_t position = memory.buffer.position(axis);
    strides.push_back(in_memory[position]);
    start += memory.buffer.border_begin[position] * in_memory[position];
  }
  const std::int64_t length = expected.shape.empty() ? 1 : expected.shape.back();
  const std::int64_t step = strides.empty() ? 0 : strides.back();
  std::optional<LayerDifference> first;
  network::for_each_row<1>(expected.shape, {strides}, [&](std::int64_t row, const auto& offsets) {
    for (std::int64_t k = 0; k < length; ++k) {
      const std::int64_t offset = (start + offsets[0] + k * step) * bytes;
      const std::uint8_t* want = expected.data.data() + (row + k) * bytes;
      const std::uint8_t* got = memory.bytes->data() + offset;
      const bool inside = offset + bytes <= static_cast<std::int64_t>(memory.bytes->size());
      if (inside && std::memcmp(want, got, static_cast<std::size_t>(bytes)) == 0) continue;
      if (!first)
        first = {layer, place_of(index_of(row + k, expected.shape)), shown(expected.type, want),
                 inside ? shown(expected.type, got) : "nothing", 0};
      ++first->elements;
    }
  });
  return first;
}

/// Where the program keeps values: globals between layers, arguments for the network's own results.
class Memories {
 public:
  Memories(const network::Graph& golden, lowering::Plan plan, const RunOutcome& outcome)
      : golden_(golden), plan_(std::move(plan)), outcome_(outcome) {}

  [[nodiscard]] const std::vector<lowering::Layer>& layers() const { return plan_.layers; }

  [[nodiscard]] std::optional<Memory> of(ValueId id) const {
    const auto output = std::ranges::find(golden_.outputs, id);
    const auto& buffer = plan_.buffers[id.index()];
    if (output != golden_.outputs.end()) {
      const std::size_t k = golden_.inputs.size() + static_cast<std::size_t>(output - golden_.outputs.begin());
      return Memory{&outcome_.arguments[k].buffer,
                    buffer ? *buffer : lowering::plain_buffer(golden_.value(id).type.shape)};
    }
    const std::string name = lowering::memory_name(id);
    const auto global = std::ranges::find(outcome_.globals, name, [](const auto& each) { return each.first; });
    if (!buffer || global == outcome_.globals.end()) return {};
    return Memory{&global->second, *buffer};
  }

 private:
  const network::Graph& golden_;
  lowering::Plan plan_;
  const RunOutcome& outcome_;
};

}  // namespace

Result<std::optional<LayerDifference>> first_difference(const CompiledProgram& program, const network::Graph& golden,
                                                        const std::vector<Argument>& arguments,
                                                        const RunOutcome& outcome, const Context& context) {
  network::Tensors inputs;
  for (std::size_t k = 0; k < golden.inputs.size(); ++k) {
    const network::Value& value = golden.value(golden.inputs[k]);
    inputs[value.name] = {value.type.element, value.type.shape, arguments[k].buffer};
  }
  const Memories memories(golden, lowering::plan(golden, machine_of(program.cgra)), outcome);
  std::map<ValueId, std::string> results;  // of layers
  for (const lowering::Layer& layer : memories.layers())
    for (const ValueId id : golden.node(layer.nodes.back()).outputs) results[id] = layer.name;
  std::optional<LayerDifference> first;
  HEDDLE_ASSIGN(const network::Tensors ignored,
                network::evaluate(golden, inputs, context,
                                  [&](const network::Node& node, std::size_t output, const Tensor& result) {
                                    const auto layer = results.find(node.outputs[output]);
                                    if (first || layer == results.end()) return;
                                    const auto memory = memories.of(node.outputs[output]);
                                    if (memory) first = compare(result, *memory, layer->second);
                                  }));
  static_cast<void>(ignored);
  return first;
}

}  // namespace heddle::session
