// Files of other tools for the tests: small ones of our own typing, changed to taste.
#pragma once

#include <gmock/gmock.h>

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/base/files.h"
#include "compiler/exchange/edge_list.h"
#include "compiler/exchange/morpher_graph.h"
#include "compiler/exchange/read.h"
#include "tests/support/matchers.h"

namespace heddle::exchange {

inline std::string data(const std::string& name) {
  auto text = read_file(std::filesystem::path(HEDDLE_SOURCE_DIR) / "tests/exchange/data" / name);
  EXPECT_TRUE(text.has_value()) << name;
  return text.value_or("");
}

/// `text` with the first `what` replaced; fails the test if it is not there.
inline std::string changed(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  if (at == std::string::npos) {
    ADD_FAILURE() << "not in the text: " << what;
    return text;
  }
  return text.replace(at, what.size(), by);
}

/// "line:column: message" of the error with which reading fails.
template <class T>
std::string refusal(const Result<T>& result) {
  if (result) return "accepted";
  const Error& error = result.error();
  return std::to_string(error.where.line) + ":" + std::to_string(error.where.column) + ": " + error.message;
}

inline std::vector<std::string> lines_of(const std::vector<Note>& warnings) {
  std::vector<std::string> lines;
  for (const Note& each : warnings) lines.push_back(std::to_string(each.where.line) + ": " + each.message);
  return lines;
}

inline Result<ImportedCgra> read_row(const std::string& text) {
  HEDDLE_ASSIGN(const Document document, parse_json(text, "row.json"));
  return read_morpher_arch(document, "row");
}

/// The node of that label.
inline const dfg::Node& node(const dfg::Graph& graph, const std::string& name) {
  for (const dfg::Node& each : graph.nodes)
    if (each.name == name) return each;
  ADD_FAILURE() << "no node " << name;
  return graph.nodes.front();
}

/// "SELECT_0@1" for a value, "4" for a constant, "" for nothing.
inline std::string operand(const dfg::Graph& graph, const dfg::Node& node, dfg::Port port) {
  const dfg::Operand& operand = node.port(port);
  if (operand.is_node())
    return graph.node(operand.node).name + (operand.distance > 0 ? "@" + std::to_string(operand.distance) : "");
  if (!operand.present()) return "";
  return operand.immediate.kind == dfg::Immediate::Kind::kConstant ? std::to_string(operand.immediate.value) : "$";
}

}  // namespace heddle::exchange
