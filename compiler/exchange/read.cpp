#include "compiler/exchange/read.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/base/files.h"
#include "compiler/dfg/text.h"
#include "compiler/dfg/verify.h"
#include "compiler/exchange/morpher_graph.h"

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

}  // namespace

const std::vector<std::string>& graph_kinds() {
  static const std::vector<std::string> kinds = {"heddle-text", "heddle-json", "morpher-xml"};
  return kinds;
}

std::optional<GraphKind> graph_kind_named(std::string_view name) {
  const auto& kinds = graph_kinds();
  const auto found = std::find(kinds.begin(), kinds.end(), name);
  if (found == kinds.end()) return std::nullopt;
  return static_cast<GraphKind>(found - kinds.begin());
}

GraphKind detect_graph(std::string_view text) {
  const std::string_view content = without_blanks_in_front(text);
  if (content.empty()) return GraphKind::kHeddleText;
  if (content.front() == '<') return GraphKind::kMorpherXml;
  if (content.front() == '{' || content.front() == '[') return GraphKind::kHeddleJson;
  return GraphKind::kHeddleText;
}

Result<ImportedGraph> read_graph(std::string_view text, const std::string& file, std::optional<GraphKind> kind,
                                 bool outer_memory) {
  switch (kind.value_or(detect_graph(text))) {
    case GraphKind::kHeddleText: return verified(dfg::parse_text(text, file));
    case GraphKind::kHeddleJson: {
      HEDDLE_ASSIGN(const Document document, parse_json(text, file));
      return verified(dfg::from_json(document));
    }
    case GraphKind::kMorpherXml: return read_morpher_graph(text, file, outer_memory);
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
