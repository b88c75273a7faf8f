#include "runtime/report/graph_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "runtime/report/layered.h"

namespace heddle::report {
namespace {

constexpr double kNodeHeight = 26;
constexpr double kLayerPitch = 58;
constexpr double kGap = 16;
constexpr double kMargin = 24;
constexpr double kDummyWidth = 6;
constexpr int kCrossingSweeps = 24;
constexpr int kPlacementSweeps = 24;

/// An edge of one iteration, and the vertices it runs through: its ends, with dummies in between.
struct Chain {
  std::vector<int> vertices;
};

/// Layers by longest path from the sources; nodes without operands are then pulled down to just above their first use.
std::vector<int> layer_of(const dfg::Graph& graph, const std::vector<std::pair<int, int>>& edges) {
  const std::size_t count = graph.nodes.size();
  std::vector<int> layer(count, 0);
  std::vector<bool> is_source(count, true);
  // Nodes are in topological order, and edges in the order of their consumers.
  std::vector<std::vector<int>> inputs(count);
  for (const auto& [from, to] : edges) inputs[static_cast<std::size_t>(to)].push_back(from);
  for (std::size_t node = 0; node < count; ++node) {
    for (const int from : inputs[node]) {
      layer[node] = std::max(layer[node], layer[static_cast<std::size_t>(from)] + 1);
      is_source[node] = false;
    }
  }
  std::vector<int> first_use(count, -1);
  for (const auto& [from, to] : edges) {
    int& use = first_use[static_cast<std::size_t>(from)];
    const int consumer = layer[static_cast<std::size_t>(to)];
    use = use < 0 ? consumer : std::min(use, consumer);
  }
  for (std::size_t node = 0; node < count; ++node) {
    if (is_source[node] && first_use[node] > 0) layer[node] = first_use[node] - 1;
  }
  return layer;
}

int add_vertex(LayeredGraph& layered, int layer, double width) {
  const int vertex = static_cast<int>(layered.widths.size());
  layered.widths.push_back(width);
  layered.up.emplace_back();
  layered.down.emplace_back();
  if (layered.layers.size() <= static_cast<std::size_t>(layer))
    layered.layers.resize(static_cast<std::size_t>(layer) + 1);
  layered.layers[static_cast<std::size_t>(layer)].push_back(vertex);
  return vertex;
}

void connect(LayeredGraph& layered, int upper, int lower) {
  layered.down[static_cast<std::size_t>(upper)].push_back(lower);
  layered.up[static_cast<std::size_t>(lower)].push_back(upper);
}

/// Splits each edge by dummy vertices, one a layer.
std::vector<Chain> add_chains(LayeredGraph& layered, const std::vector<std::pair<int, int>>& edges,
                              const std::vector<int>& layer) {
  std::vector<Chain> chains;
  for (const auto& [from, to] : edges) {
    Chain chain{{from}};
    for (int between = layer[static_cast<std::size_t>(from)] + 1; between < layer[static_cast<std::size_t>(to)];
         ++between) {
      chain.vertices.push_back(add_vertex(layered, between, kDummyWidth));
      connect(layered, *(chain.vertices.end() - 2), chain.vertices.back());
    }
    chain.vertices.push_back(to);
    connect(layered, *(chain.vertices.end() - 2), to);
    chains.push_back(std::move(chain));
  }
  return chains;
}

/// Where port `port` of a node is entered: spread over the top edge.
double port_x(const Box& box, int port, int ports) {
  return box.x + box.width * ((port + 1.0) / (ports + 1.0) - 0.5) * 0.8;
}

int ports_in_use(const dfg::Node& node) {
  int last = 0;
  for (int port = 0; port < dfg::kPorts; ++port) {
    if (node.operands[static_cast<std::size_t>(port)].present()) last = port + 1;
  }
  return std::max(last, 1);
}

std::string point(double x, double y) { return fmt::format("{:.1f},{:.1f}", x, y); }

std::string smooth(const std::vector<std::pair<double, double>>& points) {
  std::string path = "M" + point(points.front().first, points.front().second);
  for (std::size_t i = 1; i < points.size(); ++i) {
    const auto& [x0, y0] = points[i - 1];
    const auto& [x1, y1] = points[i];
    const double middle = (y0 + y1) / 2;
    path += " C" + point(x0, middle) + " " + point(x1, middle) + " " + point(x1, y1);
  }
  return path;
}

/// From below the producer round its side to above the consumer. `lane` keeps arcs of one side apart.
Curve arc(const Box& from, const Box& to, double to_x, int lane, double left_edge, double right_edge) {
  const double y0 = from.y + from.height / 2;
  const double y1 = to.y - to.height / 2;
  const double reach = 14 + 7 * (lane % 3);
  const bool right = (from.x + to.x) / 2 >= (left_edge + right_edge) / 2;
  const double side = right ? std::max(from.x + from.width / 2, to.x + to.width / 2) + reach
                            : std::min(from.x - from.width / 2, to.x - to.width / 2) - reach;
  Curve curve;
  curve.path =
      fmt::format("M{} C{} {} {} S{} {}", point(from.x, y0), point(from.x, y0 + reach), point(side, y0 + reach),
                  point(side, (y0 + y1) / 2), point(to_x, y1 - reach - 6), point(to_x, y1));
  curve.label_x = side;
  curve.label_y = (y0 + y1) / 2;
  return curve;
}

class Drawing {
 public:
  Drawing(const dfg::Graph& graph, const std::vector<double>& widths)
      : graph_(graph), values_(dfg::value_edges(graph)) {
    for (const dfg::ValueEdge& edge : values_) add_edge(edge.from.value, edge.to.value, edge.distance);
    for (const dfg::OrderEdge& edge : graph.order) add_edge(edge.from.value, edge.to.value, edge.distance);
    std::vector<int> kept_layers = layer_of(graph, forward_);
    for (std::size_t node = 0; node < graph.nodes.size(); ++node) add_vertex(layered_, kept_layers[node], widths[node]);
    chains_ = add_chains(layered_, forward_, kept_layers);
    reduce_crossings(layered_, kCrossingSweeps);
    x_ = place_horizontally(layered_, kGap, kPlacementSweeps);
    place(kept_layers);
  }

  GraphLayout result() {
    std::size_t drawn = 0;
    for (const dfg::ValueEdge& edge : values_) {
      const double x = port_x(box(edge.to.value), static_cast<int>(edge.port), ports_in_use(graph_.node(edge.to)));
      layout_.values.push_back(draw(edge.from.value, edge.to.value, x, drawn++));
    }
    for (const dfg::OrderEdge& edge : graph_.order)
      layout_.orders.push_back(draw(edge.from.value, edge.to.value, box(edge.to.value).x, drawn++));
    return std::move(layout_);
  }

 private:
  /// Only edges that go forward in the topological order shape the layers; the others are arcs.
  void add_edge(int from, int to, int distance) {
    const bool forward = distance == 0 && from < to;
    chain_of_.push_back(forward ? static_cast<int>(forward_.size()) : -1);
    if (forward) forward_.emplace_back(from, to);
  }

  void place(const std::vector<int>& layer) {
    double left = 0;
    double right = 0;
    for (std::size_t node = 0; node < graph_.nodes.size(); ++node) {
      left = std::min(left, x_[node] - layered_.widths[node] / 2);
      right = std::max(right, x_[node] + layered_.widths[node] / 2);
    }
    for (std::size_t vertex = 0; vertex < x_.size(); ++vertex) {
      left = std::min(left, x_[vertex] - layered_.widths[vertex] / 2);
      right = std::max(right, x_[vertex] + layered_.widths[vertex] / 2);
    }
    const double shift = kMargin + 28 - left;
    for (double& x : x_) x += shift;
    for (std::size_t node = 0; node < graph_.nodes.size(); ++node)
      layout_.nodes.push_back(
          {x_[node], kMargin + kNodeHeight / 2 + layer[node] * kLayerPitch, layered_.widths[node], kNodeHeight});
    layout_.width = right - left + 2 * (kMargin + 28);
    layout_.height = 2 * kMargin + kNodeHeight + (static_cast<double>(layered_.layers.size()) - 1) * kLayerPitch;
    if (layered_.layers.empty()) layout_.height = 2 * kMargin;
    for (std::size_t i = 0; i < layered_.layers.size(); ++i) {
      for (const int vertex : layered_.layers[i])
        layer_y_[vertex] = kMargin + kNodeHeight / 2 + static_cast<double>(i) * kLayerPitch;
    }
  }

  [[nodiscard]] const Box& box(int node) const { return layout_.nodes[static_cast<std::size_t>(node)]; }

  Curve draw(int from, int to, double to_x, std::size_t edge) {
    const int chain = chain_of_[edge];
    if (chain < 0) return arc(box(from), box(to), to_x, arcs_++, 0, layout_.width);
    std::vector<std::pair<double, double>> points{{box(from).x, box(from).y + kNodeHeight / 2}};
    const auto& vertices = chains_[static_cast<std::size_t>(chain)].vertices;
    for (std::size_t i = 1; i + 1 < vertices.size(); ++i)
      points.emplace_back(x_[static_cast<std::size_t>(vertices[i])], layer_y_[vertices[i]]);
    points.emplace_back(to_x, box(to).y - kNodeHeight / 2);
    const auto& middle = points[points.size() / 2];
    return {smooth(points), (points[points.size() / 2 - 1].first + middle.first) / 2,
            (points[points.size() / 2 - 1].second + middle.second) / 2};
  }

  const dfg::Graph& graph_;
  std::vector<dfg::ValueEdge> values_;
  std::vector<std::pair<int, int>> forward_;
  std::vector<int> chain_of_;  ///< by value edge, then order edge; -1: an arc
  LayeredGraph layered_;
  std::vector<Chain> chains_;
  std::vector<double> x_;
  std::map<int, double> layer_y_;
  GraphLayout layout_;
  int arcs_ = 0;
};

}  // namespace

GraphLayout lay_out(const dfg::Graph& graph, const std::vector<double>& widths) {
  return Drawing(graph, widths).result();
}

}  // namespace heddle::report
