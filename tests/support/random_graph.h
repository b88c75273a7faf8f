// Random dataflow graphs that are well formed, use memory safely, and can be launched: for tests of every room.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "compiler/base/random.h"
#include "compiler/dfg/graph.h"
#include "compiler/dfg/interpret.h"
#include "compiler/dfg/words.h"

namespace heddle::testing_support {

struct RandomGraphOptions {
  int nodes = 12;       ///< arithmetic operations, about (an index counter and index masks come on top)
  int memory_ops = 3;   ///< loads and stores; conflicting ones get order edges in both directions
  int recurrences = 2;  ///< operands that are redirected to an earlier iteration, with an initial value
  int max_distance = 3;
  int live_outs = 2;
  int extra_order_edges = 1;
  bool predicates = true;
  bool steps = false;   ///< about half of the memory operations have an address generator
  int loop_levels = 0;  ///< up to so many inner loops, whose edges operands, steps and accesses follow
  int word_bits = 32;
  /// Arithmetic to draw from; empty: all that the word allows but division and number formats.
  std::vector<dfg::Opcode> operations = {};
};

/// A graph with everything that its launch needs.
class RandomGraph {
 public:
  RandomGraph(std::uint64_t seed, const RandomGraphOptions& options) : random_(seed), options_(options) { build(); }

  [[nodiscard]] const dfg::Graph& graph() const { return graph_; }

  /// Arrays one after the other from address 0; live-ins random, often extreme.
  dfg::Launch launch(std::uint64_t trip_count) {
    dfg::Launch launch;
    launch.trip_count = trip_count;
    for (std::size_t i = 0; i < graph_.live_ins.size(); ++i) launch.live_ins.push_back(word());
    for (const dfg::Immediate& loop : graph_.loops)
      if (loop.kind == dfg::Immediate::Kind::kLiveIn)
        launch.live_ins[loop.live_in.index()] = static_cast<std::uint64_t>(random_.between(1, 4));
    for (std::size_t i = 0; i < graph_.arrays.size(); ++i) launch.array_bases.push_back(i * kArrayBytes);
    return launch;
  }

  /// Random bytes; big enough for all arrays if `bytes` is at least `footprint()`.
  std::vector<std::uint8_t> scratchpad(std::size_t bytes) {
    std::vector<std::uint8_t> content(bytes);
    for (auto& byte : content) byte = static_cast<std::uint8_t>(random_.next());
    return content;
  }

  [[nodiscard]] std::size_t footprint() const { return std::max<std::size_t>(graph_.arrays.size(), 1) * kArrayBytes; }

  /// Iterations for which the counter stays inside every array.
  static constexpr std::uint64_t kMaxTripCount = 48;

 private:
  static constexpr std::int64_t kElements = 64;
  static constexpr std::int64_t kArrayBytes = 512;  // 64 elements of up to 8 bytes

  void build() {
    graph_.name = "random";
    graph_.word_bits = options_.word_bits;
    const auto live_ins = random_.below(4);
    for (std::uint64_t i = 0; i < live_ins; ++i) graph_.live_ins.push_back({"n" + std::to_string(i)});
    add_loops();
    counter_ = add_counter();
    int arithmetic = options_.nodes;
    int memory = options_.memory_ops;
    while (arithmetic + memory > 0) {
      const bool next_is_memory =
          random_.below(static_cast<std::uint64_t>(arithmetic + memory)) < static_cast<std::uint64_t>(memory);
      --(next_is_memory ? memory : arithmetic);
      next_is_memory ? add_memory() : add_arithmetic();
    }
    redirect_operands();
    order_memory();
    add_order_edges();
    choose_live_outs();
  }

  /// Short ones, half of them of a trip count that only the launch knows.
  void add_loops() {
    if (options_.loop_levels == 0) return;
    const auto count = random_.below(static_cast<std::uint64_t>(options_.loop_levels) + 1);
    for (std::uint64_t l = 0; l < count; ++l) {
      if (random_.below(2) == 0) {
        graph_.loops.push_back(dfg::Immediate::constant(random_.between(1, 4)));
        continue;
      }
      graph_.loops.push_back(
          dfg::Immediate::of_live_in(dfg::LiveInId(static_cast<std::int64_t>(graph_.live_ins.size()))));
      graph_.live_ins.push_back({"t" + std::to_string(l)});
    }
  }

  dfg::LoopEdge edge() { return {static_cast<int>(random_.below(graph_.loops.size())), random_.below(2) == 0}; }

  /// i = (i of the last iteration, at first -1) + 1.
  dfg::NodeId add_counter() {
    dfg::Node node;
    node.op = dfg::Opcode::kAdd;
    node.name = "i";
    node.operands[0] = dfg::Operand::of(dfg::NodeId(0), 1, dfg::Immediate::constant(-1));
    node.operands[1] = dfg::Operand::of(dfg::Immediate::constant(1));
    return add_value(node);
  }

  dfg::NodeId add_value(dfg::Node node) {
    const dfg::NodeId id = graph_.add(std::move(node));
    values_.push_back(id);
    return id;
  }

  void add_arithmetic() {
    dfg::Node node;
    node.op = operation();
    node.name = "v" + std::to_string(graph_.nodes.size());
    for (int port = 0; port < dfg::info(node.op).operands; ++port)
      node.operands[static_cast<std::size_t>(port)] = operand();
    redirectable_.push_back(add_value(node));
  }

  void add_memory() {
    dfg::Node node;
    const std::vector<dfg::Opcode> candidates = memory_operations();
    node.op = candidates[random_.below(candidates.size())];
    const int bytes = dfg::info(node.op).access_bytes;
    while ((1 << node.shift) < bytes) ++node.shift;
    node.array = array();
    node.offset = bytes * random_.between(0, kElements - kMaxTripCount - 1);
    if (options_.steps && random_.below(2) == 0)
      step(node, bytes);
    else
      node.port(dfg::Port::kA) = index();
    if (dfg::is_store(node.op)) node.port(dfg::Port::kB) = operand();
    if (options_.predicates && random_.below(3) == 0) node.port(dfg::Port::kC) = operand();
    if (!graph_.loops.empty() && random_.below(3) == 0) node.gate = edge();
    dfg::Array& touched = graph_.arrays[node.array.index()];
    (dfg::is_store(node.op) ? touched.written : touched.read) = true;
    dfg::is_store(node.op) ? graph_.add(std::move(node)) : add_value(std::move(node));
  }

  /// Up, down or not at all by an element an iteration, from where the accesses of all iterations stay in the array.
  void step(dfg::Node& node, int bytes) {
    const std::int64_t direction = random_.between(-1, 1);
    node.step = dfg::Immediate::constant(direction * bytes);
    for (auto k = graph_.loops.empty() ? 0 : random_.below(graph_.loops.size() + 1); k > 0; --k)
      node.outer_steps.push_back(
          dfg::Immediate::constant(direction * bytes * static_cast<std::int64_t>(random_.below(2))));
    if (direction < 0) node.offset += bytes * (kMaxTripCount - 1);
    if (random_.below(3) == 0) node.port(dfg::Port::kA) = dfg::Operand::of(dfg::Immediate::constant(1));
    if (!node.port(dfg::Port::kA).present()) node.shift = 0;
  }

  /// Below kMaxTripCount in every iteration, so that element + offset stays in the array.
  dfg::Operand index() {
    switch (random_.below(4)) {
      case 0: return dfg::Operand::of(dfg::Immediate::constant(random_.between(0, kMaxTripCount - 1)));
      case 1:
        return dfg::Operand::of(counter_, static_cast<int>(random_.between(1, options_.max_distance)),
                                dfg::Immediate::constant(random_.between(0, kMaxTripCount - 1)));
      case 2: return dfg::Operand::of(counter_);
      default: break;
    }
    dfg::Node masked;
    masked.op = dfg::Opcode::kAnd;
    masked.operands[0] = dfg::Operand::of(value());
    masked.operands[1] = dfg::Operand::of(dfg::Immediate::constant(31));
    return dfg::Operand::of(add_value(masked));
  }

  dfg::ArrayId array() {
    const std::size_t count = graph_.arrays.size();
    if (count < 4 && (count == 0 || random_.below(2) == 0)) {
      dfg::Array added;
      added.name = std::string(1, static_cast<char>('A' + count));
      added.bytes = kArrayBytes;
      graph_.arrays.push_back(added);
      return dfg::ArrayId(static_cast<std::int64_t>(count));
    }
    return dfg::ArrayId(static_cast<std::int64_t>(random_.below(count)));
  }

  dfg::NodeId value() { return values_[random_.below(values_.size())]; }

  dfg::Operand operand() {
    if (!graph_.loops.empty() && random_.below(6) == 0) {
      const auto other = random_.below(2) == 0 ? dfg::Immediate::constant(0) : immediate();
      return dfg::Operand::of(other).reset(immediate(), edge());
    }
    return random_.below(4) == 0 ? dfg::Operand::of(immediate()) : dfg::Operand::of(value());
  }

  dfg::Immediate immediate() {
    if (!graph_.live_ins.empty() && random_.below(3) == 0)
      return dfg::Immediate::of_live_in(
          dfg::LiveInId(static_cast<std::int64_t>(random_.below(graph_.live_ins.size()))));
    if (!graph_.arrays.empty() && random_.below(8) == 0)
      return dfg::Immediate::array_base(dfg::ArrayId(static_cast<std::int64_t>(random_.below(graph_.arrays.size()))),
                                        random_.between(-8, 8));
    return dfg::Immediate::constant(dfg::sign_extend(word(), options_.word_bits));
  }

  /// Half of the words are small or at an end of the range.
  std::uint64_t word() {
    const std::uint64_t all = dfg::word_mask(options_.word_bits);
    switch (random_.below(4)) {
      case 0: return static_cast<std::uint64_t>(random_.between(-3, 3)) & all;
      case 1: return ((all >> 1U) + random_.below(2)) & all;
      default: return random_.next() & all;
    }
  }

  dfg::Opcode operation() {
    if (!options_.operations.empty()) return options_.operations[random_.below(options_.operations.size())];
    for (;;) {
      const dfg::OpcodeInfo& candidate = dfg::opcodes()[random_.below(dfg::opcodes().size())];
      if (dfg::is_memory(candidate.op) || dfg::is_division(candidate.op) || dfg::is_number(candidate.op) ||
          dfg::is_packed(candidate.op) || candidate.word_bits > options_.word_bits)
        continue;
      return candidate.op;
    }
  }

  std::vector<dfg::Opcode> memory_operations() const {
    std::vector<dfg::Opcode> fitting;
    for (const dfg::OpcodeInfo& entry : dfg::opcodes())
      if (dfg::is_memory(entry.op) && entry.word_bits <= options_.word_bits) fitting.push_back(entry.op);
    return fitting;
  }

  void redirect_operands() {
    for (int i = 0; i < options_.recurrences && !redirectable_.empty(); ++i) {
      dfg::Node& node = graph_.node(redirectable_[random_.below(redirectable_.size())]);
      const auto port = random_.below(static_cast<std::uint64_t>(dfg::info(node.op).operands));
      const int distance = static_cast<int>(random_.between(1, options_.max_distance));
      node.operands[port] = dfg::Operand::of(value(), distance, immediate());
      if (distance == 1 && !graph_.loops.empty() && random_.below(3) != 0)
        node.operands[port].edge = dfg::LoopEdge{edge().loop, false};
    }
  }

  /// Any two accesses of one array, one of them a store, keep their order within and across iterations.
  void order_memory() {
    for (std::size_t u = 0; u < graph_.nodes.size(); ++u)
      for (std::size_t v = u + 1; v < graph_.nodes.size(); ++v) {
        const dfg::Node& first = graph_.nodes[u];
        const dfg::Node& second = graph_.nodes[v];
        if (!dfg::is_memory(first.op) || !dfg::is_memory(second.op) || first.array != second.array) continue;
        if (!dfg::is_store(first.op) && !dfg::is_store(second.op)) continue;
        graph_.order.push_back(
            {dfg::NodeId(static_cast<std::int64_t>(u)), dfg::NodeId(static_cast<std::int64_t>(v)), 0});
        graph_.order.push_back(
            {dfg::NodeId(static_cast<std::int64_t>(v)), dfg::NodeId(static_cast<std::int64_t>(u)), 1});
      }
  }

  void add_order_edges() {
    for (int i = 0; i < options_.extra_order_edges && graph_.nodes.size() > 1; ++i) {
      const std::int64_t to = random_.between(1, static_cast<std::int64_t>(graph_.nodes.size()) - 1);
      graph_.order.push_back(
          {dfg::NodeId(random_.between(0, to - 1)), dfg::NodeId(to), static_cast<int>(random_.below(2))});
    }
  }

  /// Late values first: they depend on most of the others.
  void choose_live_outs() {
    for (int k = 0; k < options_.live_outs && static_cast<std::size_t>(k) < values_.size(); ++k) {
      graph_.node(values_[values_.size() - 1 - static_cast<std::size_t>(k)]).live_out = k;
      graph_.live_outs.push_back({"out" + std::to_string(k)});
    }
  }

  Random random_;
  RandomGraphOptions options_;
  dfg::Graph graph_;
  dfg::NodeId counter_;
  std::vector<dfg::NodeId> values_;        // nodes with a result
  std::vector<dfg::NodeId> redirectable_;  // arithmetic whose operands may become anything
};

}  // namespace heddle::testing_support
