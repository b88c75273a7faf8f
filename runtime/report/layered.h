// The combinatorial part of a layered drawing: order within layers, and coordinates.
#pragma once

#include <utility>
#include <vector>

namespace heddle::report {

/// Vertices in layers; every edge goes from one layer to the next (long edges were split by dummy vertices).
struct LayeredGraph {
  std::vector<std::vector<int>> layers;  ///< vertices, left to right
  std::vector<double> widths;            ///< by vertex
  std::vector<std::vector<int>> up;      ///< by vertex: neighbours in the layer above
  std::vector<std::vector<int>> down;    ///< by vertex: neighbours in the layer below
};

/// Crossings between neighbouring layers, over the whole graph.
long crossings(const LayeredGraph& graph);

/// Reorders each layer by the barycentre of its neighbours, sweeping down and up; keeps the best order seen.
void reduce_crossings(LayeredGraph& graph, int sweeps);

/// Horizontal centres by vertex, at least half the widths plus `gap` apart within a layer, near the mean of the
/// neighbours.
std::vector<double> place_horizontally(const LayeredGraph& graph, double gap, int sweeps);

/// The positions nearest to `wanted` (least squares) with position[i + 1] - position[i] >= distance[i]: pool adjacent
/// violators.
std::vector<double> nearest_positions(const std::vector<double>& wanted, const std::vector<double>& distance);

}  // namespace heddle::report
