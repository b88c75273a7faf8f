// The meaning of a dataflow graph, executed: the second golden model (the first is native code).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "compiler/dfg/graph.h"

namespace heddle::dfg {

/// The result of one operation of one bit pattern: the one place that defines arithmetic. Memory operations are not
/// evaluated here. `bits` is the word width; operands and result are zero-extended words.
std::uint64_t evaluate(Opcode op, std::uint64_t a, std::uint64_t b, std::uint64_t c, int bits);

/// A launch as the array sees it.
struct Launch {
  std::uint64_t trip_count = 1;
  std::vector<std::uint64_t> live_ins;     ///< words, by LiveInId
  std::vector<std::uint64_t> array_bases;  ///< scratchpad byte addresses, by ArrayId
};

/// Called after each operation: node, iteration, value (0 for stores), and for memory operations the address, and
/// whether the access happened.
using Observer =
    std::function<void(NodeId, std::uint64_t iteration, std::uint64_t value, std::uint64_t address, bool accessed)>;

/// Which inner loops begin and end with an iteration: closed formulas, where the hardware counts.
class LoopEdges {
 public:
  LoopEdges(const Graph& graph, const Launch& launch);

  [[nodiscard]] bool holds(const LoopEdge& edge, std::uint64_t iteration) const {
    return (iteration + (edge.last ? 1 : 0)) % periods_[static_cast<std::size_t>(edge.loop)] == 0;
  }
  /// Of the iterations before this one, those with which inner loops 0 .. loop end.
  [[nodiscard]] std::uint64_t ends_before(std::size_t loop, std::uint64_t iteration) const {
    return iteration / periods_[loop];
  }

 private:
  std::vector<std::uint64_t> periods_;  ///< iterations from one end of the loop to the next
};

/// The word that an immediate is in a launch: reduced modulo 2^bits.
std::uint64_t immediate_word(const Immediate& immediate, const Launch& launch, int bits);

/// Runs all iterations on `scratchpad` (bytes, modified) and returns the live-outs. Iterations run in order, operations
/// in graph order; legal because `verify` demands topological order and order edges only constrain further.
/// Precondition: verify(graph, kExecution), trip_count >= 1, a word for each live-in and a base for each array.
std::vector<std::uint64_t> interpret(const Graph& graph, const Launch& launch, std::span<std::uint8_t> scratchpad,
                                     const Observer& observer = {});

}  // namespace heddle::dfg
