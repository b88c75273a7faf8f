// The JSON form of graphs: never a crash, and what is accepted survives a round trip.
#include "compiler/dfg/text.h"
#include "compiler/dfg/verify.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  const auto document = parse_json(fuzz::text_of(data, size), "input");
  if (!document) return 0;
  const auto graph = dfg::from_json(*document);
  if (!graph) {
    fuzz::check_refusal(graph.error());
    return 0;
  }
  if (!dfg::verify(*graph, dfg::Purpose::kMapping)) return 0;
  const std::string written = dump_json(dfg::to_json(*graph));
  const auto again = dfg::from_json(parse_json(written, "output").value());
  fuzz::require(again.has_value() && dump_json(dfg::to_json(*again)) == written, "the round trip changed the graph");
  return 0;
}
