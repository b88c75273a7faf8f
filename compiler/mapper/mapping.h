// The mapper's question and its answer, apart from every solver. See docs/execution_model.md, sections 3 and 4.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/arch/cgra.h"
#include "compiler/base/json.h"
#include "compiler/dfg/graph.h"

namespace heddle::mapper {

/// "Give every node of `graph` a PE and a time, and every value a way, on `cgra`." The graph is legalised for the array
/// (`dfg::legalize`). Both must outlive the problem.
struct Problem {
  const dfg::Graph& graph;
  const arch::Cgra& cgra;
  bool free_banks = false;     ///< the bank of each array is part of the answer (see banks_are_free), not fixed before
  bool route_through = false;  ///< values may pass units that have nothing else to do (see pass.h)
};

/// A place where a value can be during one cycle.
struct Place {
  enum class Kind : std::uint8_t { kResult, kRegister, kLink };
  Kind kind = Kind::kResult;
  arch::PeId pe;      ///< kResult, kRegister
  int reg = 0;        ///< kRegister
  arch::LinkId link;  ///< kLink

  static Place result(arch::PeId pe) { return {Kind::kResult, pe, 0, {}}; }
  static Place register_of(arch::PeId pe, int reg) { return {Kind::kRegister, pe, reg, {}}; }
  static Place on_link(arch::LinkId link) { return {Kind::kLink, {}, 0, link}; }
  auto operator<=>(const Place&) const = default;
};

/// `cycle` counts as node times do: for the value of iteration 0 of the producer.
struct Hop {
  int cycle = 0;
  Place place;
  auto operator<=>(const Hop&) const = default;
};

/// The way of one value to one use: from RES of the producer at t(from) + latency to a place that the consumer's PE can
/// read at t(to) + distance * II. Each hop is the same cycle as its predecessor (onto a link) or the next (staying, or
/// into a register).
struct Route {
  dfg::ValueEdge edge;
  std::vector<Hop> hops;
};

struct Placement {
  arch::PeId pe;
  int time = 0;
};

/// A complete answer.
struct Mapping {
  int ii = 1;
  std::vector<Placement> nodes;  ///< by NodeId
  std::vector<Route> routes;     ///< in the order of dfg::value_edges(graph)
  std::vector<int>
      banks;  ///< by ArrayId: the bank its first byte should lie in; -1 = anywhere (interleaved scratchpads)

  /// max of t(u) + latency(u): array cycles of one iteration. A value that passes a unit counts like the `mov` it is.
  [[nodiscard]] int schedule_length(const Problem& problem) const;
};

/// Independent of every solver: checks the mapping against docs/execution_model.md section 4 and fails with the first
/// violation, naming nodes, PE, cycle and resource. Runs on every answer, in release builds too. Checked: each node on
/// a PE that can do it, time >= 0, II <= config_depth, stages <= max_stages (init_stage too), FU occupancy with
/// intervals, RES write clashes, every route hop by hop, exclusive use of RES, registers and links, register-file
/// ports, hop limit and turns, operand latency, order edges, live-outs per PE, constant fields per word, bank ports of
/// blocked scratchpads.
Status verify(const Problem& problem, const Mapping& mapping);

/// `schema: "heddle.mapping/1"` (workloads/schema/mapping.json); carries content hashes of graph and architecture.
Json to_json(const Problem& problem, const Mapping& mapping);
/// Fails (with place) if malformed, or made for another graph or architecture.
Result<Mapping> from_json(const Problem& problem, const Document& document);

}  // namespace heddle::mapper
