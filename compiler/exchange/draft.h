// A graph as another tool's file states it, and the one way from there to a dataflow graph of ours.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/dfg/graph.h"

namespace heddle::exchange {

/// A use in a file by `to`: of the value of `from`, or of an immediate.
struct DraftUse {
  std::string from;
  std::string to;
  std::optional<dfg::Port> port;  ///< where the file says so; else the first that is free
  int distance = 0;
  Mark where;
  std::optional<dfg::Immediate> immediate = {};  ///< then `from` only names it in messages
};

struct DraftOrder {
  std::string from;
  std::string to;
  int distance = 0;
  Mark where;
};

struct DraftNode {
  std::string label;    ///< unique
  std::string op_name;  ///< as the file spells it
  dfg::Opcode op = dfg::Opcode::kMov;
  std::array<std::optional<dfg::Immediate>, dfg::kPorts> immediates;
  std::optional<std::string> live_out;
  Mark where;
};

struct Draft {
  std::string file;
  std::string name;
  std::vector<DraftNode> nodes;
  std::vector<DraftUse> uses;
  std::vector<DraftOrder> order;
  std::vector<dfg::LiveIn> live_ins;
  bool missing_is_normal = false;  ///< files of this kind do not list immediates: no remark where one stands in
};

/// What was read, and in which ways it is not quite what the file says: each with its place.
struct ImportedGraph {
  dfg::Graph graph;
  std::vector<Note> warnings;
};

/// Gives every use a port, puts the nodes in order, and verifies the result (dfg::verify, for mapping).
/// - Memory operations all touch one array, "memory", with the address as their index.
/// - A required port without a value gets the immediate 0.
/// - A value that finds no port left is merged by an inserted `or` with the one before it: of values that exclude each
///   other the absent ones are 0 (docs/exchange.md).
/// - An operation that reads itself is fine if a distance is given.
/// Fails, with the line, on a name that does not exist (with the nearest) or exists twice, and on a cycle of distance
/// 0, which it names.
Result<ImportedGraph> finish(Draft draft, std::vector<Note> warnings);

}  // namespace heddle::exchange
