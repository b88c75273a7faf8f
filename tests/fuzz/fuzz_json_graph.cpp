// Graphs of other tools in JSON: never a crash; a refusal has a place, and what is accepted is a graph that can be
// mapped.
#include "compiler/exchange/read.h"
#include "tests/fuzz/import_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  const auto text = fuzz::text_of(data, size);
  for (const auto kind :
       {exchange::GraphKind::kGraphvizJson, exchange::GraphKind::kCgraMapperJson, exchange::GraphKind::kNodeLinkJson})
    fuzz::check_import(exchange::read_graph(text, "input", kind, false));
  return 0;
}
