#include "tests/mapper/fixtures.h"

#include <algorithm>

#include "compiler/base/check.h"

namespace heddle::mapper::fixtures {
namespace {

using dfg::NodeId;
using dfg::Opcode;
using dfg::Operand;

arch::PeClass pe_class(const ArrayShape& shape, bool memory, bool multiplier) {
  arch::PeClass kind;
  kind.name = std::string(memory ? "memory" : "compute") + (multiplier ? "_mul" : "");
  for (const auto op : {Opcode::kMov, Opcode::kAdd, Opcode::kSub, Opcode::kXor, Opcode::kSelect, Opcode::kSlt})
    kind.operations[op] = {1, 1};
  if (multiplier) kind.operations[Opcode::kMul] = {2, 1};
  if (shape.divide_interval > 0) kind.operations[Opcode::kSdiv] = {shape.divide_interval, shape.divide_interval};
  if (memory) {
    kind.operations[Opcode::kLoadS32] = {shape.load_latency, 1};
    kind.operations[Opcode::kStore32] = {1, 1};
  }
  kind.memory = memory;
  kind.registers = shape.registers;
  kind.live_outs = shape.live_outs;
  kind.constants = 4;
  return kind;
}

void link_neighbours(arch::Cgra& cgra) {
  const auto connect = [&](int row, int column, int to_row, int to_column, const char* name) {
    if (to_row < 0 || to_row >= cgra.rows || to_column < 0 || to_column >= cgra.columns) return;
    cgra.links.push_back(
        {arch::PeId(row * cgra.columns + column), arch::PeId(to_row * cgra.columns + to_column), name, false});
  };
  for (int r = 0; r < cgra.rows; ++r)
    for (int c = 0; c < cgra.columns; ++c) {
      connect(r, c, r - 1, c, "N");
      connect(r, c, r, c + 1, "E");
      connect(r, c, r + 1, c, "S");
      connect(r, c, r, c - 1, "W");
    }
}

}  // namespace

arch::Cgra mesh(const ArrayShape& shape) {
  arch::Cgra cgra;
  cgra.name = "mesh";
  cgra.rows = shape.rows;
  cgra.columns = shape.columns;
  cgra.config_depth = shape.config_depth;
  cgra.max_stages = 64;
  for (const bool memory : {false, true})
    for (const bool multiplier : {false, true}) cgra.classes.push_back(pe_class(shape, memory, multiplier));
  for (int r = 0; r < shape.rows; ++r)
    for (int c = 0; c < shape.columns; ++c)
      cgra.pes.push_back({r, c, (c < shape.memory_columns ? 2 : 0) + (c < shape.multiplier_columns ? 1 : 0)});
  std::vector<bool> used(cgra.classes.size(), false);
  for (const auto& pe : cgra.pes) used[static_cast<std::size_t>(pe.pe_class)] = true;
  for (std::size_t k = cgra.classes.size(); k-- > 0;) {
    if (used[k]) continue;
    cgra.classes.erase(cgra.classes.begin() + static_cast<std::ptrdiff_t>(k));
    for (auto& pe : cgra.pes)
      if (std::cmp_greater(pe.pe_class, k)) --pe.pe_class;
  }
  link_neighbours(cgra);
  cgra.bypass.hop_limit = shape.hop_limit;
  const auto status = arch::finish(cgra);
  HEDDLE_CHECK(status.has_value(), status ? "" : to_string(status.error()));
  return cgra;
}

dfg::Node node(Opcode op, const std::vector<NodeId>& operands, const std::string& name) {
  dfg::Node made;
  made.op = op;
  made.name = name;
  for (std::size_t k = 0; k < operands.size(); ++k) made.operands[k] = Operand::of(operands[k]);
  return made;
}

dfg::Graph dot_product() {
  dfg::Graph graph;
  graph.name = "dot_product";
  graph.arrays = {{"x", 4, 256, true, false}, {"y", 4, 256, false, true}};
  graph.live_outs = {{"sum"}};
  auto index = node(Opcode::kAdd, {}, "index");
  index.operands[0] = Operand::of(NodeId(0), 1, dfg::Immediate::constant(-1));
  index.operands[1] = Operand::of(dfg::Immediate::constant(1));
  const auto i = graph.add(index);
  auto load = node(Opcode::kLoadS32, {i}, "x[i]");
  load.array = dfg::ArrayId(0);
  load.shift = 2;
  const auto x = graph.add(load);
  auto scaled = node(Opcode::kMul, {x}, "scaled");
  scaled.operands[1] = Operand::of(dfg::Immediate::constant(3));
  const auto product = graph.add(scaled);
  auto sum = node(Opcode::kAdd, {product}, "sum");
  sum.operands[1] = Operand::of(NodeId(3), 1, dfg::Immediate::constant(0));
  sum.live_out = 0;
  const auto total = graph.add(sum);
  auto store = node(Opcode::kStore32, {i, total}, "y[i]");
  store.array = dfg::ArrayId(1);
  store.shift = 2;
  graph.add(store);
  return graph;
}

dfg::Graph random_graph(Random& random, int count) {
  dfg::Graph graph;
  graph.name = "random";
  graph.arrays = {{"in", 4, 4096, true, false}, {"out", 4, 4096, false, true}, {"both", 4, {}, true, true}};
  std::vector<NodeId> values;  // of earlier nodes
  const auto operand = [&](int self) {
    if (values.empty() || random.below(6) == 0) return Operand::of(dfg::Immediate::constant(random.between(-9, 9)));
    if (random.below(8) == 0) {
      // A value of the iteration before: of any node, this one included.
      const bool own = random.below(2) == 0;
      const auto from = own ? NodeId(self) : values[random.below(values.size())];
      return Operand::of(from, 1, dfg::Immediate::constant(0));
    }
    const auto recent = std::min<std::size_t>(values.size(), 8);
    return Operand::of(values[values.size() - 1 - random.below(recent)]);
  };
  static constexpr Opcode kMix[] = {Opcode::kAdd, Opcode::kSub,    Opcode::kXor,     Opcode::kMul,
                                    Opcode::kAdd, Opcode::kSelect, Opcode::kLoadS32, Opcode::kStore32};
  for (int n = 0; n < count; ++n) {
    dfg::Node made;
    made.op = kMix[random.below(std::size(kMix))];
    made.name = "n" + std::to_string(n);
    const bool store = dfg::is_store(made.op);
    const int ports = dfg::is_load(made.op) ? 1 : made.op == Opcode::kSelect ? 3 : 2;
    for (int k = 0; k < ports; ++k) {
      auto one = operand(store ? -1 : n);
      if (store && one.is_node() && one.node.value < 0) one = Operand::of(dfg::Immediate::constant(1));
      made.operands[static_cast<std::size_t>(k)] = one;
    }
    if (dfg::is_memory(made.op)) {
      // Memory operations have one constant field left for their operands: the base takes the first.
      made.array = dfg::ArrayId(store ? 1 : static_cast<std::int64_t>(random.below(2)) * 2);
      made.operands[0] = values.empty() ? Operand::of(dfg::Immediate::constant(0)) : Operand::of(values.back());
    }
    if (!store) values.emplace_back(n);
    graph.nodes.push_back(made);
  }
  return graph;
}

dfg::Graph shuffled(const dfg::Graph& graph, Random& random, std::vector<int>& moved) {
  const int count = static_cast<int>(graph.nodes.size());
  moved.assign(graph.nodes.size(), -1);
  dfg::Graph out = graph;
  for (int next = 0; next < count; ++next) {
    std::vector<int> ready;
    for (int n = 0; n < count; ++n) {
      bool free = moved[static_cast<std::size_t>(n)] < 0;
      for (const auto& operand : graph.nodes[static_cast<std::size_t>(n)].operands)
        if (operand.is_node() && operand.distance == 0 && moved[operand.node.index()] < 0) free = false;
      if (free) ready.push_back(n);
    }
    const int chosen = ready[random.below(ready.size())];
    moved[static_cast<std::size_t>(chosen)] = next;
  }
  for (int n = 0; n < count; ++n) {
    auto node = graph.nodes[static_cast<std::size_t>(n)];
    for (auto& operand : node.operands)
      if (operand.is_node()) operand.node = NodeId(moved[operand.node.index()]);
    node.name = "renamed" + std::to_string(n);
    out.nodes[static_cast<std::size_t>(moved[static_cast<std::size_t>(n)])] = node;
  }
  for (auto& edge : out.order) edge = {NodeId(moved[edge.from.index()]), NodeId(moved[edge.to.index()]), edge.distance};
  return out;
}

}  // namespace heddle::mapper::fixtures
