#include "tests/mapper/brute_force.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace heddle::mapper {
namespace {

/// RES of each PE, then each register of each PE, then each link.
struct Site {
  enum Kind { kRes, kReg, kLink };
  Kind kind = kRes;
  int reader = 0;  ///< the PE that can read it
  int link = -1;
};

/// What a site holds in a slot, or a unit passes. `source`: the site it comes from, -1: it was computed there; -2 less
/// the site: it came from there through the unit.
struct Cell {
  int producer = -1;
  int cycle = 0;
  int source = -1;
  int users = 0;
};

class Oracle {
 public:
  Oracle(const Problem& problem, int ii, int length)
      : p_(problem), ii_(ii), length_(length), edges_(dfg::value_edges(problem.graph)) {
    const auto& cgra = problem.cgra;
    for (std::size_t pe = 0; pe < cgra.pes.size(); ++pe) sites_.push_back({Site::kRes, static_cast<int>(pe), -1});
    for (std::size_t pe = 0; pe < cgra.pes.size(); ++pe)
      for (int r = 0; r < cgra.classes[index(cgra.pes[pe].pe_class)].registers; ++r)
        sites_.push_back({Site::kReg, static_cast<int>(pe), -1});
    for (std::size_t l = 0; l < cgra.links.size(); ++l)
      sites_.push_back({Site::kLink, cgra.links[l].to.value, static_cast<int>(l)});
    cells_.resize(sites_.size() * index(ii));
    passing_.resize(cgra.pes.size() * index(ii));
    pe_.assign(problem.graph.nodes.size(), 0);
    time_ = pe_;
  }

  bool run() { return place(0); }

 private:
  static std::size_t index(int i) { return static_cast<std::size_t>(i); }
  [[nodiscard]] int slot(int cycle) const { return ((cycle % ii_) + ii_) % ii_; }
  Cell& cell(int site, int cycle) { return cells_[index(site * ii_ + slot(cycle))]; }
  [[nodiscard]] arch::Timing timing(int node) const {
    return *p_.cgra.timing(arch::PeId(pe_[index(node)]), p_.graph.nodes[index(node)].op);
  }

  /// Every PE and every cycle that the stages of the array allow, node after node.
  bool place(int node) {
    if (node == static_cast<int>(p_.graph.nodes.size())) return compute(0);
    const auto& self = p_.graph.nodes[index(node)];
    int deepest = 0;
    for (const auto& operand : self.operands)
      if (operand.is_node() && operand.initial) deepest = std::max(deepest, operand.distance);
    for (std::size_t pe = 0; pe < p_.cgra.pes.size(); ++pe) {
      if (!p_.cgra.timing(arch::PeId(static_cast<std::int64_t>(pe)), self.op)) continue;
      for (int t = 0; t / ii_ + deepest <= p_.cgra.max_stages; ++t) {
        pe_[index(node)] = static_cast<int>(pe);
        time_[index(node)] = t;
        if (length_ >= 0 && t + timing(node).latency > length_) break;
        if (fits(node) && place(node + 1)) return true;
      }
    }
    return false;
  }

  /// Units of nodes so far, and the dependences among them.
  bool fits(int node) {
    std::set<std::pair<int, int>> busy;
    for (int n = 0; n <= node; ++n)
      for (int k = 0; k < timing(n).interval; ++k)
        if (!busy.insert({pe_[index(n)], slot(time_[index(n)] + k)}).second) return false;
    for (const auto& e : edges_)
      if (e.from.value <= node && e.to.value <= node &&
          time_[e.to.index()] + e.distance * ii_ < time_[e.from.index()] + timing(e.from.value).latency)
        return false;
    return true;
  }

  /// Results arrive.
  bool compute(int node) {
    if (node == static_cast<int>(p_.graph.nodes.size())) return next_edge(0);
    const int arrival = time_[index(node)] + timing(node).latency;
    return hold(pe_[index(node)], arrival, node, -1, [&] { return compute(node + 1); });
  }

  bool next_edge(std::size_t e) {
    if (e == edges_.size()) return true;
    const int from = edges_[e].from.value;
    return walk(e, pe_[index(from)], time_[index(from)] + timing(from).latency, 0);
  }

  /// All ways on from `site`, where the value is in `cycle` after `hops` links of this cycle.
  bool walk(std::size_t e, int site, int cycle, int hops) {
    const int finish = time_[edges_[e].to.index()] + edges_[e].distance * ii_;
    const int pe = sites_[index(site)].reader;
    if (cycle == finish && pe == pe_[edges_[e].to.index()] && read(site, cycle, [&] { return next_edge(e + 1); }))
      return true;
    if (cross(e, site, cycle, hops)) return true;
    return cycle < finish && (wait(e, site, cycle) || pass(e, site, cycle, finish));
  }

  bool cross(std::size_t e, int site, int cycle, int hops) {
    if (hops == p_.cgra.bypass.hop_limit) return false;
    const Site& here = sites_[index(site)];
    for (std::size_t to = 0; to < sites_.size(); ++to) {
      const Site& there = sites_[to];
      if (there.kind != Site::kLink || p_.cgra.links[index(there.link)].from.value != here.reader) continue;
      if (here.kind == Site::kLink && !p_.cgra.may_bypass(arch::LinkId(here.link), arch::LinkId(there.link))) continue;
      const auto onward = [&] { return walk(e, static_cast<int>(to), cycle, hops + 1); };
      if (read(site, cycle, [&] { return hold(static_cast<int>(to), cycle, edges_[e].from.value, site, onward); }))
        return true;
    }
    return false;
  }

  /// To the next cycle: where it is, or into a register.
  bool wait(std::size_t e, int site, int cycle) {
    const Site& here = sites_[index(site)];
    for (int to = 0; to < static_cast<int>(sites_.size()); ++to) {
      const bool stays = to == site && here.kind != Site::kLink;
      const bool stores = to != site && sites_[index(to)].kind == Site::kReg && sites_[index(to)].reader == here.reader;
      if (!stays && !stores) continue;
      const auto onward = [&] {
        return hold(to, cycle + 1, edges_[e].from.value, site, [&] { return walk(e, to, cycle + 1, 0); });
      };
      if (stays ? onward() : read(site, cycle, [&] { return write(to, cycle, onward); })) return true;
    }
    return false;
  }

  /// Through the unit of the PE that reads the value, into its RES: what a `mov` of the producer's iteration does.
  bool pass(std::size_t e, int site, int cycle, int finish) {
    const int pe = sites_[index(site)].reader;
    const auto mov = p_.cgra.timing(arch::PeId(pe), dfg::Opcode::kMov);
    if (!p_.route_through || !mov || (site == pe && mov->latency == 1) || mov->interval > ii_) return false;
    const int arrival = cycle + mov->latency;
    if (arrival > finish || cycle / ii_ > p_.cgra.max_stages || (length_ >= 0 && arrival > length_)) return false;
    const int from = edges_[e].from.value;
    const auto onward = [&] { return hold(pe, arrival, from, -2 - site, [&] { return walk(e, pe, arrival, 0); }); };
    return read(site, cycle, [&] { return occupy(pe, cycle, mov->interval, {from, cycle, site}, onward); });
  }

  /// The unit reads the value `what` in `cycle` and does nothing else for `interval` cycles.
  template <class Rest>
  bool occupy(int pe, int cycle, int interval, Cell what, const Rest& rest) {
    if (interval == 0) return rest();
    const int last = cycle + interval - 1;
    for (std::size_t n = 0; n < pe_.size(); ++n)
      for (int k = 0; k < timing(static_cast<int>(n)).interval; ++k)
        if (pe_[n] == pe && slot(time_[n] + k) == slot(last)) return false;
    const auto same = [&](const Cell& cell) {
      return std::tuple(cell.producer, cell.cycle, cell.source) == std::tuple(what.producer, what.cycle, what.source);
    };
    Cell& unit = passing_[index(pe * ii_ + slot(last))];
    if (unit.users > 0 && !same(unit)) return false;
    const Cell before = unit;
    what.users = before.users + 1;
    unit = what;
    if (occupy(pe, cycle, interval - 1, what, rest)) return true;
    passing_[index(pe * ii_ + slot(last))] = before;
    return false;
  }

  /// Runs `rest` with the site taken; undone if that fails.
  template <class Rest>
  bool hold(int site, int cycle, int producer, int source, const Rest& rest) {
    Cell& here = cell(site, cycle);
    if (here.users > 0 && std::tuple(here.producer, here.cycle, here.source) != std::tuple(producer, cycle, source))
      return false;
    const Cell before = here;
    here = {producer, cycle, source, before.users + 1};
    if (rest()) return true;
    cell(site, cycle) = before;
    return false;
  }

  template <class Rest>
  bool read(int site, int cycle, const Rest& rest) {
    if (sites_[index(site)].kind != Site::kReg) return rest();
    return with_port(reads_, site, cycle, kind(site).rf_read_ports, rest);
  }
  template <class Rest>
  bool write(int site, int cycle, const Rest& rest) {
    return with_port(writes_, site, cycle, kind(site).rf_write_ports, rest);
  }
  [[nodiscard]] const arch::PeClass& kind(int site) const {
    return p_.cgra.pe_class(arch::PeId(sites_[index(site)].reader));
  }

  using Ports = std::map<std::pair<int, int>, std::map<int, int>>;  ///< by PE and slot: registers and their uses
  template <class Rest>
  bool with_port(Ports& ports, int site, int cycle, int limit, const Rest& rest) {
    auto& used = ports[{sites_[index(site)].reader, slot(cycle)}];
    ++used[site];
    if (static_cast<int>(used.size()) <= limit && rest()) return true;
    if (--used[site] == 0) used.erase(site);
    return false;
  }

  const Problem& p_;
  int ii_;
  int length_;
  std::vector<dfg::ValueEdge> edges_;
  std::vector<Site> sites_;
  std::vector<Cell> cells_;
  std::vector<Cell> passing_;  ///< by PE and slot
  Ports reads_, writes_;
  std::vector<int> pe_, time_;
};

}  // namespace

bool brute_force_feasible(const Problem& problem, int ii, int length) { return Oracle(problem, ii, length).run(); }

int brute_force_minimum(const Problem& problem, int max_ii) {
  for (int ii = 1; ii <= max_ii; ++ii)
    if (brute_force_feasible(problem, ii)) return ii;
  return 0;
}

}  // namespace heddle::mapper
