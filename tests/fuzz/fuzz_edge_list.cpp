// Edge lists: never a crash; a refusal has a place, and what is accepted is a graph that can be mapped.
#include "compiler/exchange/edge_list.h"
#include "tests/fuzz/import_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  const auto read = exchange::read_edge_list(fuzz::text_of(data, size), "input");
  fuzz::check_import(read);
  if (read) {
    const std::string written = exchange::write_edge_list(read->graph);
    const auto again = exchange::read_edge_list(written, "output");
    fuzz::require(dfg::value_edges(read->graph).empty() || again.has_value(),
                  "what was written does not parse: " + written);
  }
  return 0;
}
