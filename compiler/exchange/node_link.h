// Graphs as lists of nodes and edges with attributes: what DOT, Graphviz's JSON and CGRA-Mapper's JSON have in common.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/json.h"
#include "compiler/exchange/draft.h"

namespace heddle::exchange {

struct Attribute {
  std::string value;
  Mark where;
};
/// By name, in lower case.
using Attributes = std::map<std::string, Attribute>;

struct LinkedNode {
  std::string name;
  Attributes attributes;
  Mark where;
  bool declared = true;  ///< false: only edges name it
};

struct LinkedEdge {
  std::string from;
  std::string to;
  Attributes attributes;
  Mark where;
  std::string port = {};  ///< "n:port" at its end
};

struct NodeLink {
  std::string file;
  std::string name;
  std::vector<LinkedNode> nodes;
  std::vector<LinkedEdge> edges;
  std::vector<Note> warnings;
};

/// The DOT language: directed graphs, attributes and their defaults, chains of edges, blocks as ends of edges;
/// subgraphs are flattened. Several statements about one node add up; edges of a strict graph are there once. Fails
/// with line and column, also where two statements name different operations for one node.
Result<NodeLink> parse_dot(std::string_view text, const std::string& file);

/// What `dot -Tjson` writes: `objects` and `edges` with `tail` and `head`.
Result<NodeLink> read_graphviz_json(const Document& document, const std::string& file);

/// What networkx and d3 write: `nodes` with `id`, and `links` (or `edges`) with `source` and `target`.
Result<NodeLink> read_node_link_json(const Document& document, const std::string& file);

/// What CGRA-Mapper writes: a list of operations with `id`, `org_opt`, `in_const`, `succ`, and `pre`, which gives the
/// order of the operands.
Result<NodeLink> read_cgra_mapper_json(const Document& document, const std::string& file);

/// To a graph of ours. The operation is in `opcode` (or `op`, or the label "(9) add"); `type` may say input, output,
/// const, op; `operand`, `port`, `distance` of edges are heeded. docs/exchange.md has the words. Fails, with the line,
/// on a node without an operation, an unknown one, and on edges that end at nothing.
Result<ImportedGraph> read_node_link(const NodeLink& source);

}  // namespace heddle::exchange
