// Speed of the interpreter, in operations per second: ninja interpret_bench && build/tests/dfg/interpret_bench
#include <benchmark/benchmark.h>

#include "compiler/dfg/interpret.h"
#include "compiler/dfg/text.h"

namespace heddle::dfg {
namespace {

/// The inner loop of an int8 matrix product.
void interpret_dot_product(benchmark::State& state) {
  const Graph graph = parse_text(
                          "graph dot word 32\narray A element 1 read\narray B element 1 read\nlive_out sum\n"
                          "%i = add %i@1 init -1, 1\n"
                          "%a = load_s8 A[%i]\n"
                          "%b = load_s8 B[%i + 4]\n"
                          "%p = mul %a, %b\n"
                          "%s = add %s@1 init 0, %p live_out sum\n",
                          "dot.dfg")
                          .value();
  std::vector<std::uint8_t> memory(65536, 3);
  const Launch launch{30000, {}, {0, 30000}};
  for (auto _ : state) benchmark::DoNotOptimize(interpret(graph, launch, memory));
  state.SetItemsProcessed(state.iterations() * 30000 * static_cast<std::int64_t>(graph.nodes.size()));
}

BENCHMARK(interpret_dot_product);

}  // namespace
}  // namespace heddle::dfg
