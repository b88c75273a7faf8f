#include "tests/mapper/planted.h"

#include <algorithm>
#include <climits>
#include <deque>
#include <map>
#include <optional>
#include <set>

namespace heddle::mapper::fixtures {
namespace {

using dfg::NodeId;
using dfg::Opcode;
using dfg::Operand;
using Cell = std::pair<Place, int>;                 // place, slot
using Port = std::pair<std::pair<bool, int>, int>;  // (write, PE), slot

struct Stand {
  Hop hop;
  int hops = 0;     // links crossed in this cycle
  int parent = -1;  // stand before, or -1
  std::vector<Hop> stem;
};

class Planter {
 public:
  Planter(const arch::Cgra& cgra, int ii, Random& random) : cgra_(cgra), ii_(ii), random_(random) {
    made_.mapping.ii = ii;
    made_.graph.name = "planted";
    // Larger than a bank: which bank an access goes to is not known before the run.
    made_.graph.arrays = {{"memory", 4, cgra.scratchpad.bank_bytes * 2, true, true}};
    made_.mapping.banks = {0};
  }

  Planted run(int nodes) {
    for (int tries = 0; tries < 40 * nodes && static_cast<int>(made_.graph.nodes.size()) < nodes; ++tries) add();
    carry();
    for (const auto& edge : dfg::value_edges(made_.graph))
      made_.mapping.routes.push_back({edge, routes_.at({edge.to.value, static_cast<int>(edge.port)})});
    return std::move(made_);
  }

 private:
  [[nodiscard]] int slot(int cycle) const { return cycle % ii_; }
  [[nodiscard]] int arrival(int node) const {
    const auto& at = made_.mapping.nodes[static_cast<std::size_t>(node)];
    return at.time + cgra_.timing(at.pe, made_.graph.nodes[static_cast<std::size_t>(node)].op)->latency;
  }
  [[nodiscard]] bool is_free(Place place, int cycle) const { return !taken_.contains({place, slot(cycle)}); }
  [[nodiscard]] bool port_free(bool write, arch::PeId pe, int cycle, int reg) const {
    const auto& kind = cgra_.pe_class(pe);
    const auto used = ports_.find({{write, pe.value}, slot(cycle)});
    if (used == ports_.end() || used->second.contains(reg)) return true;
    return std::cmp_less(used->second.size(), write ? kind.rf_write_ports : kind.rf_read_ports);
  }

  /// One operation with at least one operand on a way, unless it is a load; nothing if that fails.
  void add() {
    const arch::PeId pe(static_cast<std::int64_t>(random_.below(cgra_.pes.size())));
    const bool first = made_.graph.nodes.size() < 3 || random_.below(12) == 0;
    const int around = first ? 0 : arrival(static_cast<int>(random_.below(made_.graph.nodes.size())));
    const int time = std::min(around + static_cast<int>(random_.below(static_cast<std::uint64_t>(ii_) + 1)), 24 * ii_);
    const Opcode op = operation(pe);
    const int latency = cgra_.timing(pe, op)->latency;
    if (units_.contains({pe.value, slot(time)})) return;
    if (!dfg::is_store(op) && !is_free(Place::result(pe), time + latency)) return;
    const int self = static_cast<int>(made_.graph.nodes.size());
    dfg::Node node;
    node.op = op;
    node.name = "n" + std::to_string(self);
    if (!dfg::is_store(op)) taken_.insert({Place::result(pe), slot(time + latency)});
    const int wanted = dfg::is_memory(op) ? 1 + static_cast<int>(dfg::is_store(op)) : dfg::info(op).operands;
    int brought = 0;
    for (int k = 0; k < wanted; ++k) {
      node.operands[static_cast<std::size_t>(k)] = Operand::of(dfg::Immediate::constant(dfg::is_memory(op) ? 0 : 7));
      if (k > 0 && random_.below(4) == 0) continue;
      const auto from = bring(pe, time, self, k, self);
      if (from) node.operands[static_cast<std::size_t>(k)] = Operand::of(NodeId(*from));
      brought += static_cast<int>(from.has_value());
    }
    if (brought == 0 && !(first && !dfg::is_store(op))) {
      if (!dfg::is_store(op)) taken_.erase({Place::result(pe), slot(time + latency)});
      return;
    }
    if (dfg::is_memory(op)) node.array = dfg::ArrayId(0);
    units_.insert({pe.value, slot(time)});
    made_.graph.nodes.push_back(node);
    made_.mapping.nodes.push_back({pe, time});
  }

  Opcode operation(arch::PeId pe) {
    static constexpr Opcode kMix[] = {Opcode::kAdd, Opcode::kSub,    Opcode::kXor,
                                      Opcode::kAdd, Opcode::kSelect, Opcode::kMul};
    if (cgra_.pe_class(pe).memory && random_.below(3) > 0)
      return random_.below(3) == 0 ? Opcode::kStore32 : Opcode::kLoadS32;
    const Opcode op = kMix[random_.below(std::size(kMix))];
    return cgra_.timing(pe, op) ? op : Opcode::kAdd;
  }

  /// Ports that hold an immediate get values of the iteration before where a way is left.
  void carry() {
    const int nodes = static_cast<int>(made_.graph.nodes.size());
    for (int tries = 0; tries < nodes / 4; ++tries) {
      const int to = static_cast<int>(random_.below(static_cast<std::uint64_t>(nodes)));
      auto& node = made_.graph.nodes[static_cast<std::size_t>(to)];
      if (dfg::is_memory(node.op) || !node.operands[1].present() || node.operands[1].is_node()) continue;
      const auto at = made_.mapping.nodes[static_cast<std::size_t>(to)];
      const auto from = bring(at.pe, at.time + ii_, to, 1, nodes);
      if (from) node.operands[1] = Operand::of(NodeId(*from), 1, dfg::Immediate::constant(0));
    }
  }

  /// Of the first `values` nodes, one whose value a way brings to `pe` in `cycle`; lays it.
  std::optional<int> bring(arch::PeId pe, int cycle, int to, int port, int values) {
    for (int tries = 0; tries < 12 && values > 0; ++tries) {
      const int from = static_cast<int>(random_.below(static_cast<std::uint64_t>(values)));
      if (dfg::is_store(made_.graph.nodes[static_cast<std::size_t>(from)].op)) continue;
      const int start = arrival(from);
      if (start > cycle || cycle - start >= ii_) continue;
      const auto home = made_.mapping.nodes[static_cast<std::size_t>(from)].pe;
      if (links_between(home, pe) > (cycle - start + 1) * cgra_.bypass.hop_limit) continue;
      if (lay(from, pe, cycle, to, port)) return from;
    }
    return {};
  }

  /// At least, on the shortest way.
  int links_between(arch::PeId from, arch::PeId to) {
    auto& links = links_[from.value];
    if (links.empty()) {
      links.assign(cgra_.pes.size(), INT_MAX / 2);
      links[from.index()] = 0;
      std::deque<arch::PeId> queue{from};
      for (; !queue.empty(); queue.pop_front())
        for (const auto link : cgra_.out_links[queue.front().index()]) {
          const auto next = cgra_.link(link).to;
          if (links[next.index()] < INT_MAX / 2) continue;
          links[next.index()] = links[queue.front().index()] + 1;
          queue.push_back(next);
        }
    }
    return links[to.index()];
  }

  bool lay(int from, arch::PeId pe, int cycle, int to, int port) {
    std::vector<Stand> stands;
    std::set<std::pair<Place, int>> visited;
    const auto push = [&](Stand stand) {
      if (visited.insert({stand.hop.place, stand.hop.cycle}).second) stands.push_back(std::move(stand));
    };
    std::map<Hop, Stand> seeds;
    const arch::PeId home = made_.mapping.nodes[static_cast<std::size_t>(from)].pe;
    const int start = arrival(from);
    seeds[{start, Place::result(home)}] = {{start, Place::result(home)}, 0, -1, {{start, Place::result(home)}}};
    for (const auto& [use, hops] : routes_) {
      if (from_.at(use) != from) continue;
      int links = 0;
      for (std::size_t i = 0; i < hops.size() && hops[i].cycle <= cycle; ++i) {
        links = hops[i].place.kind == Place::Kind::kLink ? links + 1 : 0;
        seeds.try_emplace(hops[i],
                          Stand{hops[i], links, -1, {hops.begin(), hops.begin() + static_cast<std::ptrdiff_t>(i) + 1}});
      }
    }
    for (int now = start; now <= cycle; ++now) {
      std::size_t next = stands.size();
      for (const auto& [hop, stand] : seeds)
        if (hop.cycle == now) push(stand);
      // Stands of this cycle that were pushed at the end of the one before come first.
      for (std::size_t i = 0; i < stands.size(); ++i) {
        if (stands[i].hop.cycle != now) continue;
        next = i;
        break;
      }
      for (std::size_t i = next; i < stands.size(); ++i)
        if (stands[i].hop.cycle == now && step(stands, i, pe, cycle, push)) return commit(stands, i, from, to, port);
    }
    return false;
  }

  [[nodiscard]] arch::PeId pe_of(const Place& place) const {
    return place.kind == Place::Kind::kLink ? cgra_.link(place.link).to : place.pe;
  }

  /// Goes on from stand i; true if the value can be read there where it is wanted.
  template <class Push>
  bool step(const std::vector<Stand>& stands, std::size_t i, arch::PeId pe, int cycle, const Push& push) {
    const Stand here = stands[i];
    const Place place = here.hop.place;
    const int now = here.hop.cycle;
    const arch::PeId at = pe_of(place);
    const bool in_register = place.kind == Place::Kind::kRegister;
    const bool readable = !in_register || port_free(false, at, now, place.reg);
    if (readable && at == pe && now == cycle) return true;
    const int parent = static_cast<int>(i);
    for (const auto link : cgra_.out_links[at.index()]) {
      const bool onward = place.kind == Place::Kind::kLink;
      if (!readable || here.hops >= cgra_.bypass.hop_limit || !is_free(Place::on_link(link), now)) continue;
      if (onward && !cgra_.may_bypass(place.link, link)) continue;
      push(Stand{{now, Place::on_link(link)}, here.hops + 1, parent, {}});
    }
    if (now == cycle) return false;
    if (place.kind != Place::Kind::kLink && is_free(place, now + 1)) push(Stand{{now + 1, place}, 0, parent, {}});
    for (int r = 0; r < cgra_.pe_class(at).registers; ++r) {
      const Place reg = Place::register_of(at, r);
      if (readable && reg != place && is_free(reg, now + 1) && port_free(true, at, now, r))
        push(Stand{{now + 1, reg}, 0, parent, {}});
    }
    return false;
  }

  bool commit(const std::vector<Stand>& stands, std::size_t last, int from, int to, int port) {
    std::vector<Hop> tail;
    int at = static_cast<int>(last);
    while (stands[static_cast<std::size_t>(at)].stem.empty()) {
      tail.push_back(stands[static_cast<std::size_t>(at)].hop);
      at = stands[static_cast<std::size_t>(at)].parent;
    }
    std::vector<Hop> hops = stands[static_cast<std::size_t>(at)].stem;
    hops.insert(hops.end(), tail.rbegin(), tail.rend());
    for (std::size_t i = 0; i < hops.size(); ++i) {
      const Place& place = hops[i].place;
      taken_.insert({place, slot(hops[i].cycle)});
      if (place.kind != Place::Kind::kRegister) continue;
      if (i + 1 == hops.size() || hops[i + 1].place != place)
        ports_[{{false, place.pe.value}, slot(hops[i].cycle)}].insert(place.reg);
      if (hops[i - 1].place != place) ports_[{{true, place.pe.value}, slot(hops[i].cycle - 1)}].insert(place.reg);
    }
    routes_[{to, port}] = std::move(hops);
    from_[{to, port}] = from;
    return true;
  }

  const arch::Cgra& cgra_;
  int ii_;
  Random& random_;
  Planted made_;
  std::set<Cell> taken_;
  std::map<Port, std::set<int>> ports_;
  std::set<std::pair<std::int64_t, int>> units_;
  std::map<std::pair<std::int64_t, int>, std::vector<Hop>> routes_;  // by node and port
  std::map<std::pair<std::int64_t, int>, int> from_;
  std::map<std::int64_t, std::vector<int>> links_;
};

}  // namespace

Planted plant(const arch::Cgra& cgra, int ii, int nodes, Random& random) {
  return Planter(cgra, ii, random).run(nodes);
}

}  // namespace heddle::mapper::fixtures
