// Morpher's graphs: never a crash; a refusal has a place, and what is accepted is a graph that can be mapped.
#include "compiler/exchange/morpher_graph.h"
#include "tests/fuzz/import_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  for (const bool outer_memory : {false, true})
    fuzz::check_import(exchange::read_morpher_graph(fuzz::text_of(data, size), "input", outer_memory));
  return 0;
}
