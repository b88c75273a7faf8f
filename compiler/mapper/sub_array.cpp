#include "compiler/mapper/sub_array.h"

#include <algorithm>
#include <tuple>

namespace heddle::mapper {

std::vector<Rectangle> rectangles(const arch::Cgra& cgra, int least_area) {
  std::vector<Rectangle> all;
  for (int rows = 1; rows <= cgra.rows; ++rows)
    for (int columns = 1; columns <= cgra.columns; ++columns) {
      const int area = rows * columns;
      if (area < least_area || area == cgra.rows * cgra.columns) continue;
      for (int row = 0; row + rows <= cgra.rows; ++row)
        for (int column = 0; column + columns <= cgra.columns; ++column) all.push_back({row, column, rows, columns});
    }
  std::stable_sort(all.begin(), all.end(), [](const Rectangle& a, const Rectangle& b) { return a.area() > b.area(); });
  return all;
}

Result<SubArray> cut(const arch::Cgra& cgra, const Rectangle& at) {
  SubArray part;
  part.cgra = cgra;
  part.cgra.rows = at.rows;
  part.cgra.columns = at.columns;
  part.cgra.pes.clear();
  part.cgra.links.clear();
  std::vector<std::int64_t> number(cgra.pes.size(), -1);
  for (std::size_t p = 0; p < cgra.pes.size(); ++p) {
    arch::Pe pe = cgra.pes[p];
    pe.row -= at.row;
    pe.column -= at.column;
    if (pe.row < 0 || pe.row >= at.rows || pe.column < 0 || pe.column >= at.columns) continue;
    number[p] = static_cast<std::int64_t>(part.pes.size());
    part.pes.emplace_back(static_cast<std::int64_t>(p));
    part.cgra.pes.push_back(pe);
  }
  for (std::size_t l = 0; l < cgra.links.size(); ++l) {
    arch::Link link = cgra.links[l];
    link.from = arch::PeId(number[link.from.index()]);
    link.to = arch::PeId(number[link.to.index()]);
    if (link.from.value < 0 || link.to.value < 0) continue;
    part.links.emplace_back(static_cast<std::int64_t>(l));
    part.cgra.links.push_back(link);
  }
  HEDDLE_TRY(arch::finish(part.cgra));
  return part;
}

Mapping embed(const SubArray& part, Mapping mapping) {
  for (auto& node : mapping.nodes) node.pe = part.pes[node.pe.index()];
  for (auto& route : mapping.routes)
    for (auto& hop : route.hops) {
      if (hop.place.kind == Place::Kind::kLink)
        hop.place.link = part.links[hop.place.link.index()];
      else
        hop.place.pe = part.pes[hop.place.pe.index()];
    }
  return mapping;
}

}  // namespace heddle::mapper
