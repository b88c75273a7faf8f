#include "compiler/mapper/exact/decode.h"

#include <algorithm>
#include <map>
#include <set>

#include "compiler/base/check.h"
#include "compiler/mapper/exact/registers.h"

namespace heddle::mapper::exact {
namespace {

enum class Kind : std::uint8_t { kResult, kFile, kLink };

/// A place without the number of the register, in a cycle.
struct Spot {
  Kind kind = Kind::kResult;
  int index = 0;
  int cycle = 0;
  auto operator<=>(const Spot&) const = default;
};

/// Where one value really gets to, and from where it came there: the first way found, with the fewest links in a cycle.
class Spread {
 public:
  Spread(const Model& model, const Question& question, int node) : model_(model), q_(question), node_(node) {
    const auto& task = q_.task;
    const int pe = model.pe_of(node);
    const int start = model.time_of(node) + task.latency_on(node, pe);
    int last = start;
    for (const int* e = task.out_edges.begin(node); e != task.out_edges.end(node); ++e) {
      const search::Edge& edge = task.edges[static_cast<std::size_t>(*e)];
      last = std::max(last, model.time_of(edge.to) + edge.distance * q_.ii);
    }
    from_[{Kind::kResult, pe, start}] = {Kind::kResult, pe, start};
    for (int cycle = start; cycle <= last; ++cycle) {
      if (cycle > start) {
        fill_results(cycle);
        fill_files(cycle);
      }
      cross_links(cycle);
    }
  }

  /// The spots from RES of the producer to what `pe` reads in `cycle`, in order.
  [[nodiscard]] std::vector<Spot> way_to(int pe, int cycle) const {
    const std::optional<Spot> spot = readable(pe, cycle);
    HEDDLE_CHECK(spot.has_value(), "exact: a satisfied formula brings no value to its reader");
    std::vector<Spot> way{*spot};
    for (Spot before = from_.at(*spot); before != way.back(); before = from_.at(before)) way.push_back(before);
    std::reverse(way.begin(), way.end());
    return way;
  }

 private:
  [[nodiscard]] bool known(const Spot& spot) const { return from_.contains(spot); }

  /// What `pe` can read.
  [[nodiscard]] std::optional<Spot> readable(int pe, int cycle) const {
    const auto outside = source(pe, cycle);
    if (outside || !known({Kind::kFile, pe, cycle}) || !model_.reads(node_, pe, cycle)) return outside;
    return Spot{Kind::kFile, pe, cycle};
  }

  void stay(const Spot& before, bool stays) {
    if (stays && known(before)) from_.emplace(Spot{before.kind, before.index, before.cycle + 1}, before);
  }

  /// What `pe` can read but its registers.
  [[nodiscard]] std::optional<Spot> source(int pe, int cycle) const {
    if (known({Kind::kResult, pe, cycle})) return Spot{Kind::kResult, pe, cycle};
    const auto& links = q_.fabric.in_links;
    for (const int* l = links.begin(pe); l != links.end(pe); ++l)
      if (known({Kind::kLink, *l, cycle})) return Spot{Kind::kLink, *l, cycle};
    return std::nullopt;
  }

  /// Staying is preferred to a pass that brings the same value to the same place.
  void fill_results(int cycle) {
    for (int pe = 0; pe < q_.fabric.pes; ++pe) {
      stay(Spot{Kind::kResult, pe, cycle - 1}, model_.in_result(node_, pe, cycle));
      const int read = cycle - q_.fabric.pass_latency[static_cast<std::size_t>(pe)];
      const Spot here{Kind::kResult, pe, cycle};
      if (known(here) || !model_.passes(node_, pe, read)) continue;
      if (const auto before = readable(pe, read)) from_.emplace(here, *before);
    }
  }

  void fill_files(int cycle) {
    for (int pe = 0; pe < q_.fabric.pes; ++pe) {
      if (!model_.in_file(node_, pe, cycle)) continue;
      // Where registers are spelled out, a change of register may owe itself to a fresh write.
      if (model_.register_of(node_, pe, cycle - 1) != model_.register_of(node_, pe, cycle)) fetch(pe, cycle);
      stay({Kind::kFile, pe, cycle - 1}, true);
      fetch(pe, cycle);
    }
  }

  /// Into the file of `pe`, to be there in `cycle`, from outside it.
  void fetch(int pe, int cycle) {
    if (known({Kind::kFile, pe, cycle}) || !model_.writes(node_, pe, cycle - 1)) return;
    if (const auto before = source(pe, cycle - 1)) from_.emplace(Spot{Kind::kFile, pe, cycle}, *before);
  }

  void cross_links(int cycle) {
    const auto& fabric = q_.fabric;
    std::vector<Spot> reached;
    for (int l = 0; l < fabric.links; ++l) {
      const int from = fabric.link_from[static_cast<std::size_t>(l)];
      if (!on_link(l, cycle)) continue;
      if (known({Kind::kResult, from, cycle})) {
        reached.push_back(enter(l, {Kind::kResult, from, cycle}));
      } else if (known({Kind::kFile, from, cycle}) && model_.reads(node_, from, cycle)) {
        reached.push_back(enter(l, {Kind::kFile, from, cycle}));
      }
    }
    for (int hop = 2; hop <= fabric.hop_limit && !reached.empty(); ++hop) {
      std::vector<Spot> next;
      for (const Spot& spot : reached)
        for (const int* l = fabric.turns.begin(spot.index); l != fabric.turns.end(spot.index); ++l)
          if (on_link(*l, cycle) && !known({Kind::kLink, *l, cycle})) next.push_back(enter(*l, spot));
      reached = std::move(next);
    }
  }

  Spot enter(int link, const Spot& before) {
    const Spot spot{Kind::kLink, link, before.cycle};
    from_.emplace(spot, before);
    return spot;
  }

  [[nodiscard]] bool on_link(int link, int cycle) const {
    for (int hop = 1; hop <= model_.hops(); ++hop)
      if (model_.on_link(node_, link, hop, cycle)) return true;
    return false;
  }

  const Model& model_;
  const Question& q_;
  int node_;
  std::map<Spot, Spot> from_;  ///< the start is its own source
};

/// What is used of one register file, gathered from all routes.
struct FileUse {
  std::map<std::pair<int, int>, Entry> entries;  ///< by value and cycle
};

void note_use(std::vector<FileUse>& files, int value, const std::vector<Spot>& way) {
  for (std::size_t i = 0; i < way.size(); ++i) {
    const Spot& spot = way[i];
    if (spot.kind != Kind::kFile) continue;
    Entry& entry = files[static_cast<std::size_t>(spot.index)].entries[{value, spot.cycle}];
    entry.value = value;
    entry.cycle = spot.cycle;
    entry.fresh = entry.fresh || way[i - 1].kind != Kind::kFile;
    entry.read = entry.read || i + 1 == way.size() || way[i + 1].kind != Kind::kFile;
  }
}

std::optional<std::vector<int>> named_registers(const Model& model, int pe, const std::vector<Entry>& entries) {
  std::vector<int> registers;
  for (const Entry& entry : entries) registers.push_back(model.register_of(entry.value, pe, entry.cycle));
  return registers;
}

}  // namespace

std::variant<Mapping, FullFile> decode(const Model& model, const Question& question, const Problem& problem,
                                       const std::vector<int>& banks) {
  const auto& fabric = question.fabric;
  std::vector<FileUse> files(static_cast<std::size_t>(fabric.pes));
  std::vector<std::vector<Spot>> ways;
  std::map<int, Spread> spreads;
  for (const search::Edge& edge : question.task.edges) {
    const auto& spread = spreads.try_emplace(edge.from, model, question, edge.from).first->second;
    ways.push_back(spread.way_to(model.pe_of(edge.to), model.time_of(edge.to) + edge.distance * question.ii));
    note_use(files, edge.from, ways.back());
  }
  std::map<std::tuple<int, int, int>, int> registers;  // by PE, value and cycle
  for (int p = 0; p < fabric.pes; ++p) {
    std::vector<Entry> entries;
    for (const auto& [key, entry] : files[static_cast<std::size_t>(p)].entries) entries.push_back(entry);
    const auto& kind = question.cgra.pe_class(fabric.pe_ids[static_cast<std::size_t>(p)]);
    const FileLimits limits{kind.registers, kind.rf_read_ports, kind.rf_write_ports};
    const auto chosen = model.has_named_registers(p) ? named_registers(model, p, entries)
                                                     : assign_registers(entries, limits, question.ii);
    if (!chosen) return FullFile{p};
    for (std::size_t i = 0; i < entries.size(); ++i) registers[{p, entries[i].value, entries[i].cycle}] = (*chosen)[i];
  }
  Mapping mapping;
  mapping.ii = question.ii;
  mapping.banks = model.banks(banks);
  int first = question.horizon;
  for (int n = 0; n < question.task.nodes; ++n) first = std::min(first, model.time_of(n));
  for (int n = 0; n < question.task.nodes; ++n)
    mapping.nodes.push_back({fabric.pe_ids[static_cast<std::size_t>(model.pe_of(n))], model.time_of(n) - first});
  const auto edges = dfg::value_edges(problem.graph);
  for (std::size_t e = 0; e < edges.size(); ++e) {
    Route route{edges[e], {}};
    for (const Spot& spot : ways[e]) {
      Place place = fabric.to_place(spot.kind == Kind::kLink ? fabric.link(spot.index) : fabric.res(spot.index));
      if (spot.kind == Kind::kFile)
        place = Place::register_of(place.pe, registers.at({spot.index, question.task.edges[e].from, spot.cycle}));
      route.hops.push_back({spot.cycle - first, place});
    }
    mapping.routes.push_back(std::move(route));
  }
  return mapping;
}

}  // namespace heddle::mapper::exact
