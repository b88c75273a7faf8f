// Graphs as files: a text form for people and tests, versioned JSON for tools, DOT for pictures.
#pragma once

#include <string>
#include <string_view>

#include "compiler/base/json.h"
#include "compiler/dfg/graph.h"

namespace heddle::dfg {

/// One line a node, `%n3 = add %n1, %n2@1 init 0  ; name, file:line`; see docs/formats.md. parse_text(print_text(g)) ==
/// g.
std::string print_text(const Graph& graph);
Result<Graph> parse_text(std::string_view text, const std::string& file);

/// `schema: "heddle.dfg/1"`, workloads/schema/dfg.json. from_json(to_json(g)) == g.
Json to_json(const Graph& graph);
Result<Graph> from_json(const Document& document);

/// Graphviz, for pictures: operations by kind, dashed order edges, loop distances as labels.
std::string to_dot(const Graph& graph);

}  // namespace heddle::dfg
