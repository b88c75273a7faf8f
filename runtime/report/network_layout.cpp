#include "runtime/report/network_layout.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/base/check.h"
#include "runtime/report/layered.h"

namespace heddle::report {
namespace {

constexpr double kGap = 18;
constexpr double kRowGap = 26;
constexpr int kSweeps = 12;
constexpr double kDummyWidth = 4;

/// The vertices of each edge from a layer that is read to its reader: the first and last are layers, the rest dummies.
struct Chains {
  LayeredGraph graph;
  std::vector<std::vector<int>> chains;
  std::vector<int> ranks;  ///< by vertex
};

int add_vertex(Chains& all, int rank, double width) {
  const int vertex = static_cast<int>(all.ranks.size());
  all.ranks.push_back(rank);
  all.graph.widths.push_back(width);
  all.graph.up.emplace_back();
  all.graph.down.emplace_back();
  if (all.graph.layers.size() <= static_cast<std::size_t>(rank))
    all.graph.layers.resize(static_cast<std::size_t>(rank) + 1);
  all.graph.layers[static_cast<std::size_t>(rank)].push_back(vertex);
  return vertex;
}

Chains chains_of(const std::vector<std::vector<int>>& reads, double box_width) {
  Chains all;
  for (const std::vector<int>& from : reads) {
    int rank = 0;
    for (const int layer : from) {
      HEDDLE_CHECK(layer >= 0 && static_cast<std::size_t>(layer) < all.ranks.size(), "a layer reads an earlier one");
      rank = std::max(rank, all.ranks[static_cast<std::size_t>(layer)] + 1);
    }
    add_vertex(all, rank, box_width);
  }
  for (std::size_t reader = 0; reader < reads.size(); ++reader)
    for (const int layer : reads[reader]) {
      std::vector<int> chain{layer};
      for (int rank = all.ranks[static_cast<std::size_t>(layer)] + 1; rank < all.ranks[reader]; ++rank)
        chain.push_back(add_vertex(all, rank, kDummyWidth));
      chain.push_back(static_cast<int>(reader));
      for (std::size_t k = 0; k + 1 < chain.size(); ++k) {
        all.graph.down[static_cast<std::size_t>(chain[k])].push_back(chain[k + 1]);
        all.graph.up[static_cast<std::size_t>(chain[k + 1])].push_back(chain[k]);
      }
      all.chains.push_back(std::move(chain));
    }
  return all;
}

}  // namespace

NetworkLayout lay_out_network(const std::vector<std::vector<int>>& reads, double box_width, double box_height) {
  NetworkLayout result;
  if (reads.empty()) return result;
  Chains all = chains_of(reads, box_width);
  reduce_crossings(all.graph, kSweeps);
  std::vector<double> x = place_horizontally(all.graph, kGap, kSweeps);
  double least = x[0] - all.graph.widths[0] / 2;
  double most = least;
  for (std::size_t v = 0; v < x.size(); ++v) {
    least = std::min(least, x[v] - all.graph.widths[v] / 2);
    most = std::max(most, x[v] + all.graph.widths[v] / 2);
  }
  const auto y = [&](int vertex) {
    return all.ranks[static_cast<std::size_t>(vertex)] * (box_height + kRowGap) + box_height / 2 + kGap;
  };
  for (double& each : x) each += kGap - least;
  result.width = most - least + 2 * kGap;
  result.height = static_cast<double>(all.graph.layers.size()) * (box_height + kRowGap) - kRowGap + 2 * kGap;
  for (std::size_t layer = 0; layer < reads.size(); ++layer)
    result.layers.push_back({x[layer], y(static_cast<int>(layer)), box_width, box_height});
  for (const std::vector<int>& chain : all.chains) {
    std::string path;
    for (std::size_t k = 0; k + 1 < chain.size(); ++k) {
      const double from_y = y(chain[k]) + box_height / 2;
      const double to_y = y(chain[k + 1]) - box_height / 2;
      const double from_x = x[static_cast<std::size_t>(chain[k])];
      const double to_x = x[static_cast<std::size_t>(chain[k + 1])];
      path += k == 0 ? fmt::format("M{:.1f} {:.1f}", from_x, from_y) : fmt::format("L{:.1f} {:.1f}", from_x, from_y);
      path += fmt::format("C{0:.1f} {1:.1f} {2:.1f} {1:.1f} {2:.1f} {3:.1f}", from_x, (from_y + to_y) / 2, to_x, to_y);
    }
    result.edges.push_back(std::move(path));
  }
  return result;
}

}  // namespace heddle::report
