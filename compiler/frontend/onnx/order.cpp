#include "compiler/frontend/onnx/order.h"

#include <fmt/format.h>

#include <functional>
#include <map>
#include <queue>

#include "compiler/frontend/onnx/proto.h"

namespace heddle::frontend {
namespace {

using Makers = std::map<std::string, int>;

Result<Makers> find_makers(const ::onnx::GraphProto& graph, const std::set<std::string>& known) {
  Makers makers;
  for (int i = 0; i < graph.node_size(); ++i) {
    for (const std::string& output : graph.node(i).output()) {
      if (output.empty()) continue;
      if (known.contains(output))
        return fail(ErrorCode::kBadInput,
                    fmt::format("{} makes '{}', which is an input or initialiser", label(graph.node(i)), output));
      if (!makers.emplace(output, i).second)
        return fail(ErrorCode::kBadInput, fmt::format("{} makes '{}', which {} makes already", label(graph.node(i)),
                                                      output, label(graph.node(makers[output]))));
    }
  }
  return makers;
}

tl::unexpected<Error> cycle(const ::onnx::GraphProto& graph, const std::vector<std::set<int>>& waiting) {
  Error error{ErrorCode::kBadInput, "the graph has a cycle: these nodes wait for each other, or for one that does"};
  for (int i = 0; i < graph.node_size() && error.notes.size() < 20; ++i)
    if (!waiting[static_cast<std::size_t>(i)].empty()) error.notes.push_back({label(graph.node(i)), {}});
  return fail(std::move(error));
}

}  // namespace

Result<std::vector<int>> node_order(const ::onnx::GraphProto& graph, const std::set<std::string>& known) {
  HEDDLE_ASSIGN(const Makers makers, find_makers(graph, known));
  const auto count = static_cast<std::size_t>(graph.node_size());
  std::vector<std::set<int>> waiting(count);
  std::vector<std::vector<int>> readers(count);
  std::priority_queue<int, std::vector<int>, std::greater<>> ready;
  for (int i = 0; i < graph.node_size(); ++i) {
    auto& needed = waiting[static_cast<std::size_t>(i)];
    for (const std::string& input : graph.node(i).input()) {
      if (input.empty() || known.contains(input)) continue;
      const auto maker = makers.find(input);
      if (maker == makers.end())
        return fail(ErrorCode::kBadInput,
                    fmt::format("{} reads '{}', which is no input, initialiser or output of a node",
                                label(graph.node(i)), input));
      if (needed.insert(maker->second).second) readers[static_cast<std::size_t>(maker->second)].push_back(i);
    }
    if (needed.empty()) ready.push(i);
  }
  std::vector<int> order;
  while (!ready.empty()) {
    const int next = ready.top();
    ready.pop();
    order.push_back(next);
    for (const int reader : readers[static_cast<std::size_t>(next)]) {
      auto& needed = waiting[static_cast<std::size_t>(reader)];
      needed.erase(next);
      if (needed.empty()) ready.push(reader);
    }
  }
  if (order.size() < count) return cycle(graph, waiting);
  return order;
}

}  // namespace heddle::frontend
