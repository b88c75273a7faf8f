#include "tests/mapper/small_graphs.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <set>
#include <string>

namespace heddle::mapper {
namespace {

/// Bit (from * 5 + to) of the edges of distance 0, and 25 further up of those of distance 1.
using Code = std::uint64_t;

Code bit(int from, int to, int distance) { return Code{1} << (distance * 25 + from * 5 + to); }
bool has(Code code, int from, int to, int distance) { return (code & bit(from, to, distance)) != 0; }

/// The smallest code of all numberings.
Code canonical(Code code, int nodes) {
  std::vector<int> order(static_cast<std::size_t>(nodes));
  std::iota(order.begin(), order.end(), 0);
  Code best = ~Code{0};
  do {
    Code renamed = 0;
    for (int d = 0; d < 2; ++d)
      for (int u = 0; u < nodes; ++u)
        for (int v = 0; v < nodes; ++v)
          if (has(code, u, v, d))
            renamed |= bit(order[static_cast<std::size_t>(u)], order[static_cast<std::size_t>(v)], d);
    best = std::min(best, renamed);
  } while (std::next_permutation(order.begin(), order.end()));
  return best;
}

bool connected(Code code, int nodes) {
  unsigned reached = 1;
  for (int round = 0; round < nodes; ++round)
    for (int u = 0; u < nodes; ++u)
      for (int v = 0; v < nodes; ++v)
        if (has(code, u, v, 0) && ((reached >> u | reached >> v) & 1U) != 0) reached |= 1U << u | 1U << v;
  return reached == (1U << nodes) - 1;
}

bool operands_fit(Code code, int nodes) {
  for (int v = 0; v < nodes; ++v) {
    int count = 0;
    for (int u = 0; u < nodes; ++u)
      count += static_cast<int>(has(code, u, v, 0)) + static_cast<int>(has(code, u, v, 1));
    if (count > 3) return false;
  }
  return true;
}

/// Edges run from lower to higher numbers here, which every DAG allows.
std::set<Code> dags(int nodes) {
  std::vector<Code> pairs;
  for (int u = 0; u < nodes; ++u)
    for (int v = u + 1; v < nodes; ++v) pairs.push_back(bit(u, v, 0));
  std::set<Code> found;
  for (unsigned set = 0; set < 1U << pairs.size(); ++set) {
    Code code = 0;
    for (std::size_t k = 0; k < pairs.size(); ++k)
      if ((set >> k & 1U) != 0) code |= pairs[k];
    if (connected(code, nodes) && operands_fit(code, nodes)) found.insert(canonical(code, nodes));
  }
  return found;
}

}  // namespace

std::vector<SmallGraph> small_graphs(int nodes, int carried) {
  std::set<Code> all = dags(nodes);
  std::set<Code> last = all;
  for (int k = 0; k < carried; ++k) {
    std::set<Code> more;
    for (const Code code : last)
      for (int u = 0; u < nodes; ++u)
        for (int v = 0; v < nodes; ++v)
          if (!has(code, u, v, 1) && operands_fit(code | bit(u, v, 1), nodes))
            more.insert(canonical(code | bit(u, v, 1), nodes));
    all.insert(more.begin(), more.end());
    last = std::move(more);
  }
  std::vector<SmallGraph> graphs;
  for (const Code code : all) {
    SmallGraph& graph = graphs.emplace_back();
    for (int d = 0; d < 2; ++d)
      for (int u = 0; u < nodes; ++u)
        for (int v = 0; v < nodes; ++v)
          if (has(code, u, v, d)) graph.push_back({u, v, d});
  }
  return graphs;
}

dfg::Graph build(const SmallGraph& edges, int nodes) {
  dfg::Graph graph;
  graph.name = "small";
  for (int v = 0; v < nodes; ++v) {
    dfg::Node node;
    node.name = "v" + std::to_string(v);
    std::size_t port = 0;
    for (const SmallEdge& e : edges) {
      if (e.to != v) continue;
      node.operands[port] = e.distance == 0
                                ? dfg::Operand::of(dfg::NodeId(e.from))
                                : dfg::Operand::of(dfg::NodeId(e.from), e.distance, dfg::Immediate::constant(0));
      ++port;
    }
    node.op = port == 3 ? dfg::Opcode::kSelect : dfg::Opcode::kAdd;
    for (; port < 2; ++port) node.operands[port] = dfg::Operand::of(dfg::Immediate::constant(1));
    graph.add(node);
  }
  return graph;
}

}  // namespace heddle::mapper
