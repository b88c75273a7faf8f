#include "compiler/exchange/edge_list.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <map>

#include "compiler/exchange/cursor.h"

namespace heddle::exchange {
namespace {

struct Line {
  std::vector<std::int64_t> numbers;
  std::vector<Mark> marks;
};

/// One line, without its comment.
Result<Line> read_line(Cursor& cursor) {
  Line line;
  while (!cursor.at_end() && cursor.peek() != '\n') {
    const char c = cursor.peek();
    if (c == ' ' || c == '\t' || c == '\r' || c == ',' || c == ';') {
      cursor.take();
    } else if (c == '#') {
      while (!cursor.at_end() && cursor.peek() != '\n') cursor.take();
    } else {
      const auto rest = cursor.rest();
      std::int64_t value = 0;
      const auto [stop, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
      const auto used = static_cast<std::size_t>(stop - rest.data());
      const bool ends =
          used >= rest.size() || std::string_view(" \t\r\n,;#").find(rest[used]) != std::string_view::npos;
      if (error != std::errc{} || !ends) return cursor.fail_here("expected a whole number");
      line.numbers.push_back(value);
      line.marks.push_back(cursor.mark());
      cursor.advance(used);
    }
  }
  if (!cursor.at_end()) cursor.take();
  return line;
}

dfg::Opcode operation_for(int inputs) {
  if (inputs < 2) return dfg::Opcode::kMov;
  return inputs == 2 ? dfg::Opcode::kAdd : dfg::Opcode::kSelect;
}

}  // namespace

Result<ImportedGraph> read_edge_list(std::string_view text, const std::string& file) {
  Cursor cursor(text, file);
  Draft draft;
  draft.file = file;
  draft.name = std::filesystem::path(file).stem().string();
  draft.missing_is_normal = true;
  std::vector<Note> warnings;
  std::map<std::int64_t, Mark> nodes;
  std::map<std::int64_t, int> inputs;
  while (!cursor.at_end()) {
    HEDDLE_ASSIGN(const Line line, read_line(cursor));
    if (line.numbers.empty()) continue;
    if (line.numbers.size() == 1 || line.numbers.size() > 4)
      return fail(
          ErrorCode::kBadInput,
          fmt::format("{} numbers, expected source, destination, and then distance and latency", line.numbers.size()),
          line.marks.front());
    const std::int64_t distance = line.numbers.size() > 2 ? line.numbers[2] : 0;
    if (distance < 0 || distance > dfg::kMaxDistance)
      return fail(ErrorCode::kBadInput, fmt::format("distance {} is not in 0..{}", distance, dfg::kMaxDistance),
                  line.marks[2]);
    if (line.numbers.size() > 3 && line.numbers[3] != 1)
      warnings.push_back(
          {fmt::format("latency {} is not taken over: latencies are the array's", line.numbers[3]), line.marks[3]});
    for (std::size_t end = 0; end < 2; ++end) nodes.emplace(line.numbers[end], line.marks[end]);
    ++inputs[line.numbers[1]];
    draft.uses.push_back({std::to_string(line.numbers[0]),
                          std::to_string(line.numbers[1]),
                          {},
                          static_cast<int>(distance),
                          line.marks[0]});
  }
  for (const auto& [number, where] : nodes)
    draft.nodes.push_back({std::to_string(number), "", operation_for(inputs[number]), {}, {}, where});
  return finish(std::move(draft), std::move(warnings));
}

std::string write_edge_list(const dfg::Graph& graph) {
  std::string text = fmt::format(
      "# {}: values as source destination distance latency; order edges and immediates are left out\n", graph.name);
  for (const dfg::ValueEdge& edge : dfg::value_edges(graph))
    text += fmt::format("{} {} {} {}\n", edge.from.value, edge.to.value, edge.distance,
                        dfg::is_load(graph.node(edge.from).op) ? 2 : 1);
  return text;
}

}  // namespace heddle::exchange
