#include "compiler/mapper/exact/symmetry.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

namespace heddle::mapper::exact {
namespace {

using Links = std::map<std::pair<std::size_t, std::size_t>, arch::LinkId>;

/// The PE at the image of each PE's place.
std::vector<int> image(const arch::Cgra& cgra, const std::map<std::pair<int, int>, int>& grid, int form, int row,
                       int column) {
  std::vector<int> to;
  for (const arch::Pe& pe : cgra.pes) {
    int r = (form & 1) != 0 ? cgra.rows - 1 - pe.row : pe.row;
    int c = (form & 2) != 0 ? cgra.columns - 1 - pe.column : pe.column;
    if ((form & 4) != 0) std::swap(r, c);
    const auto found = grid.find({(r + row) % cgra.rows, (c + column) % cgra.columns});
    if (found == grid.end()) return {};
    to.push_back(found->second);
  }
  return to;
}

bool keeps_everything(const arch::Cgra& cgra, const Links& links, const std::vector<int>& to) {
  const auto moved = [&](arch::PeId pe) { return static_cast<std::size_t>(to[pe.index()]); };
  for (std::size_t p = 0; p < cgra.pes.size(); ++p)
    if (cgra.pes[p].pe_class != cgra.pes[static_cast<std::size_t>(to[p])].pe_class) return false;
  std::vector<arch::LinkId> onto;
  for (const arch::Link& link : cgra.links) {
    const auto found = links.find({moved(link.from), moved(link.to)});
    if (found == links.end()) return false;
    onto.push_back(found->second);
  }
  for (std::size_t a = 0; a < cgra.links.size() && cgra.bypass.hop_limit > 1; ++a) {
    const arch::LinkId in(static_cast<std::int64_t>(a));
    for (const arch::LinkId out : cgra.out_links[cgra.links[a].to.index()])
      if (cgra.may_bypass(in, out) != cgra.may_bypass(onto[a], onto[out.index()])) return false;
  }
  return true;
}

}  // namespace

std::vector<int> orbit_representatives(const arch::Cgra& cgra) {
  std::vector<int> first(cgra.pes.size());
  std::iota(first.begin(), first.end(), 0);
  Links links;
  for (std::size_t l = 0; l < cgra.links.size(); ++l)
    if (!links.try_emplace({cgra.links[l].from.index(), cgra.links[l].to.index()}, static_cast<std::int64_t>(l)).second)
      return first;
  std::map<std::pair<int, int>, int> grid;
  for (std::size_t p = 0; p < cgra.pes.size(); ++p) grid[{cgra.pes[p].row, cgra.pes[p].column}] = static_cast<int>(p);
  const auto root = [&](int p) {
    while (first[static_cast<std::size_t>(p)] != p) p = first[static_cast<std::size_t>(p)];
    return p;
  };
  for (int form = 0; form < (cgra.rows == cgra.columns ? 8 : 4); ++form)
    for (int row = 0; row < cgra.rows; ++row)
      for (int column = 0; column < cgra.columns; ++column) {
        const auto to = image(cgra, grid, form, row, column);
        if (to.empty() || !keeps_everything(cgra, links, to)) continue;
        for (std::size_t p = 0; p < to.size(); ++p) {
          const int a = root(static_cast<int>(p));
          const int b = root(to[p]);
          first[static_cast<std::size_t>(std::max(a, b))] = std::min(a, b);
        }
      }
  std::vector<int> representatives;
  for (std::size_t p = 0; p < first.size(); ++p)
    if (first[p] == static_cast<int>(p)) representatives.push_back(static_cast<int>(p));
  return representatives;
}

}  // namespace heddle::mapper::exact
