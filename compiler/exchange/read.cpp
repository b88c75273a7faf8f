#include "compiler/exchange/read.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "compiler/base/files.h"
#include "compiler/dfg/text.h"
#include "compiler/dfg/verify.h"
#include "compiler/exchange/edge_list.h"
#include "compiler/exchange/morpher_graph.h"
#include "compiler/exchange/node_link.h"

namespace heddle::exchange {
namespace {

Result<ImportedGraph> verified(Result<dfg::Graph> graph) {
  if (!graph) return fail(std::move(graph).error());
  HEDDLE_TRY(dfg::verify(*graph, dfg::Purpose::kMapping));
  return ImportedGraph{std::move(*graph), {}};
}

std::string_view without_blanks_in_front(std::string_view text) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  const auto begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string_view::npos ? std::string_view{} : text.substr(begin);
}

/// Comments of DOT, edge lists and our text form.
std::string_view without_comments_in_front(std::string_view text) {
  while (true) {
    text = without_blanks_in_front(text);
    std::size_t end = std::string_view::npos;
    if (text.substr(0, 1) == "#" || text.substr(0, 2) == "//" || text.substr(0, 2) == "% ") {
      end = text.find('\n');
    } else if (text.substr(0, 2) == "/*") {
      end = text.find("*/");
      if (end != std::string_view::npos) end += 2;
    } else {
      return text;
    }
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end);
  }
}

bool begins_with_word(std::string_view text, std::string_view word) {
  if (text.size() <= word.size() ||
      (text[word.size()] != '_' && std::isalnum(static_cast<unsigned char>(text[word.size()])) != 0))
    return false;
  return std::equal(word.begin(), word.end(), text.begin(),
                    [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
}

bool has_key(std::string_view json, std::string_view key) {
  return json.find(fmt::format("\"{}\"", key)) != std::string_view::npos;
}

/// "graph {", "graph name {": DOT, which is refused there; our own text has "graph NAME word BITS".
bool is_undirected_dot(std::string_view text) {
  if (!begins_with_word(text, "graph")) return false;
  const std::string_view line = text.substr(0, text.find('\n'));
  return line.find('{') != std::string_view::npos;
}

/// JSON in none of the forms of a graph is said to be so; of another tool's array the message says where it belongs.
Status known_object(const Document& document) {
  const Json& root = document.root;
  if (!root.is_object() || root.contains("schema") || root.contains("nodes")) return {};
  if (is_morpher_arch(document))
    return fail(ErrorCode::kBadInput, "an architecture, not a graph", document.mark("/ARCH"), "give it with --arch");
  std::string keys;
  for (const auto& [key, value] : root.items()) {
    if (keys.size() > 60) break;
    keys += keys.empty() ? key : ", " + key;
  }
  return fail(ErrorCode::kBadInput,
              fmt::format("not a graph in any form that is known: expected schema (ours), objects and edges "
                          "(Graphviz), nodes and links, or a list of operations (CGRA-Mapper); found {}",
                          keys.empty() ? "nothing" : keys),
              document.mark(""));
}

Result<ImportedGraph> convert(Result<NodeLink> graph) {
  if (!graph) return fail(std::move(graph).error());
  return read_node_link(*graph);
}

}  // namespace

const std::vector<std::string>& graph_kinds() {
  static const std::vector<std::string> kinds = {"heddle-text",   "heddle-json",      "morpher-xml", "dot",
                                                 "graphviz-json", "cgra-mapper-json", "edge-list",   "node-link-json"};
  return kinds;
}

std::optional<GraphKind> graph_kind_named(std::string_view name) {
  const auto& kinds = graph_kinds();
  const auto found = std::find(kinds.begin(), kinds.end(), name);
  if (found == kinds.end()) return std::nullopt;
  return static_cast<GraphKind>(found - kinds.begin());
}

GraphKind detect_graph(std::string_view text) {
  const std::string_view content = without_comments_in_front(text);
  if (content.empty()) return GraphKind::kHeddleText;
  if (content.front() == '<') return GraphKind::kMorpherXml;
  if (content.front() == '[') return GraphKind::kCgraMapperJson;
  if (content.front() == '{') {
    if (has_key(content, "objects") && has_key(content, "edges")) return GraphKind::kGraphvizJson;
    const bool links = has_key(content, "links") || (has_key(content, "edges") && has_key(content, "source"));
    return links && has_key(content, "nodes") && !has_key(content, "schema") ? GraphKind::kNodeLinkJson
                                                                             : GraphKind::kHeddleJson;
  }
  if (begins_with_word(content, "digraph") || begins_with_word(content, "strict") || is_undirected_dot(content))
    return GraphKind::kDot;
  return looks_like_edge_list(content) ? GraphKind::kEdgeList : GraphKind::kHeddleText;
}

Result<ImportedGraph> read_graph(std::string_view text, const std::string& file, std::optional<GraphKind> kind,
                                 bool outer_memory) {
  switch (kind.value_or(detect_graph(text))) {
    case GraphKind::kHeddleText: return verified(dfg::parse_text(text, file));
    case GraphKind::kHeddleJson: {
      HEDDLE_ASSIGN(const Document document, parse_json(text, file));
      if (!kind) HEDDLE_TRY(known_object(document));
      return verified(dfg::from_json(document));
    }
    case GraphKind::kMorpherXml: return read_morpher_graph(text, file, outer_memory);
    case GraphKind::kDot: return convert(parse_dot(text, file));
    case GraphKind::kGraphvizJson: {
      HEDDLE_ASSIGN(const Document document, parse_json(text, file));
      return convert(read_graphviz_json(document, file));
    }
    case GraphKind::kCgraMapperJson: {
      HEDDLE_ASSIGN(const Document document, parse_json(text, file));
      return convert(read_cgra_mapper_json(document, file));
    }
    case GraphKind::kEdgeList: return read_edge_list(text, file);
    case GraphKind::kNodeLinkJson: {
      HEDDLE_ASSIGN(const Document document, parse_json(text, file));
      return convert(read_node_link_json(document, file));
    }
  }
  return fail(ErrorCode::kBadInput, "no such kind of graph");
}

Result<ImportedCgra> find_cgra(const std::string& name_or_path, const std::filesystem::path& architectures_dir) {
  std::error_code code;
  if (std::filesystem::is_regular_file(name_or_path, code)) {
    HEDDLE_ASSIGN(const std::string text, read_file(name_or_path));
    if (without_blanks_in_front(text).substr(0, 1) == "{") {
      HEDDLE_ASSIGN(const Document document, parse_json(text, name_or_path));
      if (is_morpher_arch(document))
        return read_morpher_arch(document, std::filesystem::path(name_or_path).stem().string());
    }
  }
  HEDDLE_ASSIGN(arch::Cgra cgra, arch::find(name_or_path, architectures_dir));
  return ImportedCgra{std::move(cgra), {}, false};
}

}  // namespace heddle::exchange
