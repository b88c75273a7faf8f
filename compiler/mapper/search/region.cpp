#include "compiler/mapper/search/region.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace heddle::mapper::search {
namespace {

constexpr int kSmallArray = 20;  // PEs; below, the whole array is the only region

struct Rectangle {
  int row = 0, column = 0, rows = 0, columns = 0;
  [[nodiscard]] int area() const { return rows * columns; }
};

/// Operations that the same PEs can do, and how many of these PEs lie above and left of each grid point.
class Demand {
 public:
  Demand(const arch::Cgra& cgra, const std::vector<arch::PeId>& pes) : columns_(cgra.columns) {
    sums_.assign(static_cast<std::size_t>((cgra.rows + 1) * (columns_ + 1)), 0);
    for (const auto pe : pes) sum(cgra.pe(pe).row + 1, cgra.pe(pe).column + 1) += 1;
    for (int r = 1; r <= cgra.rows; ++r)
      for (int c = 1; c <= columns_; ++c) sum(r, c) += sum(r - 1, c) + sum(r, c - 1) - sum(r - 1, c - 1);
  }
  int slots = 0;

  [[nodiscard]] int pes_in(const Rectangle& at) {
    const int bottom = at.row + at.rows;
    const int right = at.column + at.columns;
    return sum(bottom, right) - sum(at.row, right) - sum(bottom, at.column) + sum(at.row, at.column);
  }

 private:
  int& sum(int row, int column) { return sums_[static_cast<std::size_t>(row * (columns_ + 1) + column)]; }
  int columns_;
  std::vector<int> sums_;
};

/// All sizes of at least `area` PEs, the smallest and squarest first.
std::vector<Rectangle> sizes(const arch::Cgra& cgra, int area) {
  std::vector<Rectangle> all;
  for (int rows = 1; rows <= cgra.rows; ++rows)
    for (int columns = 1; columns <= cgra.columns; ++columns)
      if (rows * columns >= area) all.push_back({0, 0, rows, columns});
  std::sort(all.begin(), all.end(), [](const Rectangle& a, const Rectangle& b) {
    return std::tuple(a.area(), std::max(a.rows, a.columns), a.rows) <
           std::tuple(b.area(), std::max(b.rows, b.columns), b.rows);
  });
  return all;
}

bool enough(std::vector<Demand>& demands, const Rectangle& at, int ii) {
  return std::all_of(demands.begin(), demands.end(), [&](Demand& demand) {
    const int pes = demand.pes_in(at);
    return pes > 0 && demand.slots <= ii * pes;
  });
}

/// The first rectangle of at least `area` PEs that has enough for every demand, or the whole array.
Rectangle smallest(const arch::Cgra& cgra, std::vector<Demand>& demands, int area, int ii) {
  for (const auto& size : sizes(cgra, area))
    for (int row = 0; row + size.rows <= cgra.rows; ++row)
      for (int column = 0; column + size.columns <= cgra.columns; ++column) {
        const Rectangle at{row, column, size.rows, size.columns};
        if (enough(demands, at, ii)) return at;
      }
  return {0, 0, cgra.rows, cgra.columns};
}

std::vector<arch::PeId> pes_in(const arch::Cgra& cgra, const Rectangle& at) {
  std::vector<arch::PeId> pes;
  for (std::size_t p = 0; p < cgra.pes.size(); ++p) {
    const int row = cgra.pes[p].row - at.row;
    const int column = cgra.pes[p].column - at.column;
    if (row >= 0 && row < at.rows && column >= 0 && column < at.columns) pes.emplace_back(static_cast<std::int64_t>(p));
  }
  return pes;
}

}  // namespace

std::vector<std::vector<arch::PeId>> regions(const Problem& problem, const std::vector<Capability>& capability,
                                             int ii) {
  const auto& cgra = problem.cgra;
  const auto whole = pes_in(cgra, {0, 0, cgra.rows, cgra.columns});
  std::vector<std::vector<arch::PeId>> found;
  if (std::cmp_greater(whole.size(), kSmallArray)) {
    std::map<std::vector<arch::PeId>, int> slots;
    int total = 0;
    for (const auto& one : capability) {
      slots[one.pes] += one.interval;
      total += one.interval;
    }
    std::vector<Demand> demands;
    for (const auto& [pes, wanted] : slots) demands.emplace_back(cgra, pes).slots = wanted;
    const int least = (total + ii - 1) / ii;
    for (const int area : {std::max(16, least * 5 / 4), std::max(36, least * 2)}) {
      const auto region = pes_in(cgra, smallest(cgra, demands, area, ii));
      if (region.size() < whole.size() && (found.empty() || region.size() > found.back().size()))
        found.push_back(region);
    }
  }
  found.push_back(whole);
  return found;
}

}  // namespace heddle::mapper::search
