#include "runtime/report/layered.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace heddle::report {
namespace {

std::size_t at(int vertex) { return static_cast<std::size_t>(vertex); }

std::vector<int> positions(const LayeredGraph& graph) {
  std::vector<int> position(graph.widths.size(), 0);
  for (const auto& layer : graph.layers) {
    for (std::size_t i = 0; i < layer.size(); ++i) position[at(layer[i])] = static_cast<int>(i);
  }
  return position;
}

/// Inversions among the positions of the lower ends, when edges are sorted by their upper ends.
long crossings_below(const LayeredGraph& graph, const std::vector<int>& layer, const std::vector<int>& position) {
  std::vector<int> ends;
  for (const int vertex : layer) {
    std::vector<int> below;
    for (const int next : graph.down[at(vertex)]) below.push_back(position[at(next)]);
    std::sort(below.begin(), below.end());
    ends.insert(ends.end(), below.begin(), below.end());
  }
  long count = 0;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    for (std::size_t j = i + 1; j < ends.size(); ++j) count += ends[i] > ends[j] ? 1 : 0;
  }
  return count;
}

void sort_layer(std::vector<int>& layer, const std::vector<std::vector<int>>& neighbours,
                const std::vector<int>& position) {
  std::vector<std::pair<double, int>> keyed;
  for (const int vertex : layer) {
    const auto& others = neighbours[at(vertex)];
    double sum = 0;
    for (const int other : others) sum += position[at(other)];
    keyed.emplace_back(others.empty() ? position[at(vertex)] : sum / static_cast<double>(others.size()), vertex);
  }
  std::stable_sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < layer.size(); ++i) layer[i] = keyed[i].second;
}

}  // namespace

long crossings(const LayeredGraph& graph) {
  const auto position = positions(graph);
  long count = 0;
  for (const auto& layer : graph.layers) count += crossings_below(graph, layer, position);
  return count;
}

void reduce_crossings(LayeredGraph& graph, int sweeps) {
  auto best = graph.layers;
  long fewest = crossings(graph);
  for (int sweep = 0; sweep < sweeps && fewest > 0; ++sweep) {
    const bool down = sweep % 2 == 0;
    for (std::size_t i = 1; i < graph.layers.size(); ++i) {
      const std::size_t layer = down ? i : graph.layers.size() - 1 - i;
      sort_layer(graph.layers[layer], down ? graph.up : graph.down, positions(graph));
    }
    const long now = crossings(graph);
    if (now < fewest) {
      fewest = now;
      best = graph.layers;
    }
  }
  graph.layers = best;
}

std::vector<double> nearest_positions(const std::vector<double>& wanted, const std::vector<double>& distance) {
  // Subtracting the packed positions turns the distances into "not decreasing": isotonic regression.
  struct Block {
    double sum;
    double count;
  };
  std::vector<Block> blocks;
  std::vector<double> packed(wanted.size(), 0);
  for (std::size_t i = 1; i < wanted.size(); ++i) packed[i] = packed[i - 1] + distance[i - 1];
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    blocks.push_back({wanted[i] - packed[i], 1});
    while (blocks.size() > 1) {
      const Block last = blocks.back();
      Block& before = blocks[blocks.size() - 2];
      if (before.sum / before.count <= last.sum / last.count) break;
      before.sum += last.sum;
      before.count += last.count;
      blocks.pop_back();
    }
  }
  std::vector<double> result;
  for (const Block& block : blocks) {
    for (double i = 0; i < block.count; ++i) result.push_back(block.sum / block.count + packed[result.size()]);
  }
  return result;
}

std::vector<double> place_horizontally(const LayeredGraph& graph, double gap, int sweeps) {
  std::vector<double> x(graph.widths.size(), 0);
  for (const auto& layer : graph.layers) {
    double edge = 0;
    for (const int vertex : layer) {
      x[at(vertex)] = edge + graph.widths[at(vertex)] / 2;
      edge += graph.widths[at(vertex)] + gap;
    }
  }
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    for (std::size_t i = 0; i < graph.layers.size(); ++i) {
      const auto& layer = graph.layers[sweep % 2 == 0 ? i : graph.layers.size() - 1 - i];
      std::vector<double> wanted;
      std::vector<double> distance;
      for (std::size_t k = 0; k < layer.size(); ++k) {
        auto neighbours = graph.up[at(layer[k])];
        const auto& below = graph.down[at(layer[k])];
        // Late sweeps look both ways, so that neither end of an edge pulls alone.
        if (sweep % 2 == 1 || sweep + 2 >= sweeps) neighbours.insert(neighbours.end(), below.begin(), below.end());
        double sum = 0;
        for (const int other : neighbours) sum += x[at(other)];
        wanted.push_back(neighbours.empty() ? x[at(layer[k])] : sum / static_cast<double>(neighbours.size()));
        if (k > 0) distance.push_back((graph.widths[at(layer[k - 1])] + graph.widths[at(layer[k])]) / 2 + gap);
      }
      const auto placed = nearest_positions(wanted, distance);
      for (std::size_t k = 0; k < layer.size(); ++k) x[at(layer[k])] = placed[k];
    }
  }
  return x;
}

}  // namespace heddle::report
