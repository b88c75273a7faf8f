// The checker: replays a mapping against docs/execution_model.md, sections 4 to 6, with data structures of its own. It
// shares no code with the solvers, so that a misreading there does not repeat here. It answers with the first violation
// found.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "compiler/base/check.h"
#include "compiler/mapper/mapping.h"

namespace heddle::mapper {
namespace {

using arch::Cgra;
using dfg::Graph;
using dfg::NodeId;

/// What a place holds in one slot: a producer's value, in the absolute cycle it counts for.
struct Content {
  NodeId producer;
  int cycle = 0;
  auto operator<=>(const Content&) const = default;
};

class Checker {
 public:
  Checker(const Problem& problem, const Mapping& mapping)
      : graph_(problem.graph), cgra_(problem.cgra), mapping_(mapping), edges_(dfg::value_edges(problem.graph)) {}

  Status run() {
    HEDDLE_TRY(check_shape());
    if (std::cmp_greater(graph_.loops.size(), cgra_.loop_levels))
      return bad("{} inner loops are counted, the array's loop unit has {} levels", graph_.loops.size(),
                 cgra_.loop_levels);
    for (std::size_t n = 0; n < graph_.nodes.size(); ++n) HEDDLE_TRY(check_node(NodeId(static_cast<std::int64_t>(n))));
    HEDDLE_TRY(check_units());
    HEDDLE_TRY(check_order());
    for (std::size_t e = 0; e < edges_.size(); ++e) HEDDLE_TRY(check_route(e));
    HEDDLE_TRY(check_ports());
    HEDDLE_TRY(check_live_outs());
    HEDDLE_TRY(check_generators());
    return check_banks();
  }

 private:
  [[nodiscard]] int slot(int cycle) const { return ((cycle % mapping_.ii) + mapping_.ii) % mapping_.ii; }
  [[nodiscard]] const Placement& at(NodeId node) const { return mapping_.nodes[node.index()]; }
  /// Of a node whose PE was checked.
  [[nodiscard]] arch::Timing timing(NodeId node) const {
    const auto found = cgra_.timing(at(node).pe, graph_.node(node).op);
    HEDDLE_CHECK(found.has_value(), "a PE that lacks the operation");
    return *found;
  }
  [[nodiscard]] int arrival(NodeId node) const { return at(node).time + timing(node).latency; }

  [[nodiscard]] std::string label(NodeId id) const {
    const auto& node = graph_.node(id);
    const std::string tag = node.name.empty() ? "" : " '" + node.name + "'";
    return fmt::format("node {}{} ({})", id.value, tag, dfg::name(node.op));
  }
  [[nodiscard]] std::string label(arch::PeId id) const {
    return fmt::format("PE {} (row {}, column {})", id.value, cgra_.pe(id).row, cgra_.pe(id).column);
  }
  [[nodiscard]] std::string label(const Place& place) const {
    switch (place.kind) {
      case Place::Kind::kResult: return "RES of " + label(place.pe);
      case Place::Kind::kRegister: return fmt::format("register {} of {}", place.reg, label(place.pe));
      case Place::Kind::kLink: break;
    }
    const auto& link = cgra_.link(place.link);
    return fmt::format("link {} ({}, PE {} to PE {})", place.link.value, link.name, link.from.value, link.to.value);
  }
  [[nodiscard]] std::string label(const dfg::ValueEdge& edge) const {
    return fmt::format("route from {} to port {} of {}", label(edge.from), "abc"[static_cast<int>(edge.port)],
                       label(edge.to));
  }
  template <class... Args>
  static Status bad(fmt::format_string<Args...> text, Args&&... args) {
    return fail(ErrorCode::kInfeasible, "mapping: " + fmt::format(text, std::forward<Args>(args)...));
  }

  [[nodiscard]] Status check_shape() const {
    if (mapping_.ii < 1) return bad("II is {}", mapping_.ii);
    if (mapping_.ii > cgra_.config_depth)
      return bad("II {} is above the configuration depth {}", mapping_.ii, cgra_.config_depth);
    if (mapping_.nodes.size() != graph_.nodes.size())
      return bad("{} placements for {} nodes", mapping_.nodes.size(), graph_.nodes.size());
    if (mapping_.routes.size() != edges_.size())
      return bad("{} routes for {} value edges", mapping_.routes.size(), edges_.size());
    if (mapping_.banks.size() != graph_.arrays.size())
      return bad("{} banks for {} arrays", mapping_.banks.size(), graph_.arrays.size());
    return {};
  }

  [[nodiscard]] Status check_node(NodeId id) const {
    const auto& node = graph_.node(id);
    const auto& place = at(id);
    if (!place.pe.valid() || place.pe.index() >= cgra_.pes.size()) return bad("{} is on no PE", label(id));
    const auto& kind = cgra_.pe_class(place.pe);
    if (!cgra_.timing(place.pe, node.op)) return bad("{} cannot do {}", label(place.pe), label(id));
    if (dfg::is_memory(node.op) && !kind.memory) return bad("{} has no memory port for {}", label(place.pe), label(id));
    if (place.time < 0) return bad("{} issues in cycle {}", label(id), place.time);
    if (const auto need = dfg::constant_fields(node).size(); std::cmp_greater(need, kind.constants))
      return bad("{} needs {} constant fields, {} has {}", label(id), need, label(place.pe), kind.constants);
    int stage = place.time / mapping_.ii;
    for (const auto& operand : node.operands)
      if (operand.is_node() && operand.initial) stage = std::max(stage, place.time / mapping_.ii + operand.distance);
    if (stage > cgra_.max_stages) return bad("{} needs stage {}, the array has {}", label(id), stage, cgra_.max_stages);
    return {};
  }

  /// Functional units take one operation at a time, and RES one result a cycle.
  [[nodiscard]] Status check_units() {
    std::map<std::pair<arch::PeId, int>, NodeId> busy;
    for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
      const NodeId id(static_cast<std::int64_t>(n));
      const int interval = timing(id).interval;
      for (int k = 0; k < interval; ++k) {
        const int cycle = at(id).time + k;
        const auto [other, fresh] = busy.try_emplace({at(id).pe, slot(cycle)}, id);
        if (!fresh)
          return bad("{} and {} both use {} in slot {}", label(other->second), label(id), label(at(id).pe),
                     slot(cycle));
      }
      if (!dfg::is_store(graph_.node(id).op)) HEDDLE_TRY(claim(id, Place::result(at(id).pe), arrival(id)));
    }
    return {};
  }

  [[nodiscard]] Status check_order() const {
    for (const auto& edge : graph_.order) {
      const int from = at(edge.from).time + 1;
      const int to = at(edge.to).time + edge.distance * mapping_.ii;
      if (to < from)
        return bad("{} must issue after {}: cycle {} is before {}", label(edge.to), label(edge.from), to, from);
    }
    return {};
  }

  /// `place` holds the value of `producer` in `cycle`, and nothing else in that slot.
  [[nodiscard]] Status claim(NodeId producer, const Place& place, int cycle) {
    const Content content{producer, cycle};
    const auto [other, fresh] = contents_.try_emplace({place, slot(cycle)}, content);
    if (!fresh && other->second != content)
      return bad("{} in slot {} holds {} of cycle {} and {} of cycle {}", label(place), slot(cycle),
                 label(other->second.producer), other->second.cycle, label(producer), cycle);
    return {};
  }

  [[nodiscard]] bool exists(const Place& place) const {
    if (place.kind == Place::Kind::kLink) return place.link.valid() && place.link.index() < cgra_.links.size();
    if (!place.pe.valid() || place.pe.index() >= cgra_.pes.size()) return false;
    return place.kind == Place::Kind::kResult || (place.reg >= 0 && place.reg < cgra_.pe_class(place.pe).registers);
  }

  /// The PE that can read `place`: a link is read at its far end.
  [[nodiscard]] arch::PeId reader(const Place& place) const {
    return place.kind == Place::Kind::kLink ? cgra_.link(place.link).to : place.pe;
  }

  [[nodiscard]] Status check_route(std::size_t e) {
    const auto& edge = edges_[e];
    const auto& route = mapping_.routes[e];
    if (route.edge.from != edge.from || route.edge.to != edge.to || route.edge.port != edge.port ||
        route.edge.distance != edge.distance)
      return bad("route {} is not of value edge {}", e, e);
    if (route.hops.empty()) return bad("{} is empty", label(edge));
    const int start = arrival(edge.from);
    const int finish = at(edge.to).time + edge.distance * mapping_.ii;
    if (route.hops.front() != Hop{start, Place::result(at(edge.from).pe)})
      return bad("{} does not start in RES of {} in cycle {}", label(edge), label(at(edge.from).pe), start);
    int crossed = 0;
    for (std::size_t h = 0; h < route.hops.size(); ++h) {
      if (!exists(route.hops[h].place)) return bad("{}: hop {} names a place that does not exist", label(edge), h);
      if (h > 0) HEDDLE_TRY(check_hop(edge, route.hops[h - 1], route.hops[h], crossed));
      HEDDLE_TRY(claim(edge.from, route.hops[h].place, route.hops[h].cycle));
    }
    const Hop& last = route.hops.back();
    if (last.cycle != finish)
      return bad("{} ends in cycle {}, the operand is read in {}", label(edge), last.cycle, finish);
    if (reader(last.place) != at(edge.to).pe)
      return bad("{} ends in {}, which {} cannot read", label(edge), label(last.place), label(at(edge.to).pe));
    note_read(last);
    return {};
  }

  /// One step of a route; `crossed` counts the links of the current cycle.
  [[nodiscard]] Status check_hop(const dfg::ValueEdge& edge, const Hop& from, const Hop& to, int& crossed) {
    const bool same_cycle = to.cycle == from.cycle;
    if (!same_cycle && to.cycle != from.cycle + 1)
      return bad("{} jumps from cycle {} to {}", label(edge), from.cycle, to.cycle);
    if (!same_cycle) crossed = 0;
    switch (to.place.kind) {
      case Place::Kind::kLink: HEDDLE_TRY(check_link_hop(edge, from, to, same_cycle, crossed)); break;
      case Place::Kind::kRegister:
        if (same_cycle || reader(from.place) != to.place.pe)
          return bad("{}: {} cannot take the value from {} in cycle {}", label(edge), label(to.place),
                     label(from.place), to.cycle);
        if (from.place != to.place) {
          note_read(from);
          writes_[{to.place.pe, slot(from.cycle)}].insert(to.place.reg);
        }
        break;
      case Place::Kind::kResult:
        if (same_cycle || from.place != to.place)
          return bad("{}: {} is written by operations only", label(edge), label(to.place));
        break;
    }
    return check_source(edge, from, to);
  }

  [[nodiscard]] Status check_link_hop(const dfg::ValueEdge& edge, const Hop& from, const Hop& to, bool same_cycle,
                                      int& crossed) {
    const auto& link = cgra_.link(to.place.link);
    if (!same_cycle || reader(from.place) != link.from)
      return bad("{}: {} cannot take the value from {} in cycle {}", label(edge), label(to.place), label(from.place),
                 to.cycle);
    if (++crossed > cgra_.bypass.hop_limit)
      return bad("{} crosses {} links in cycle {}, the limit is {}", label(edge), crossed, to.cycle,
                 cgra_.bypass.hop_limit);
    if (from.place.kind == Place::Kind::kLink && !cgra_.may_bypass(from.place.link, to.place.link))
      return bad("{}: no bypass from {} to {}", label(edge), label(from.place), label(to.place));
    note_read(from);
    return {};
  }

  /// A place has one source setting a slot, so all routes of a value that reach it must come the same way.
  [[nodiscard]] Status check_source(const dfg::ValueEdge& edge, const Hop& from, const Hop& to) {
    const auto [other, fresh] = sources_.try_emplace({to.place, slot(to.cycle)}, from.place);
    if (!fresh && other->second != from.place)
      return bad("{}: {} in slot {} already takes its value from {}, not {}", label(edge), label(to.place),
                 slot(to.cycle), label(other->second), label(from.place));
    return {};
  }

  void note_read(const Hop& hop) {
    if (hop.place.kind == Place::Kind::kRegister) reads_[{hop.place.pe, slot(hop.cycle)}].insert(hop.place.reg);
  }

  [[nodiscard]] Status check_ports() const {
    for (const auto& [where, registers] : reads_)
      if (std::cmp_greater(registers.size(), cgra_.pe_class(where.first).rf_read_ports))
        return bad("{} reads {} registers in slot {}, it has {} read ports", label(where.first), registers.size(),
                   where.second, cgra_.pe_class(where.first).rf_read_ports);
    for (const auto& [where, registers] : writes_)
      if (std::cmp_greater(registers.size(), cgra_.pe_class(where.first).rf_write_ports))
        return bad("{} writes {} registers in slot {}, it has {} write ports", label(where.first), registers.size(),
                   where.second, cgra_.pe_class(where.first).rf_write_ports);
    return {};
  }

  /// Things of a PE that an operation keeps for the whole run: `text` takes the PE, those needed and those there are.
  template <class Needs>
  [[nodiscard]] Status check_kept(const Needs& needs, int arch::PeClass::* count, const char* text) const {
    std::map<arch::PeId, int> held;
    for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
      if (!needs(graph_.nodes[n])) continue;
      const auto pe = mapping_.nodes[n].pe;
      const int there = cgra_.pe_class(pe).*count;
      if (++held[pe] > there) return bad(fmt::runtime(text), label(pe), held[pe], there);
    }
    return {};
  }

  [[nodiscard]] Status check_live_outs() const {
    return check_kept([](const dfg::Node& node) { return node.live_out.has_value(); }, &arch::PeClass::live_outs,
                      "{} holds {} live-outs, it has {} live-out registers");
  }

  /// An address generator is state of one operation: no two share one.
  [[nodiscard]] Status check_generators() const {
    return check_kept([](const dfg::Node& node) { return node.step.has_value(); }, &arch::PeClass::address_generators,
                      "{} steps {} accesses, it has {} address generators");
  }

  /// Accesses whose bank is known: arrays of a blocked scratchpad that fit into one bank.
  [[nodiscard]] Status check_banks() const {
    const auto& pad = cgra_.scratchpad;
    for (std::size_t a = 0; a < mapping_.banks.size(); ++a) {
      const int lowest = pad.interleaved ? -1 : 0;
      if (mapping_.banks[a] < lowest || mapping_.banks[a] >= pad.banks)
        return bad("array '{}' is in bank {} of {}", graph_.arrays[a].name, mapping_.banks[a], pad.banks);
    }
    if (pad.interleaved) return {};
    std::map<std::pair<int, int>, int> requests;
    for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
      const auto& node = graph_.nodes[n];
      if (!dfg::is_memory(node.op) || graph_.arrays[node.array.index()].bytes.value_or(0) > pad.bank_bytes) continue;
      const int bank = mapping_.banks[node.array.index()];
      const int when = slot(mapping_.nodes[n].time);
      if (++requests[{bank, when}] > pad.ports)
        return bad("bank {} gets {} requests in slot {}, it has {} ports", bank, requests[{bank, when}], when,
                   pad.ports);
    }
    return {};
  }

  const Graph& graph_;
  const Cgra& cgra_;
  const Mapping& mapping_;
  std::vector<dfg::ValueEdge> edges_;
  std::map<std::pair<Place, int>, Content> contents_;                   ///< by place and slot
  std::map<std::pair<Place, int>, Place> sources_;                      ///< where a place of a slot gets its value from
  std::map<std::pair<arch::PeId, int>, std::set<int>> reads_, writes_;  ///< registers, by PE and slot
};

}  // namespace

Status verify(const Problem& problem, const Mapping& mapping) { return Checker(problem, mapping).run(); }

}  // namespace heddle::mapper
