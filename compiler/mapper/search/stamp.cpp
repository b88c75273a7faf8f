// One copy mapped alone on a small rectangle, and the same for all others on rectangles beside it.
#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "compiler/mapper/search/search.h"
#include "compiler/mapper/search/tiles.h"

namespace heddle::mapper::search {
namespace {

constexpr int kMostSizes = 16;     // of rectangles that the first copy is tried on
constexpr int kMovesOfEach = 200;  // for each operation of a copy

class Stamper {
 public:
  Stamper(const Problem& problem, const Fabric& fabric, const Task& task, const std::vector<Capability>& capability,
          const std::vector<int>& banks, const Tiles& tiles, int ii, std::uint64_t seed)
      : problem_(problem), fabric_(fabric), task_(task), tiles_(tiles), ii_(ii), seed_(seed) {
    for (const int n : tiles.copies.front()) {
      capability_.push_back(capability[static_cast<std::size_t>(n)]);
      banks_.push_back(banks[static_cast<std::size_t>(n)]);
    }
    for (int p = 0; p < fabric.pes; ++p) at_[{row(p), column(p)}] = p;
    for (const auto& [place, p] : at_) {
      rows_ = std::max(rows_, place.first + 1);
      columns_ = std::max(columns_, place.second + 1);
    }
    cut_graph();
  }

  std::optional<std::vector<std::vector<Seat>>> run() {
    int tried = 0;
    for (const auto& [rows, columns] : sizes()) {
      const auto base = base_of(rows, columns);
      if (base < 0) continue;
      if (++tried > kMostSizes) break;
      auto first = map_first(base, rows, columns);
      if (first.empty()) continue;
      auto seats = spread(first, base, rows, columns);
      if (!seats.empty()) return seats;
    }
    return {};
  }

 private:
  [[nodiscard]] int row(int pe) const { return fabric_.row[static_cast<std::size_t>(pe)]; }
  [[nodiscard]] int column(int pe) const { return fabric_.column[static_cast<std::size_t>(pe)]; }

  /// The first copy as a graph of its own; what comes from outside is a constant there.
  void cut_graph() {
    const auto& nodes = tiles_.copies.front();
    std::map<std::int64_t, int> number;
    for (std::size_t t = 0; t < nodes.size(); ++t) number[nodes[t]] = static_cast<int>(t);
    graph_.name = problem_.graph.name;
    graph_.arrays = problem_.graph.arrays;
    for (const int n : nodes) {
      graph_.nodes.push_back(problem_.graph.nodes[static_cast<std::size_t>(n)]);
      for (auto& operand : graph_.nodes.back().operands) {
        if (!operand.is_node()) continue;
        const auto inner = number.find(operand.node.value);
        operand = inner == number.end()
                      ? dfg::Operand::of(dfg::Immediate::constant(0))
                      : dfg::Operand::of(dfg::NodeId(inner->second), operand.distance, operand.initial);
      }
    }
    for (const auto& edge : problem_.graph.order) {
      const auto from = number.find(edge.from.value);
      const auto to = number.find(edge.to.value);
      if (from == number.end() || to == number.end()) continue;
      graph_.order.push_back({dfg::NodeId(from->second), dfg::NodeId(to->second), edge.distance});
    }
  }

  /// Of enough PEs for a copy, and so few that all copies fit side by side; small and square first.
  [[nodiscard]] std::vector<std::pair<int, int>> sizes() const {
    std::vector<std::tuple<int, int, int>> all;
    const auto copies = static_cast<int>(tiles_.copies.size());
    for (int rows = 1; rows <= rows_; ++rows)
      for (int columns = 1; columns <= columns_; ++columns)
        if (rows * columns * ii_ >= tiles_.size() && (rows_ / rows) * (columns_ / columns) >= copies)
          all.emplace_back(rows * columns, std::max(rows, columns), rows);
    std::sort(all.begin(), all.end());
    std::vector<std::pair<int, int>> sizes;
    for (const auto& [area, longest, rows] : all) sizes.emplace_back(rows, area / rows);
    return sizes;
  }

  [[nodiscard]] bool able(int node, int pe) const {
    return std::binary_search(task_.able.begin(node), task_.able.end(node), pe);
  }

  /// Whether each operation of the copy has issue slots there, on PEs that can do it.
  [[nodiscard]] bool has_room(const Area& area) const {
    std::map<std::vector<int>, int> wanted;
    for (const int n : tiles_.copies.front()) {
      std::vector<int> pes;
      for (int r = area.top; r <= area.bottom; ++r)
        for (int c = area.left; c <= area.right; ++c)
          if (const auto pe = at_.find({r, c}); pe != at_.end() && able(n, pe->second)) pes.push_back(pe->second);
      if (++wanted[pes] > ii_ * static_cast<int>(pes.size())) return false;
    }
    return true;
  }

  /// A place of the grid of such rectangles with room for a copy, if as many places have room as there are copies.
  [[nodiscard]] int base_of(int rows, int columns) const {
    int base = -1;
    std::size_t places = 0;
    for (int r = 0; r + rows <= rows_; r += rows)
      for (int c = 0; c + columns <= columns_; c += columns) {
        if (!has_room({r, c, r + rows - 1, c + columns - 1})) continue;
        if (places++ == 0) base = r * columns_ + c;
      }
    return places >= tiles_.copies.size() ? base : -1;
  }

  /// Seats of the first copy, or none.
  std::vector<Seat> map_first(int base, int rows, int columns) {
    std::vector<arch::PeId> region;
    for (int p = 0; p < fabric_.pes; ++p) {
      const int r = row(p) - base / columns_;
      const int c = column(p) - base % columns_;
      if (r >= 0 && r < rows && c >= 0 && c < columns) region.push_back(fabric_.pe_ids[static_cast<std::size_t>(p)]);
    }
    const Problem part{graph_, problem_.cgra};
    const Fabric fabric(part, region);
    const Task task(part, fabric, capability_, banks_);
    const Schedule schedule(task, ii_);
    Search search(fabric, task, schedule, ii_, problem_.cgra.max_stages, seed_, Tuning{});
    if (!search.run(kMovesOfEach * task.nodes + kMovesOfEach, [] { return false; })) return {};
    std::vector<Seat> seats;
    for (int t = 0; t < task.nodes; ++t) {
      const auto pe = region[static_cast<std::size_t>(search.state().pe[static_cast<std::size_t>(t)])];
      const auto& at = problem_.cgra.pe(pe);
      seats.push_back({t, at_.at({at.row, at.column}), search.state().time[static_cast<std::size_t>(t)]});
    }
    return seats;
  }

  /// The copies in the order of a walk to and fro over the grid, so that those that follow each other are neighbours.
  std::vector<std::vector<Seat>> spread(const std::vector<Seat>& first, int base, int rows, int columns) {
    std::vector<std::vector<Seat>> all;
    for (int r = 0; r + rows <= rows_; r += rows) {
      const int places = columns_ / columns;
      for (int i = 0; i < places && all.size() < tiles_.copies.size(); ++i) {
        const int c = columns * (r / rows % 2 == 0 ? i : places - 1 - i);
        auto seats = shifted(first, r - base / columns_, c - base % columns_, tiles_.copies[all.size()]);
        if (!seats.empty()) all.push_back(std::move(seats));
      }
    }
    if (all.size() < tiles_.copies.size()) all.clear();
    return all;
  }

  [[nodiscard]] std::vector<Seat> shifted(const std::vector<Seat>& first, int down, int right,
                                          const std::vector<int>& copy) const {
    std::vector<Seat> seats;
    for (const Seat& seat : first) {
      const int node = copy[static_cast<std::size_t>(seat.node)];
      const auto pe = at_.find({row(seat.pe) + down, column(seat.pe) + right});
      if (pe == at_.end() || !able(node, pe->second)) return {};
      seats.push_back({node, pe->second, seat.time});
    }
    return seats;
  }

  const Problem& problem_;
  const Fabric& fabric_;
  const Task& task_;
  const Tiles& tiles_;
  int ii_;
  std::uint64_t seed_;
  std::vector<Capability> capability_;  // by operation of a copy
  std::vector<int> banks_;
  dfg::Graph graph_;
  std::map<std::pair<int, int>, int> at_;  // row and column: PE
  int rows_ = 0, columns_ = 0;
};

}  // namespace

std::optional<std::vector<std::vector<Seat>>> stamp(const Problem& problem, const Fabric& fabric, const Task& task,
                                                    const std::vector<Capability>& capability,
                                                    const std::vector<int>& banks, const Tiles& tiles, int ii,
                                                    std::uint64_t seed) {
  if (tiles.copies.empty()) return {};
  return Stamper(problem, fabric, task, capability, banks, tiles, ii, seed).run();
}

}  // namespace heddle::mapper::search
