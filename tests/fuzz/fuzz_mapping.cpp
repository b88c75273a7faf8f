// Mappings: never a crash, and what is accepted survives a round trip and can be checked.
#include "compiler/base/files.h"
#include "compiler/mapper/mapping.h"
#include "compiler/mapper/solve.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/pair_array.h"

namespace {

using namespace heddle;

/// A product added up: two nodes, a value that travels and a recurrence.
dfg::Graph small_graph() {
  dfg::Graph graph;
  graph.name = "sum";
  dfg::Node product;
  product.op = dfg::Opcode::kMul;
  product.operands[0] = dfg::Operand::of(dfg::Immediate::constant(3));
  product.operands[1] = dfg::Operand::of(dfg::Immediate::constant(5));
  const dfg::NodeId factor = graph.add(product);
  dfg::Node sum;
  sum.op = dfg::Opcode::kAdd;
  sum.operands[0] = dfg::Operand::of(factor);
  sum.operands[1] = dfg::Operand::of(dfg::NodeId(1), 1, dfg::Immediate::constant(0));
  graph.add(sum);
  return graph;
}

/// Seeds say GRAPH_HASH and ARCH_HASH, so that they stay good when graphs and architectures gain fields.
std::string with_hashes(std::string text, const Json& good) {
  for (const auto& [placeholder, key] : {std::pair{"GRAPH_HASH", "graph_hash"}, {"ARCH_HASH", "architecture_hash"}}) {
    const auto at = text.find(placeholder);
    if (at != std::string::npos) text.replace(at, std::string(placeholder).size(), good.at(key).get<std::string>());
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const dfg::Graph graph = small_graph();
  static const arch::Cgra cgra = testing_support::pair_array();
  const mapper::Problem problem{graph, cgra};
  static const Json good =
      mapper::to_json(problem, mapper::solve("heuristic", problem, {}, Context{}).value().mapping.value());
  const auto document = parse_json(with_hashes(std::string(fuzz::text_of(data, size)), good), "input");
  if (!document) return 0;
  const auto mapping = mapper::from_json(problem, *document);
  if (!mapping) {
    fuzz::check_refusal(mapping.error());
    return 0;
  }
  const Json written = mapper::to_json(problem, *mapping);
  const auto again = mapper::from_json(problem, parse_json(dump_json(written), "output").value());
  fuzz::require(again.has_value() && mapper::to_json(problem, *again) == written, "the round trip changed the mapping");
  if (const Status checked = mapper::verify(problem, *mapping); !checked) fuzz::check_refusal(checked.error());
  return 0;
}
