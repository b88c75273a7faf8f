// Builds a dataflow graph on demand: equal operations are shared, recurrences are declared first and defined later.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "compiler/dfg/graph.h"

namespace heddle::frontend {

/// A value of the iteration at hand: an immediate, or a node of a WordGraph (at distance 0). Immediates and earlier
/// values may have an edge of an inner loop, at which they are another immediate.
using Word = dfg::Operand;

/// What a memory operation touches: base(array) + offset + (index << shift).
struct Place {
  dfg::ArrayId array;
  std::int64_t offset = 0;
  Word index;
  int shift = 0;
  std::optional<dfg::Immediate> step;       ///< of an address generator; the index may then be absent
  std::vector<dfg::Immediate> outer_steps;  ///< likewise, at the ends of inner loops 0, 1, ...
};

class WordGraph {
 public:
  explicit WordGraph(std::string name, int word_bits);

  /// Name and source line that the nodes built from now on carry.
  void at(std::string name, Mark where);

  static Word constant(std::int64_t value) { return Word::of(dfg::Immediate::constant(value)); }
  static bool is_constant(const Word& word, std::int64_t value);

  /// 1 in the iterations of the edge, else 0: an operand that the loop unit gives, no operation.
  static Word at_edge(const dfg::LoopEdge& edge) { return constant(0).reset(dfg::Immediate::constant(1), edge); }
  /// The edge of such a word.
  static std::optional<dfg::LoopEdge> edge_of(const Word& word);

  /// The operation, an equal earlier one, or an equal simpler word.
  Word op(dfg::Opcode opcode, const Word& a, const Word& b = {}, const Word& c = {});

  /// Logic on words that are 0 or 1.
  Word logical_and(const Word& a, const Word& b);
  Word logical_or(const Word& a, const Word& b);
  Word logical_not(const Word& a);
  /// `condition` is 0 or 1; equal choices need no operation.
  Word select(const Word& condition, const Word& then, const Word& otherwise);

  /// Memory operations are never shared. A predicate that is absent means always.
  Word load(dfg::Opcode opcode, const Place& place, const Word& predicate);
  dfg::NodeId store(dfg::Opcode opcode, const Place& place, const Word& data, const Word& predicate);

  /// The value that `define` gives, one iteration ago; `initial` in the first iteration.
  Word earlier(const dfg::Immediate& initial);
  void define(const Word& earlier, const Word& value);

  /// Keeps `word` as live-out number `number` (through a mov if it is not a node of its own).
  void live_out(const Word& word, int number);

  void order(dfg::NodeId from, dfg::NodeId to, int distance) { graph_.order.push_back({from, to, distance}); }

  dfg::Graph& header() { return graph_; }

  /// The number of operations so far, dead ones included.
  [[nodiscard]] std::size_t size() const { return graph_.nodes.size(); }

  /// Resolves recurrences, drops what nothing needs, sorts topologically. `renumbered`, if given, maps nodes of this
  /// builder to nodes of the graph.
  dfg::Graph finish(std::vector<dfg::NodeId>* renumbered = nullptr);

 private:
  struct Earlier {
    dfg::NodeId placeholder;
    dfg::Immediate initial;
    Word source;
  };
  using Key = std::tuple<dfg::Opcode, std::vector<std::int64_t>>;

  dfg::NodeId add(dfg::Opcode opcode, const Word& a, const Word& b, const Word& c);
  dfg::NodeId access(dfg::Opcode opcode, const Place& place, const Word& data, const Word& predicate);
  Word mov_of(const Word& word, const std::string& name);
  const Earlier* earlier_of(const Word& word) const;
  void resolve_sources();
  Word resolved(const Word& word) const;
  [[nodiscard]] std::vector<bool> needed() const;
  [[nodiscard]] std::vector<dfg::NodeId> sorted(const std::vector<bool>& keep) const;

  dfg::Graph graph_;
  std::map<Key, dfg::NodeId> known_;
  std::vector<Earlier> earlier_;
  std::vector<int> earlier_index_;  ///< by node: index into earlier_, or -1
  std::string name_;
  Mark where_;
};

}  // namespace heddle::frontend
