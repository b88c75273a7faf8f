// Plain edge lists: a line an edge, `source destination [distance [latency]]`.
#pragma once

#include <string>
#include <string_view>

#include "compiler/exchange/draft.h"

namespace heddle::exchange {

/// Operations are not in such files: a node with at most one input becomes `mov`, with two `add`, with more `select`.
/// Nodes are whole numbers or names. Blanks, commas, semicolons or -> between the fields; `#`, `%` and `//` begin a
/// comment. A first line of words (source, destination, distance, latency, ...) names the columns. A latency other than
/// 1 is said: here it is the array that has latencies. Fails with line and column.
Result<ImportedGraph> read_edge_list(std::string_view text, const std::string& file);

/// True if the first line, which is no comment, can be one of an edge list: columns by name, a number in front, or two
/// words and one or two numbers.
bool looks_like_edge_list(std::string_view text);

/// The values of a graph in this form, `source destination distance latency`, with the numbers of the nodes and latency
/// 1 (loads 2). Order edges, immediates and operations are left out; a comment at the top says so.
std::string write_edge_list(const dfg::Graph& graph);

}  // namespace heddle::exchange
