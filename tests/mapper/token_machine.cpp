#include "tests/mapper/token_machine.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace heddle::mapper {
namespace {

using Token = std::optional<std::pair<int, int>>;  // node, iteration

class Machine {
 public:
  Machine(const Problem& problem, const Mapping& mapping)
      : problem_(problem), mapping_(mapping), edges_(dfg::value_edges(problem.graph)) {}

  std::string run() {
    for (std::size_t e = 0; e < edges_.size() && wrong_.empty(); ++e) configure(mapping_.routes[e]);
    int longest = 1;
    for (std::size_t e = 0; e < edges_.size(); ++e) {
      longest = std::max(longest, mapping_.nodes[edges_[e].to.index()].time + edges_[e].distance * mapping_.ii);
    }
    const int warm = 2 * longest + 64;
    for (int cycle = 0; cycle < warm + 3 * mapping_.ii && wrong_.empty(); ++cycle) step(cycle, cycle >= warm);
    return wrong_;
  }

 private:
  [[nodiscard]] int slot(int cycle) const { return ((cycle % mapping_.ii) + mapping_.ii) % mapping_.ii; }
  [[nodiscard]] arch::PeId read_at(const Place& place) const {
    return place.kind == Place::Kind::kLink ? problem_.cgra.link(place.link).to : place.pe;
  }

  void configure(const Route& route) {
    for (std::size_t h = 1; h < route.hops.size(); ++h) {
      const Place& from = route.hops[h - 1].place;
      const Place& to = route.hops[h].place;
      if (to == from) continue;
      if (to.kind == Place::Kind::kResult) return fail("a route writes RES");
      const bool link = to.kind == Place::Kind::kLink;
      const auto needed = link ? problem_.cgra.link(to.link).from : to.pe;
      if (read_at(from) != needed) return fail("a place is set to a source that it does not reach");
      // A link's setting acts in its own cycle, a register's write in the cycle before.
      const int when = slot(route.hops[h].cycle - (link ? 0 : 1));
      const auto [known, fresh] = source_.try_emplace({to, when}, from);
      if (!fresh && known->second != from) return fail("a place has two sources in one slot");
    }
  }

  Token value(const Place& place, int cycle, int depth) {
    if (place.kind != Place::Kind::kLink) return stored_[place];
    const auto source = source_.find({place, slot(cycle)});
    if (source == source_.end() || depth > 64) return {};
    return value(source->second, cycle, depth + 1);
  }

  void step(int cycle, bool check) {
    for (std::size_t e = 0; e < edges_.size() && check; ++e) check_operand(e, cycle);
    std::map<Place, Token> next;
    for (const auto& [where, from] : source_)
      if (where.first.kind == Place::Kind::kRegister && where.second == slot(cycle))
        next[where.first] = value(from, cycle, 0);
    for (std::size_t n = 0; n < mapping_.nodes.size(); ++n) {
      const auto& node = mapping_.nodes[n];
      const auto op = problem_.graph.nodes[n].op;
      const auto timing = problem_.cgra.timing(node.pe, op);
      if (!timing) return fail("an operation is where it cannot be done");
      const int issued = cycle + 1 - timing->latency;
      if (slot(issued) != slot(node.time) || dfg::is_store(op)) continue;
      const Place res = Place::result(node.pe);
      if (next.contains(res)) return fail("two results arrive in one RES");
      next[res] = std::pair(static_cast<int>(n), (issued - node.time) / mapping_.ii);
    }
    for (const auto& [place, token] : next) stored_[place] = token;
  }

  void check_operand(std::size_t e, int cycle) {
    const auto& edge = edges_[e];
    const auto& to = mapping_.nodes[edge.to.index()];
    if (slot(cycle) != slot(to.time)) return;
    const auto& hops = mapping_.routes[e].hops;
    if (hops.empty() || read_at(hops.back().place) != to.pe) return fail("an operand is read where it does not come");
    const int iteration = (cycle - to.time) / mapping_.ii - edge.distance;
    if (value(hops.back().place, cycle, 0) != Token(std::pair(edge.from.value, iteration)))
      fail("an operand reads a wrong token");
  }

  void fail(const char* what) {
    if (wrong_.empty()) wrong_ = what;
  }

  const Problem& problem_;
  const Mapping& mapping_;
  std::vector<dfg::ValueEdge> edges_;
  std::map<std::pair<Place, int>, Place> source_;
  std::map<Place, Token> stored_;
  std::string wrong_;
};

}  // namespace

std::string replay(const Problem& problem, const Mapping& mapping) { return Machine(problem, mapping).run(); }

}  // namespace heddle::mapper
