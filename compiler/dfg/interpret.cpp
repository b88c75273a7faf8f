// The graph is first flattened into steps whose operands are plain loads: every operand is (base, mask, distance), so
// that a constant, a value of this iteration and a value of an earlier iteration are read by the same two instructions
// and one well-predicted branch.
#include "compiler/dfg/interpret.h"

#include <algorithm>
#include <bit>

#include "compiler/base/check.h"
#include "compiler/dfg/words.h"

namespace heddle::dfg {
namespace {

using Word = std::uint64_t;

/// Reads words[(iteration - distance) & ring_mask], or `initial` in the first `distance` iterations, or at an edge.
struct Source {
  const Word* words = nullptr;
  Word ring_mask = 0;
  Word distance = 0;
  Word initial = 0;
  std::optional<LoopEdge> edge = {};
};

struct Step {
  Opcode op = Opcode::kMov;
  bool load = false;
  bool store = false;
  bool is_signed = false;
  unsigned bytes = 0;
  unsigned shift = 0;
  Word base = 0;
  std::vector<Word>
      advance;  ///< what an address generator adds after each iteration; and at the ends of loops 0, 1, ...
  std::optional<LoopEdge> gate;
  Word* result = nullptr;
  Word ring_mask = 0;
  Source a, b, c;
};

/// The scratchpad as the machine sees it: little-endian, addresses wrap.
class Memory {
 public:
  explicit Memory(std::span<std::uint8_t> bytes) : bytes_(bytes) {}

  [[nodiscard]] Word wrap(Word address) const {
    address &= 0xFFFFFFFFU;
    if (address < bytes_.size()) return address;
    return bytes_.empty() ? 0 : address % bytes_.size();
  }

  [[nodiscard]] Word load(Word address, unsigned count) const {
    Word value = 0;
    for (unsigned i = 0; i < count; ++i) value |= Word{bytes_[wrap(address + i)]} << (8 * i);
    return value;
  }

  void store(Word address, unsigned count, Word value) {
    for (unsigned i = 0; i < count; ++i) bytes_[wrap(address + i)] = static_cast<std::uint8_t>(value >> (8 * i));
  }

 private:
  std::span<std::uint8_t> bytes_;
};

class Machine {
 public:
  Machine(const Graph& graph, const Launch& launch, std::span<std::uint8_t> scratchpad)
      : graph_(graph),
        launch_(launch),
        edges_(graph, launch),
        memory_(scratchpad),
        word_mask_(word_mask(graph.word_bits)) {
    HEDDLE_CHECK(launch.trip_count >= 1, "a region without iterations is not launched");
    HEDDLE_CHECK(launch.live_ins.size() >= graph.live_ins.size(), "a live-in has no word");
    HEDDLE_CHECK(launch.array_bases.size() >= graph.arrays.size(), "an array has no base");
    HEDDLE_CHECK(!scratchpad.empty() || graph.arrays.empty(), "arrays, but no scratchpad");
    lay_out_rings();
    constants_.reserve(graph.nodes.size() * kPorts);  // Source::words points into it
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) steps_.push_back(make_step(i));
  }

  void run(const Observer& observer) {
    if (observer) {
      for (Word j = 0; j < launch_.trip_count; ++j) iterate_observed(j, observer);
    } else {
      for (Word j = 0; j < launch_.trip_count; ++j)
        for (const Step& step : steps_) execute(step, j);
    }
  }

  [[nodiscard]] std::vector<Word> live_outs() const {
    std::vector<Word> values(graph_.live_outs.size());
    for (std::size_t i = 0; i < steps_.size(); ++i)
      if (const auto& number = graph_.nodes[i].live_out)
        values[static_cast<std::size_t>(*number)] = steps_[i].result[(launch_.trip_count - 1) & steps_[i].ring_mask];
    return values;
  }

 private:
  /// A ring holds the last max-distance + 1 values of a node, rounded up to a power of two.
  void lay_out_rings() {
    std::vector<int> history(graph_.nodes.size(), 0);
    for (const ValueEdge& edge : value_edges(graph_))
      history[edge.from.index()] = std::max(history[edge.from.index()], edge.distance);
    std::size_t total = 0;
    for (const int distance : history) {
      const std::size_t size = std::bit_ceil(static_cast<std::size_t>(distance) + 1);
      ring_start_.push_back(total);
      ring_size_.push_back(size);
      total += size;
    }
    values_.assign(total, 0);
  }

  Source make_source(const Operand& operand) {
    switch (operand.kind) {
      case Operand::Kind::kAbsent: return {&kZero};
      case Operand::Kind::kImmediate:
        constants_.push_back(immediate_word(operand.immediate, launch_, graph_.word_bits));
        return {&constants_.back(), 0, 0, initial_of(operand), operand.edge};
      case Operand::Kind::kNode: break;
    }
    const std::size_t producer = operand.node.index();
    HEDDLE_CHECK(operand.distance == 0 || operand.initial, "an operand of an earlier iteration has no initial value");
    return {&values_[ring_start_[producer]], ring_size_[producer] - 1, static_cast<Word>(operand.distance),
            initial_of(operand), operand.edge};
  }

  [[nodiscard]] Word initial_of(const Operand& operand) const {
    return operand.initial ? immediate_word(*operand.initial, launch_, graph_.word_bits) : 0;
  }

  [[nodiscard]] Word read(const Source& source, Word j) const {
    if (source.edge) [[unlikely]]
      if (edges_.holds(*source.edge, j)) return source.initial;
    return j < source.distance ? source.initial : source.words[(j - source.distance) & source.ring_mask];
  }

  Step make_step(std::size_t index) {
    const Node& node = graph_.nodes[index];
    Step step;
    step.op = node.op;
    step.load = is_load(node.op);
    step.store = is_store(node.op);
    step.bytes = static_cast<unsigned>(info(node.op).access_bytes);
    step.is_signed = info(node.op).access_signed;
    step.shift = static_cast<unsigned>(node.shift);
    step.result = &values_[ring_start_[index]];
    step.ring_mask = ring_size_[index] - 1;
    step.a = make_source(node.operands[0]);
    step.b = make_source(node.operands[1]);
    step.c = make_source(node.operands[2]);
    if (!is_memory(node.op)) return step;
    step.base = immediate_word(Immediate::array_base(node.array, node.offset), launch_, graph_.word_bits);
    if (node.step) step.advance.push_back(immediate_word(*node.step, launch_, graph_.word_bits));
    for (const Immediate& outer : node.outer_steps)
      step.advance.push_back(immediate_word(outer, launch_, graph_.word_bits));
    step.gate = node.gate;
    if (!node.port(Port::kC).present()) step.c = {&kOne};
    return step;
  }

  [[nodiscard]] Word address(const Step& step, Word j) const {
    Word base = step.base;
    Word steps = j;  // taken at the end of loop k - 1 or of one around it; k = 0: all
    for (std::size_t k = 0; k < step.advance.size(); ++k) {
      const Word further = k + 1 < step.advance.size() ? edges_.ends_before(k, j) : 0;
      base += step.advance[k] * (steps - further);
      steps = further;
    }
    return memory_.wrap((base & word_mask_) + (read(step.a, j) << step.shift));
  }

  [[nodiscard]] bool accesses(const Step& step, Word j) const {
    return read(step.c, j) != 0 && (!step.gate || edges_.holds(*step.gate, j));
  }

  [[nodiscard]] Word load(const Step& step, Word j) const {
    if (!accesses(step, j)) return 0;
    Word value = memory_.load(address(step, j), step.bytes);
    if (step.is_signed) value = static_cast<Word>(sign_extend(value, static_cast<int>(8 * step.bytes)));
    return value & word_mask_;
  }

  Word execute(const Step& step, Word j) {
    if (step.store) {
      if (accesses(step, j)) memory_.store(address(step, j), step.bytes, read(step.b, j));
      return 0;
    }
    const Word value = step.load
                           ? load(step, j)
                           : evaluate(step.op, read(step.a, j), read(step.b, j), read(step.c, j), graph_.word_bits);
    step.result[j & step.ring_mask] = value;
    return value;
  }

  void iterate_observed(Word j, const Observer& observer) {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const Step& step = steps_[i];
      const bool memory = step.load || step.store;
      // Before executing: a ring of exactly `distance` + 1 values still holds what address and predicate read.
      const Word where = memory ? address(step, j) : 0;
      const bool accessed = memory && accesses(step, j);
      const Word value = execute(step, j);
      observer(NodeId(static_cast<std::int64_t>(i)), j, value, where, accessed);
    }
  }

  static constexpr Word kZero = 0;
  static constexpr Word kOne = 1;

  const Graph& graph_;
  const Launch& launch_;
  LoopEdges edges_;
  Memory memory_;
  Word word_mask_;
  std::vector<Word> values_;
  std::vector<std::size_t> ring_start_;
  std::vector<std::size_t> ring_size_;
  std::vector<Word> constants_;
  std::vector<Step> steps_;
};

}  // namespace

LoopEdges::LoopEdges(const Graph& graph, const Launch& launch) {
  // A period beyond all iterations may be any such number.
  constexpr Word kNever = Word{1} << 63U;
  Word period = 1;
  for (const Immediate& loop : graph.loops) {
    const Word trips = immediate_word(loop, launch, graph.word_bits);
    HEDDLE_CHECK(trips >= 1, "an inner loop without iterations is not launched");
    period = period > kNever / trips ? kNever : period * trips;
    periods_.push_back(period);
  }
}

std::uint64_t immediate_word(const Immediate& immediate, const Launch& launch, int bits) {
  switch (immediate.kind) {
    case Immediate::Kind::kConstant: return static_cast<Word>(immediate.value) & word_mask(bits);
    case Immediate::Kind::kLiveIn: return launch.live_ins[immediate.live_in.index()] & word_mask(bits);
    case Immediate::Kind::kArrayBase: break;
  }
  return (launch.array_bases[immediate.array.index()] + static_cast<Word>(immediate.value)) & word_mask(bits);
}

std::vector<std::uint64_t> interpret(const Graph& graph, const Launch& launch, std::span<std::uint8_t> scratchpad,
                                     const Observer& observer) {
  Machine machine(graph, launch, scratchpad);
  machine.run(observer);
  return machine.live_outs();
}

}  // namespace heddle::dfg
