// Graphs and arrays in any form that Heddle knows, told apart by their content.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/exchange/draft.h"
#include "compiler/exchange/morpher_arch.h"

namespace heddle::exchange {

enum class GraphKind : std::uint8_t {
  kHeddleText,
  kHeddleJson,
  kMorpherXml,
  kDot,
  kGraphvizJson,
  kCgraMapperJson,
  kEdgeList,
  kNodeLinkJson
};

/// The names that `--from` takes, in the order of GraphKind.
const std::vector<std::string>& graph_kinds();
std::optional<GraphKind> graph_kind_named(std::string_view name);

/// By the first characters that are not blank, and for JSON by its keys; text that is nothing else is our own text
/// form.
GraphKind detect_graph(std::string_view text);

/// Reads a graph; `kind` empty: by content. `outer_memory` as in read_morpher_graph. The result is verified for
/// mapping.
Result<ImportedGraph> read_graph(std::string_view text, const std::string& file, std::optional<GraphKind> kind,
                                 bool outer_memory);

/// `name_or_path`: a file (ours, YAML or JSON, or Morpher's JSON), or the name of a shipped architecture.
Result<ImportedCgra> find_cgra(const std::string& name_or_path, const std::filesystem::path& architectures_dir);

}  // namespace heddle::exchange
