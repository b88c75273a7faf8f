#include "tests/frontend/pipelined.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <random>
#include <utility>

#include "compiler/base/check.h"

namespace heddle::frontend {

namespace {

struct Constraint {
  std::size_t from = 0;
  std::size_t to = 0;
  int delay = 1;
  int distance = 0;
};

class Pipeline {
 public:
  Pipeline(const dfg::Graph& graph, const dfg::Launch& launch, std::span<std::uint8_t> scratchpad, std::uint64_t seed)
      : graph_(graph), launch_(launch), scratchpad_(scratchpad), random_(seed) {}

  std::vector<std::uint64_t> run() {
    schedule();
    const auto iterations = static_cast<std::int64_t>(launch_.trip_count);
    values_.assign(graph_.nodes.size(), std::vector<std::uint64_t>(static_cast<std::size_t>(iterations)));
    struct Event {
      std::int64_t time;
      bool store;
      std::size_t node;
      std::int64_t iteration;
    };
    std::vector<Event> events;
    for (std::size_t node = 0; node < times_.size(); ++node)
      for (std::int64_t j = 0; j < iterations; ++j)
        events.push_back({times_[node] + j * ii_, dfg::is_store(graph_.nodes[node].op), node, j});
    // Loads see memory as it was before the stores of their cycle.
    std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
      return std::pair(a.time, a.store) < std::pair(b.time, b.store);
    });
    for (const Event& event : events)
      values_[event.node][static_cast<std::size_t>(event.iteration)] =
          execute(graph_.nodes[event.node], event.iteration);
    std::vector<std::uint64_t> outs(graph_.live_outs.size());
    for (std::size_t node = 0; node < times_.size(); ++node)
      if (const auto number = graph_.nodes[node].live_out)
        outs[static_cast<std::size_t>(*number)] = values_[node].back();
    return outs;
  }

 private:
  int draw(int bound) { return static_cast<int>(random_() % static_cast<std::uint64_t>(bound)); }

  // Random earliest times, pushed later until all constraints hold; a larger II if they cannot.
  void schedule() {
    std::vector<Constraint> constraints;
    for (const dfg::ValueEdge& edge : dfg::value_edges(graph_))
      constraints.push_back({edge.from.index(), edge.to.index(), 1 + draw(3), edge.distance});
    for (const dfg::OrderEdge& edge : graph_.order)
      constraints.push_back({edge.from.index(), edge.to.index(), 1, edge.distance});
    for (ii_ = 1 + draw(4) / 3;; ++ii_) {
      times_.clear();
      for (std::size_t node = 0; node < graph_.nodes.size(); ++node) times_.push_back(draw(20));
      bool changed = true;
      for (std::size_t round = 0; changed && round < graph_.nodes.size() + 16; ++round) {
        changed = false;
        for (const Constraint& c : constraints) {
          const std::int64_t least = times_[c.from] + c.delay - c.distance * ii_;
          if (times_[c.to] >= least) continue;
          times_[c.to] = least;
          changed = true;
        }
      }
      if (!changed) return;
      HEDDLE_CHECK(ii_ < 1000, "the graph has a schedule");
    }
  }

  std::uint64_t immediate(const dfg::Immediate& value) const {
    switch (value.kind) {
      case dfg::Immediate::Kind::kConstant: return static_cast<std::uint64_t>(value.value);
      case dfg::Immediate::Kind::kLiveIn: return launch_.live_ins[value.live_in.index()];
      case dfg::Immediate::Kind::kArrayBase:
        return launch_.array_bases[value.array.index()] + static_cast<std::uint64_t>(value.value);
    }
    return 0;
  }

  std::uint64_t read(const dfg::Operand& operand, std::int64_t iteration) const {
    std::uint64_t word = 0;
    if (operand.edge && at(*operand.edge, iteration))
      word = immediate(*operand.initial);
    else if (operand.is_node())
      word = iteration >= operand.distance
                 ? values_[operand.node.index()][static_cast<std::size_t>(iteration - operand.distance)]
                 : immediate(*operand.initial);
    else if (operand.present())
      word = immediate(operand.immediate);
    return graph_.word_bits == 64 ? word : word & ((1ULL << graph_.word_bits) - 1);
  }

  /// By counting, as a loop nest would; slow, and not how the interpreter does it.
  [[nodiscard]] bool at(const dfg::LoopEdge& edge, std::int64_t iteration) const {
    return edge.last ? ending(iteration) > edge.loop : iteration == 0 || ending(iteration - 1) > edge.loop;
  }

  /// How many inner loops end with the iteration.
  [[nodiscard]] int ending(std::int64_t iteration) const {
    int loops = 0;
    auto rest = static_cast<std::uint64_t>(iteration);
    for (const dfg::Immediate& trips : graph_.loops) {
      const std::uint64_t count = immediate(trips) & 0xFFFFFFFFU;
      if (rest % count + 1 != count) break;
      rest /= count;
      ++loops;
    }
    return loops;
  }

  std::uint64_t advance(const dfg::Node& node, std::int64_t iteration) {
    std::vector<std::uint64_t>& sums = advances_[&node];
    if (sums.empty()) sums.push_back(0);
    while (std::cmp_less_equal(sums.size(), iteration)) {
      const auto ended = static_cast<std::size_t>(ending(static_cast<std::int64_t>(sums.size()) - 1));
      const std::size_t loops = std::min(ended, node.outer_steps.size());
      sums.push_back(sums.back() + immediate(loops == 0 ? *node.step : node.outer_steps[loops - 1]));
    }
    return sums[static_cast<std::size_t>(iteration)];
  }

  std::uint64_t execute(const dfg::Node& node, std::int64_t iteration) {
    const std::uint64_t a = read(node.operands[0], iteration);
    const std::uint64_t b = read(node.operands[1], iteration);
    const std::uint64_t c = read(node.operands[2], iteration);
    if (!dfg::is_memory(node.op)) return dfg::evaluate(node.op, a, b, c, graph_.word_bits);
    if (node.operands[2].present() && c == 0) return 0;
    if (node.gate && !at(*node.gate, iteration)) return 0;
    const auto bytes = static_cast<std::size_t>(dfg::info(node.op).access_bytes);
    auto base = launch_.array_bases[node.array.index()] + static_cast<std::uint64_t>(node.offset);
    if (node.step) base += advance(node, iteration);
    const std::uint64_t address =
        static_cast<std::uint32_t>(base + (a << node.shift)) % scratchpad_.size() / bytes * bytes;
    if (dfg::is_store(node.op)) {
      std::memcpy(scratchpad_.data() + address, &b, bytes);
      return 0;
    }
    std::uint64_t word = 0;
    std::memcpy(&word, scratchpad_.data() + address, bytes);
    const auto unused = static_cast<unsigned>(64 - 8 * bytes);
    if (dfg::info(node.op).access_signed)
      word = static_cast<std::uint64_t>(static_cast<std::int64_t>(word << unused) >> unused);
    return graph_.word_bits == 64 ? word : word & ((1ULL << graph_.word_bits) - 1);
  }

  const dfg::Graph& graph_;
  const dfg::Launch& launch_;
  std::span<std::uint8_t> scratchpad_;
  std::mt19937_64 random_;
  int ii_ = 1;
  std::vector<std::int64_t> times_;
  std::vector<std::vector<std::uint64_t>> values_;
  std::map<const dfg::Node*, std::vector<std::uint64_t>> advances_;
};

}  // namespace

std::vector<std::uint64_t> run_pipelined(const dfg::Graph& graph, const dfg::Launch& launch,
                                         std::span<std::uint8_t> scratchpad, std::uint64_t seed) {
  return Pipeline(graph, launch, scratchpad, seed).run();
}

}  // namespace heddle::frontend
