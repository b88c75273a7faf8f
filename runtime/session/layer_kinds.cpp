#include "runtime/session/layer_kinds.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "compiler/lowering/plan.h"

namespace heddle::session {
namespace {

std::string window_text(const network::Window& window) {
  const bool steps = std::ranges::any_of(window.strides, [](std::int64_t stride) { return stride != 1; });
  const bool spread = std::ranges::any_of(window.dilations, [](std::int64_t dilation) { return dilation != 1; });
  return fmt::format(" {}{}{}{}", fmt::join(window.kernel, "x"),
                     steps ? fmt::format(" stride {}", fmt::join(window.strides, "x")) : "",
                     spread ? fmt::format(" dilation {}", fmt::join(window.dilations, "x")) : "",
                     network::is_padded(window) ? " padded" : "");
}

std::string operator_text(const network::Graph& graph, const network::Node& node) {
  const std::string name(network::name(node.op));
  if (const auto* conv = std::get_if<network::IntegerConv>(&node.op)) {
    const std::int64_t channels = graph.value(node.inputs[0]).type.shape[1];
    const char* groups = conv->groups == 1 ? "" : conv->groups == channels ? " depthwise" : " grouped";
    return name + window_text(conv->window) + groups;
  }
  if (const auto* sum = std::get_if<network::WindowSum>(&node.op)) return name + window_text(sum->window);
  if (const auto* pool = std::get_if<network::Pool>(&node.op)) return name + window_text(pool->window);
  return name;
}

/// Elements of the operands that are no constants of bias or scale: of the first two inputs.
std::string elements_text(const network::Graph& graph, const network::Node& node) {
  std::string text;
  for (std::size_t k = 0; k < node.inputs.size() && k < 2; ++k) {
    if (!node.inputs[k].valid()) continue;
    text += (k == 0 ? "" : " x ") + std::string(tensor::name(graph.value(node.inputs[k]).type.element));
  }
  return text;
}

}  // namespace

std::map<std::string, std::string> layer_kinds(const network::Graph& golden) {
  std::map<std::string, std::string> kinds;
  for (const lowering::Layer& layer : lowering::plan(golden).layers) {
    std::string text;
    for (const network::NodeId id : layer.nodes)
      text += (text.empty() ? "" : " + ") + operator_text(golden, golden.node(id));
    kinds[layer.name] = text + ", " + elements_text(golden, golden.node(layer.nodes.front()));
  }
  return kinds;
}

}  // namespace heddle::session
