// The text form of graphs: never a crash, and what is accepted prints and parses again to the same text.
#include "compiler/dfg/text.h"
#include "compiler/dfg/verify.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  const auto graph = dfg::parse_text(fuzz::text_of(data, size), "input");
  if (!graph) {
    fuzz::check_refusal(graph.error());
    return 0;
  }
  const auto status = dfg::verify(*graph, dfg::Purpose::kMapping);
  if (!status) return 0;
  const std::string printed = dfg::print_text(*graph);
  const auto again = dfg::parse_text(printed, "output");
  fuzz::require(again.has_value(), "what was printed does not parse: " + printed);
  fuzz::require(dfg::print_text(*again) == printed, "the round trip changed the graph: " + printed);
  return 0;
}
