// Graphs in DOT: never a crash; a refusal has a place, and what is accepted is a graph that can be mapped.
#include "compiler/exchange/read.h"
#include "tests/fuzz/import_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  fuzz::check_import(exchange::read_graph(fuzz::text_of(data, size), "input", exchange::GraphKind::kDot, false));
  return 0;
}
