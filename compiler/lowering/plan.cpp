#include "compiler/lowering/plan.h"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <set>

#include "compiler/lowering/code_ranges.h"
#include "compiler/network/kinds.h"

namespace heddle::lowering {
namespace {

using network::Extents;
using network::Graph;
using network::is_one_of;
using network::Node;
using network::NodeId;
using network::ValueId;

bool slides(const network::Operator& op) {
  return is_one_of<network::IntegerConv, network::WindowSum, network::Pool>(op);
}

bool is_elementwise(const network::Operator& op) {
  return is_one_of<network::Requantize, network::IntegerAdd, network::IntegerMultiply, network::Lookup,
                   network::Quantize, network::Dequantize>(op);
}

/// Values that have to lie alike: those that elementwise operators connect.
class Layouts {
 public:
  explicit Layouts(const Graph& graph) : parent_(graph.values.size()), last_(graph.values.size(), false) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
    for (const Node& node : graph.nodes) {
      const ValueId first = node.outputs[0];
      if (is_elementwise(node.op))
        for (const ValueId id : node.inputs)
          if (id.valid() && graph.value(id).type.shape == graph.value(first).type.shape) join(id, first);
    }
    for (const Node& node : graph.nodes) {
      if (!slides(node.op)) continue;
      last_[root(node.inputs[0].index())] = true;
      last_[root(node.outputs[0].index())] = true;
    }
  }
  [[nodiscard]] bool channels_last(ValueId id) { return last_[root(id.index())]; }

 private:
  std::size_t root(std::size_t id) { return parent_[id] == id ? id : parent_[id] = root(parent_[id]); }
  void join(ValueId a, ValueId b) { parent_[root(a.index())] = root(b.index()); }

  std::vector<std::size_t> parent_;
  std::vector<bool> last_;
};

std::string identifier(const std::string& name, std::set<std::string>& taken) {
  std::string base;
  for (const char c : name)
    base += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : (base.empty() || base.back() == '_') ? '\0' : '_';
  std::erase(base, '\0');
  if (base.empty() || std::isdigit(static_cast<unsigned char>(base.front())) != 0) base = "layer" + base;
  std::string result = base;
  for (int k = 2; !taken.insert(result).second; ++k) result = base + "_" + std::to_string(k);
  return result;
}

std::vector<Layer> layers_of(const Graph& graph) {
  const auto readers = network::consumers(graph);
  std::vector<Layer> layers;
  std::set<std::string> taken{"network", "main"};
  std::vector<bool> done(graph.nodes.size(), false);
  const auto is_output = [&](ValueId id) {
    return std::find(graph.outputs.begin(), graph.outputs.end(), id) != graph.outputs.end();
  };
  for (std::size_t k = 0; k < graph.nodes.size(); ++k) {
    if (done[k]) continue;
    Layer layer{{}, {NodeId(static_cast<std::int64_t>(k))}, false};
    const Node& node = graph.nodes[k];
    const ValueId result = node.outputs[0];
    if (is_one_of<network::IntegerConv, network::IntegerMatMul, network::WindowSum>(node.op) && !is_output(result) &&
        readers[result.index()].size() == 1) {
      const NodeId reader = readers[result.index()][0];
      // A Dequantize stays on the host where an array has no floats; it must not take the sums there.
      if (is_one_of<network::Requantize>(graph.node(reader).op)) {
        layer.nodes.push_back(reader);
        done[reader.index()] = true;
      }
    }
    layer.name = identifier(graph.node(layer.nodes.back()).name, taken);
    layers.push_back(std::move(layer));
  }
  return layers;
}

Buffer buffer_of(const Extents& shape, bool channels_last) {
  Buffer buffer;
  buffer.channels_last = channels_last && shape.size() >= 3;
  buffer.shape = shape;
  if (buffer.channels_last) std::rotate(buffer.shape.begin() + 1, buffer.shape.begin() + 2, buffer.shape.end());
  buffer.border_begin.assign(shape.size(), 0);
  buffer.border_end.assign(shape.size(), 0);
  return buffer;
}

/// What a maximum pads with.
std::int64_t least_code(tensor::Type type) { return type == tensor::Type::kInt8 ? -128 : 0; }

/// The border that a window over the buffer needs, and what it holds.
void widen(Buffer& buffer, const network::Window& window, std::int64_t border) {
  buffer.border = border;
  for (std::size_t axis = 0; axis < window.kernel.size(); ++axis) {
    buffer.border_begin[axis + 1] = std::max(buffer.border_begin[axis + 1], window.pads_begin[axis]);
    buffer.border_end[axis + 1] = std::max(buffer.border_end[axis + 1], window.pads_end[axis]);
  }
}

/// How many codes a convolution over all channels takes at once: values need channels up to a whole word. One channel
/// gains nothing by that, and depthwise convolutions step from column to column by the channels that there are.
std::vector<std::int64_t> codes_at_once(const Graph& graph, const Plan& plan, const Machine& machine) {
  std::vector<std::int64_t> lanes(graph.values.size(), 1);
  std::vector<bool> narrow(graph.values.size(), false);
  const auto& layers = plan.layers;
  for (const Layer& layer : layers) {
    const Node& node = graph.node(layer.nodes.front());
    const auto* op = std::get_if<network::IntegerConv>(&node.op);
    if (op == nullptr) continue;
    const network::Value& x = graph.value(node.inputs[0]);
    const std::int64_t channels = x.type.shape[1];
    std::int64_t& at_once = lanes[node.inputs[0].index()];
    if (machine.packed && channels > 1) at_once = std::max<std::int64_t>(at_once, 4);
    // Words of eight codes are no fewer than words of four where there are at most four channels.
    if (machine.nibbles && channels > 4 && fit_nibbles(x.type.element, plan.codes[node.inputs[0].index()])) at_once = 8;
    if (op->groups > 1)
      narrow[node.inputs[0].index()] = narrow[graph.node(layer.nodes.back()).outputs[0].index()] = true;
  }
  for (std::size_t k = 0; k < lanes.size(); ++k)
    if (narrow[k]) lanes[k] = 1;
  return lanes;
}

/// Rows of one channel up to a whole word, and far enough that groups of columns that begin with words read no further.
void widen_rows(Buffer& buffer, const network::Window& window, std::int64_t columns) {
  constexpr std::int64_t kLanes = 4;
  const std::size_t axis = window.kernel.size();
  const std::int64_t step = window.strides[axis - 1];
  const std::int64_t group = kLanes / std::gcd(step, kLanes);
  if (columns % group != 0) return;
  const std::int64_t before = buffer.border_begin[axis] - window.pads_begin[axis - 1];
  const std::int64_t run = ceil_div((group - 1) * step + window.kernel[axis - 1], kLanes) * kLanes;
  const std::int64_t row = std::max(buffer.full_shape()[axis], before + (columns - group) * step + run);
  buffer.border_end[axis] += ceil_div(row, kLanes) * kLanes - buffer.full_shape()[axis];
}

bool has_border(const Buffer& buffer) {
  const auto some = [](std::int64_t width) { return width != 0; };
  return std::ranges::any_of(buffer.border_begin, some) || std::ranges::any_of(buffer.border_end, some);
}

/// Whether memory holds the elements in the graph's order, one beside the other.
bool is_dense(const Buffer& buffer) {
  const auto one = [](std::int64_t extent) { return extent == 1; };
  return !has_border(buffer) && (!buffer.channels_last || buffer.shape.back() == 1 ||
                                 std::all_of(buffer.shape.begin() + 1, buffer.shape.end() - 1, one));
}

/// Reshapes between layers, of memory that need not be touched.
bool is_view(const Graph& graph, const Layer& layer, const std::vector<std::optional<Buffer>>& buffers) {
  const Node& node = graph.node(layer.nodes.front());
  if (layer.nodes.size() > 1 || !is_one_of<network::Reshape>(node.op)) return false;
  for (const ValueId id : {node.inputs[0], node.outputs[0]}) {
    const bool is_port = std::ranges::count(graph.inputs, id) + std::ranges::count(graph.outputs, id) > 0;
    if (is_port || !buffers[id.index()] || !is_dense(*buffers[id.index()])) return false;
  }
  return true;
}

}  // namespace

Extents Buffer::full_shape() const {
  Extents full = shape;
  for (std::size_t axis = 0; axis < full.size(); ++axis) full[axis] += border_begin[axis] + border_end[axis];
  return full;
}

Extents Buffer::strides() const {
  const Extents full = full_shape();
  Extents result(full.size(), 1);
  for (std::size_t axis = full.size(); axis-- > 1;) result[axis - 1] = result[axis] * full[axis];
  return result;
}

std::size_t Buffer::position(std::size_t axis) const {
  if (!channels_last || axis == 0) return axis;
  return axis == 1 ? shape.size() - 1 : axis - 1;
}

std::vector<ValueId> operands_of(const Graph& graph, const std::vector<NodeId>& nodes) {
  std::vector<ValueId> operands;
  std::vector<ValueId> made;
  const auto is_in = [](const std::vector<ValueId>& list, ValueId id) {
    return std::find(list.begin(), list.end(), id) != list.end();
  };
  for (const NodeId node : nodes) {
    for (const ValueId id : graph.node(node).inputs)
      if (id.valid() && !graph.value(id).constant && !is_in(made, id) && !is_in(operands, id)) operands.push_back(id);
    for (const ValueId id : graph.node(node).outputs) made.push_back(id);
  }
  const std::vector<ValueId>& results = graph.node(nodes.back()).outputs;
  operands.insert(operands.end(), results.begin(), results.end());
  return operands;
}

std::string memory_name(network::ValueId id) { return "value_" + std::to_string(id.index()); }

Buffer plain_buffer(const Extents& shape) { return buffer_of(shape, false); }

Plan plan(const Graph& graph, const Machine& machine) {
  Plan result{layers_of(graph), std::vector<std::optional<Buffer>>(graph.values.size()), code_ranges(graph)};
  Layouts layouts(graph);
  const auto place = [&](ValueId id, bool may_choose) {
    result.buffers[id.index()] = buffer_of(graph.value(id).type.shape, may_choose && layouts.channels_last(id));
  };
  for (const ValueId id : graph.inputs) place(id, false);
  for (const Layer& layer : result.layers)
    for (const ValueId id : graph.node(layer.nodes.back()).outputs) place(id, true);
  for (const ValueId id : graph.outputs) place(id, false);
  for (const Node& node : graph.nodes) {
    auto& buffer = result.buffers[node.inputs[0].index()];
    if (!buffer || !buffer->channels_last) continue;
    if (const auto* op = std::get_if<network::IntegerConv>(&node.op)) widen(*buffer, op->window, op->x_zero);
    if (const auto* op = std::get_if<network::WindowSum>(&node.op)) widen(*buffer, op->window, op->x_zero);
    if (const auto* op = std::get_if<network::Pool>(&node.op))
      widen(*buffer, op->window, least_code(graph.value(node.inputs[0]).type.element));
  }
  const std::vector<std::int64_t> lanes = codes_at_once(graph, result, machine);
  for (std::size_t k = 0; k < lanes.size(); ++k) {
    auto& buffer = result.buffers[k];
    if (buffer && buffer->channels_last)
      buffer->border_end.back() = ceil_div(buffer->shape.back(), lanes[k]) * lanes[k] - buffer->shape.back();
  }
  for (const Node& node : graph.nodes) {
    const auto* op = std::get_if<network::IntegerConv>(&node.op);
    auto& buffer = result.buffers[node.inputs[0].index()];
    if (machine.packed && op != nullptr && buffer && buffer->channels_last && buffer->full_shape().back() == 1)
      widen_rows(*buffer, op->window, graph.value(node.outputs[0]).type.shape.back());
  }
  for (Layer& layer : result.layers) layer.view = is_view(graph, layer, result.buffers);
  return result;
}

}  // namespace heddle::lowering
