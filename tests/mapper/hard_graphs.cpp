#include "tests/mapper/hard_graphs.h"

#include <algorithm>
#include <utility>

#include "compiler/base/check.h"
#include "compiler/base/random.h"
#include "compiler/dfg/legalize.h"
#include "tests/mapper/fixtures.h"

namespace heddle::mapper {
namespace {

using dfg::NodeId;
using dfg::Opcode;

class Builder {
 public:
  Builder(Random& random, int count) : random_(random), count_(count) {
    graph_.name = "hard";
    for (const char* name : {"x", "y", "z"}) {
      dfg::Array array;
      array.name = name;
      array.element_bytes = 4;
      array.bytes = 1024;
      graph_.arrays.push_back(std::move(array));
    }
  }

  dfg::Graph run() {
    hub_ = 3 + below(5);
    for (int n = 0; n < count_; ++n) add(n);
    const int recurrences = 1 + below(3);
    for (int k = 0; k < recurrences; ++k) close_cycle();
    return std::move(graph_);
  }

 private:
  int below(int n) { return static_cast<int>(random_.below(static_cast<std::uint64_t>(n))); }

  /// Mostly recent values, now and then the hub: a value of many uses.
  NodeId pick(int n) {
    if (below(5) == 0 && n > hub_) return NodeId(hub_);
    for (;;) {
      const int back = 1 + below(std::min(n, 9));
      if (graph_.nodes[static_cast<std::size_t>(n - back)].op != Opcode::kStore32) return NodeId(n - back);
    }
  }

  void add(int n) {
    dfg::Node node;
    node.name = "v" + std::to_string(n);
    node.operands[0] = dfg::Operand::of(dfg::Immediate::constant(n));
    node.operands[1] = dfg::Operand::of(dfg::Immediate::constant(1));
    const int kind = n == 0 ? 9 : below(10);
    if (kind < 2) {
      node.op = kind == 0 || n < 4 ? Opcode::kLoadS32 : Opcode::kStore32;
      node.array = dfg::ArrayId(below(3));
      node.operands[0] = dfg::Operand::of(pick(n));
      node.operands[1] = node.op == Opcode::kStore32 ? dfg::Operand::of(pick(n)) : dfg::Operand{};
    } else {
      node.op = kind < 4 ? Opcode::kMul : kind < 6 ? Opcode::kSub : Opcode::kAdd;
      if (n > 0) node.operands[0] = dfg::Operand::of(pick(n));
      if (n > 1 && below(3) > 0) node.operands[1] = dfg::Operand::of(pick(n));
    }
    graph_.add(node);
  }

  /// The value of a node goes to one some steps before it, an iteration later.
  void close_cycle() {
    for (int tries = 0; tries < 40; ++tries) {
      const int to = 1 + below(count_ - 4);
      const int from = std::min(count_ - 1, to + 1 + below(6));
      auto& node = graph_.nodes[static_cast<std::size_t>(to)];
      if (graph_.nodes[static_cast<std::size_t>(from)].op == Opcode::kStore32 || dfg::is_memory(node.op)) continue;
      if (node.operands[1].is_node()) continue;
      node.operands[1] = dfg::Operand::of(NodeId(from), 1, dfg::Immediate::constant(0));
      return;
    }
  }

  Random& random_;
  int count_;
  int hub_ = 0;
  dfg::Graph graph_;
};

}  // namespace

HardCase hard_case(std::uint64_t seed) {
  static const std::pair<const char*, fixtures::ArrayShape> kArrays[] = {
      {"mesh", {.hop_limit = 1, .registers = 4}},
      {"hycube", {.hop_limit = 3, .registers = 2}},
      {"one_reg", {.hop_limit = 1, .registers = 1}},
      {"no_reg", {.hop_limit = 1, .registers = 0}},
  };
  const auto& [kind, shape] = kArrays[seed % 4];
  Random random(seed * 7919 + 17);
  const int count = 20 + static_cast<int>(random.below(41));
  auto legal = dfg::legalize(Builder(random, count).run(), 2);
  HEDDLE_CHECK(legal.has_value(), legal ? "" : to_string(legal.error()));
  return {kind, *legal, fixtures::mesh(shape)};
}

}  // namespace heddle::mapper
