#include "runtime/session/host_cost.h"

#include <algorithm>
#include <cmath>

#include "compiler/network/kinds.h"

namespace heddle::session {
namespace {

bool is_function(const network::Operator& op) {
  return network::is_one_of<network::Unary, network::Softmax, network::LayerNormalization>(op);
}

double cycles_of(const network::Graph& graph, const network::Node& node, const arch::HostCore& core) {
  if (std::holds_alternative<network::Reshape>(node.op)) return 0;
  const std::int64_t macs = network::macs(graph, node);
  if (macs > 0) return static_cast<double>(macs) * core.cycles_per_mac;
  std::int64_t elements = 0;
  for (const network::ValueId id : node.outputs) elements = std::max(elements, graph.value(id).type.elements());
  if (!node.inputs.empty() && node.inputs[0].valid())
    elements = std::max(elements, graph.value(node.inputs[0]).type.elements());
  return static_cast<double>(elements) * (is_function(node.op) ? core.cycles_per_function : core.cycles_per_element);
}

}  // namespace

std::uint64_t host_cycles(const network::Graph& graph, const std::vector<network::NodeId>& nodes,
                          const arch::System& system) {
  double cycles = 0;
  for (const network::NodeId id : nodes) cycles += cycles_of(graph, graph.node(id), system.host);
  return static_cast<std::uint64_t>(std::ceil(cycles / system.host.mhz * system.array_mhz));
}

std::uint64_t fill_cycles(std::int64_t bytes, const arch::System& system) {
  const auto words = static_cast<double>((bytes + 3) / 4);
  return static_cast<std::uint64_t>(
      std::ceil(words * system.host.cycles_per_element / system.host.mhz * system.array_mhz));
}

}  // namespace heddle::session
