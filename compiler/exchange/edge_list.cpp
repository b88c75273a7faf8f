#include "compiler/exchange/edge_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>

#include "compiler/exchange/cursor.h"

namespace heddle::exchange {
namespace {

struct Field {
  std::string text;
  Mark where;
};
using Line = std::vector<Field>;

bool separates(char c) { return c == ' ' || c == '\t' || c == '\r' || c == ',' || c == ';'; }

bool ends_field(std::string_view rest) {
  return rest.empty() || rest.front() == '\n' || separates(rest.front()) || rest.front() == '#' ||
         rest.front() == '%' || rest.starts_with("//") || rest.starts_with("->");
}

/// One line, without its comment.
Result<Line> read_line(Cursor& cursor) {
  Line line;
  while (!cursor.at_end() && cursor.peek() != '\n') {
    const auto rest = cursor.rest();
    if (separates(rest.front())) {
      cursor.take();
    } else if (rest.starts_with("->")) {
      cursor.advance(2);
    } else if (ends_field(rest)) {  // a comment
      while (!cursor.at_end() && cursor.peek() != '\n') cursor.take();
    } else if (rest.front() == '"') {
      const std::size_t end = rest.find('"', 1);
      if (end == std::string_view::npos || end > rest.find('\n'))
        return cursor.fail_here("a string without its closing quote");
      line.push_back({std::string(rest.substr(1, end - 1)), cursor.mark()});
      cursor.advance(end + 1);
    } else {
      line.push_back({"", cursor.mark()});
      while (!ends_field(cursor.rest())) line.back().text += cursor.take();
    }
  }
  if (!cursor.at_end()) cursor.take();
  return line;
}

std::optional<std::int64_t> number(const Field& field) {
  std::int64_t value = 0;
  const char* end = field.text.data() + field.text.size();
  const auto [stop, error] = std::from_chars(field.text.data(), end, value);
  if (error != std::errc{} || stop != end || field.text.empty()) return std::nullopt;
  return value;
}

bool starts_like_number(const Field& field) {
  return !field.text.empty() && (std::isdigit(static_cast<unsigned char>(field.text.front())) != 0 ||
                                 field.text.front() == '-' || field.text.front() == '.');
}

enum Column : std::uint8_t { kSource, kDestination, kDistance, kLatency };

std::optional<Column> column_named(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
  static const std::map<std::string, Column> names = {
      {"source", kSource},     {"src", kSource},       {"from", kSource},     {"destination", kDestination},
      {"dest", kDestination},  {"dst", kDestination},  {"to", kDestination},  {"target", kDestination},
      {"distance", kDistance}, {"dist", kDistance},    {"latency", kLatency}, {"lat", kLatency},
      {"delay", kLatency},     {"iterdist", kDistance}};
  const auto found = names.find(word);
  return found == names.end() ? std::nullopt : std::optional<Column>(found->second);
}

/// Where the columns stand, if the line names them: at least source and destination.
std::optional<std::array<std::optional<std::size_t>, 4>> header(const Line& line) {
  std::array<std::optional<std::size_t>, 4> place;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto column = column_named(line[i].text);
    if (!column || place[*column]) return std::nullopt;
    place[*column] = i;
  }
  if (!place[kSource] || !place[kDestination]) return std::nullopt;
  return place;
}

struct Edge {
  Field from;
  Field to;
  int distance = 0;
};

class EdgeListReader {
 public:
  EdgeListReader(std::string_view text, const std::string& file) : cursor_(text, file), file_(file) {}

  Result<ImportedGraph> read() {
    bool first = true;
    while (!cursor_.at_end()) {
      HEDDLE_ASSIGN(const Line line, read_line(cursor_));
      if (line.empty()) continue;
      const auto named = first ? header(line) : std::nullopt;
      first = false;
      if (named) {
        place_ = *named;
      } else {
        HEDDLE_TRY(read_edge(line));
      }
    }
    if (edges_.empty()) return fail(ErrorCode::kBadInput, "there is no edge in the file", {file_, 1, 1});
    return build();
  }

 private:
  Status read_edge(const Line& line) {
    std::size_t least = 2;
    for (const Column column : {kSource, kDestination}) least = std::max(least, *place_[column] + 1);
    if (line.size() < least || line.size() > 4)
      return fail(ErrorCode::kBadInput,
                  fmt::format("{} fields, expected source, destination, and then distance and latency", line.size()),
                  line.front().where);
    Edge edge{line[*place_[kSource]], line[*place_[kDestination]], 0};
    if (edges_.empty()) numbered_ = number(edge.from) && number(edge.to);
    for (const Field* end : {&edge.from, &edge.to})
      if (!number(*end) && (numbered_ || starts_like_number(*end)))
        return fail(
            ErrorCode::kBadInput,
            fmt::format("expected {}, found {}",
                        numbered_ ? "a whole number, as the first edge has" : "a whole number or a name", end->text),
            end->where);
    HEDDLE_ASSIGN(const auto distance, value_of(line, kDistance, 0));
    if (distance < 0 || distance > dfg::kMaxDistance)
      return fail(ErrorCode::kBadInput, fmt::format("distance {} is not in 0..{}", distance, dfg::kMaxDistance),
                  line[*place_[kDistance]].where);
    HEDDLE_ASSIGN(const auto latency, value_of(line, kLatency, 1));
    if (latency != 1)
      warnings_.push_back({fmt::format("latency {} of {} -> {} is not taken over: latencies are the array's", latency,
                                       edge.from.text, edge.to.text),
                           line[*place_[kLatency]].where});
    edge.distance = static_cast<int>(distance);
    edges_.push_back(std::move(edge));
    return {};
  }

  Result<std::int64_t> value_of(const Line& line, Column column, std::int64_t otherwise) const {
    if (!place_[column] || *place_[column] >= line.size()) return otherwise;
    const Field& field = line[*place_[column]];
    if (const auto value = number(field)) return *value;
    return fail(ErrorCode::kBadInput,
                fmt::format("expected a whole number for the {}, found {}",
                            column == kDistance ? "distance" : "latency", field.text),
                field.where);
  }

  Result<ImportedGraph> build();

  Cursor cursor_;
  std::string file_;
  std::array<std::optional<std::size_t>, 4> place_ = {0, 1, 2, 3};
  std::vector<Edge> edges_;
  bool numbered_ = false;  ///< nodes are numbers, not names
  std::vector<Note> warnings_;
};

dfg::Opcode operation_for(int inputs) {
  if (inputs < 2) return dfg::Opcode::kMov;
  return inputs == 2 ? dfg::Opcode::kAdd : dfg::Opcode::kSelect;
}

/// Numbers in their order, then names in theirs.
struct Earlier {
  bool operator()(const std::string& a, const std::string& b) const {
    const auto x = number({a, {}});
    const auto y = number({b, {}});
    if (x && y && *x != *y) return *x < *y;
    if (x.has_value() != y.has_value()) return x.has_value();
    return a < b;
  }
};

Result<ImportedGraph> EdgeListReader::build() {
  Draft draft;
  draft.file = file_;
  draft.name = std::filesystem::path(file_).stem().string();
  draft.missing_is_normal = true;
  std::map<std::string, Mark, Earlier> nodes;
  std::map<std::string, int> inputs;
  for (const Edge& edge : edges_) {
    nodes.emplace(edge.from.text, edge.from.where);
    nodes.emplace(edge.to.text, edge.to.where);
    ++inputs[edge.to.text];
    draft.uses.push_back({edge.from.text, edge.to.text, {}, edge.distance, edge.from.where});
  }
  for (const auto& [label, where] : nodes)
    draft.nodes.push_back({label, "", operation_for(inputs[label]), {}, {}, where});
  return finish(std::move(draft), std::move(warnings_));
}

}  // namespace

Result<ImportedGraph> read_edge_list(std::string_view text, const std::string& file) {
  return EdgeListReader(text, file).read();
}

bool looks_like_edge_list(std::string_view text) {
  Cursor cursor(text, "");
  const auto read = read_line(cursor);
  if (!read || read->empty()) return false;
  const Line& line = *read;
  if (starts_like_number(line.front()) || header(line)) return true;
  return (line.size() == 3 || line.size() == 4) && number(line[2]) && number(line.back());
}

std::string write_edge_list(const dfg::Graph& graph) {
  std::string name = graph.name;  // of one line
  std::replace_if(name.begin(), name.end(), [](unsigned char c) { return c < 0x20; }, ' ');
  std::string text = fmt::format(
      "# {}: values as source destination distance latency; order edges and immediates are left out\n", name);
  for (const dfg::ValueEdge& edge : dfg::value_edges(graph))
    text += fmt::format("{} {} {} {}\n", edge.from.value, edge.to.value, edge.distance,
                        dfg::is_load(graph.node(edge.from).op) ? 2 : 1);
  return text;
}

}  // namespace heddle::exchange
