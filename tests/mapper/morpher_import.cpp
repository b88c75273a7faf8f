#include "tests/mapper/morpher_import.h"

#include <algorithm>
#include <map>
#include <regex>

namespace heddle::mapper {
namespace {

using dfg::Opcode;

Opcode opcode_of(const std::string& name) {
  if (name.find("LOAD") != std::string::npos) return Opcode::kLoadS32;
  if (name.find("STORE") != std::string::npos) return Opcode::kStore32;
  if (name == "MUL") return Opcode::kMul;
  return Opcode::kAdd;  // one class of PEs does all the others, in one cycle
}

struct RawEdge {
  int from, to, distance;
  bool order;
};

void connect(dfg::Graph& graph, const RawEdge& edge) {
  if (!edge.order)
    for (auto& operand : graph.nodes[static_cast<std::size_t>(edge.to)].operands) {
      if (operand.present()) continue;
      operand = dfg::Operand::of(dfg::NodeId(edge.from), edge.distance);
      return;
    }
  graph.order.push_back({dfg::NodeId(edge.from), dfg::NodeId(edge.to), edge.distance});
}

}  // namespace

Result<dfg::Graph> import_morpher(const std::string& text, const std::string& name) {
  static const std::regex node_tag("<Node idx=\"?(\\d+)\"?");
  static const std::regex op_tag("<OP>(\\w+)</OP>");
  static const std::regex output_tag("<Output idx=\"?(\\d+)\"?\\s*nextiter=\"?(\\d+)\"?[^>]*type=\"?(\\w+)\"?");
  static const std::regex parent_tag("<RecParent idx=\"?(\\d+)\"?");
  dfg::Graph graph;
  graph.name = name;
  graph.arrays.push_back({"memory", 4, std::int64_t{1} << 40, true, true});
  std::map<int, int> number;
  std::vector<std::string> bodies;
  for (std::sregex_iterator it(text.begin(), text.end(), node_tag), end; it != end; ++it) {
    const auto begin = static_cast<std::size_t>(it->position());
    const auto body = text.substr(begin, text.find("</Node>", begin) - begin);
    std::smatch op;
    if (!std::regex_search(body, op, op_tag)) return fail(ErrorCode::kBadInput, "node without <OP> in " + name);
    dfg::Node node;
    node.op = opcode_of(op[1]);
    node.name = op[1].str() + "_" + (*it)[1].str();
    if (dfg::is_memory(node.op)) node.array = dfg::ArrayId(0);
    number[std::stoi((*it)[1])] = static_cast<int>(graph.nodes.size());
    graph.nodes.push_back(node);
    bodies.push_back(body);
  }
  for (std::size_t n = 0; n < bodies.size(); ++n) {
    for (std::sregex_iterator it(bodies[n].begin(), bodies[n].end(), output_tag), end; it != end; ++it)
      connect(graph, {static_cast<int>(n), number.at(std::stoi((*it)[1])), std::stoi((*it)[2]), (*it)[3] == "PS"});
    for (std::sregex_iterator it(bodies[n].begin(), bodies[n].end(), parent_tag), end; it != end; ++it)
      connect(graph, {static_cast<int>(n), number.at(std::stoi((*it)[1])), 1, true});
  }
  return graph;
}

}  // namespace heddle::mapper
