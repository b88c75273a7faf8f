// CPU time of the heuristic against nodes and against array size, on planted problems (seeded).
// One run a case: answers are deterministic. Counters: ii, mii, planted (an II that is known to work), nodes.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <cstdlib>

#include "compiler/mapper/solve.h"
#include "tests/mapper/fixtures.h"
#include "tests/mapper/planted.h"

namespace {

using namespace heddle;
using mapper::fixtures::ArrayShape;

/// Seconds of CPU time for one search; GROWTH_SECONDS in the environment.
double budget() {
  const char* text = std::getenv("GROWTH_SECONDS");
  return text != nullptr ? std::atof(text) : 120;
}

/// Arguments: rows (= columns), nodes, planted II, seed.
void map_planted(benchmark::State& state, bool bypassing) {
  ArrayShape shape{.rows = static_cast<int>(state.range(0)), .columns = static_cast<int>(state.range(0))};
  if (bypassing)
    shape.hop_limit = 4;
  else
    shape.registers = 1;
  shape.config_depth = 64;
  const auto cgra = mapper::fixtures::mesh(shape);
  Random random(static_cast<std::uint64_t>(state.range(3)));
  const auto made =
      mapper::fixtures::plant(cgra, static_cast<int>(state.range(2)), static_cast<int>(state.range(1)), random);
  for (auto _ : state) {
    const auto answer = mapper::solve("heuristic", {made.graph, cgra}, {.seconds = budget(), .max_ii = 64}, Context{});
    if (!answer) {
      state.SkipWithError(answer.error().message.c_str());
      return;
    }
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    state.counters["nodes"] = static_cast<double>(made.graph.nodes.size());
    state.counters["values"] = static_cast<double>(made.mapping.routes.size());
    state.counters["mii"] = answer->bounds.mii();
    state.counters["planted"] = made.mapping.ii;
    state.counters["ii"] = answer->mapping ? answer->mapping->ii : 0;
    state.counters["megabytes"] = static_cast<double>(usage.ru_maxrss) / 1024;
  }
}

void bypassing(benchmark::State& state) { map_planted(state, true); }
void plain(benchmark::State& state) { map_planted(state, false); }

void by_nodes(benchmark::internal::Benchmark* bench) {
  constexpr int kSeeds = 25;
  for (const int nodes : {20, 30, 45, 60})
    for (int seed = 1; seed <= kSeeds; ++seed) bench->Args({4, nodes, nodes / 12 + 1, seed});
  for (const int seed : {1, 2, 3}) bench->Args({4, 80, 7, seed});
}

void by_array(benchmark::internal::Benchmark* bench) {
  for (const int side : {6, 8, 12, 16, 32}) bench->Args({side, std::min(2000, side * side * 2), 4, 1});
  bench->Args({16, 1000, 6, 1});
}

}  // namespace

BENCHMARK(bypassing)->Apply(by_nodes)->Apply(by_array)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK(plain)->Apply(by_nodes)->Apply(by_array)->Iterations(1)->Unit(benchmark::kMillisecond);
