// bound_bench FIRST LAST SECONDS: the lower bounds of the seeded hard problems, each against the minimum that the exact
// solver proves in that time. An unsound bound would show as a mapping below it: II below the new bounds are asked too.
#include <cstdio>
#include <cstdlib>

#include "compiler/mapper/solve.h"
#include "compiler/mapper/thread_time.h"
#include "tests/mapper/hard_graphs.h"

namespace {

using namespace heddle;

struct Tally {
  int problems = 0;
  int raised = 0;      ///< a new bound is above rec, res and mem
  int decided = 0;     ///< the minimum is known
  int met_before = 0;  ///< and equals the largest of rec, res and mem
  int met = 0;         ///< and equals the bound
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: bound_bench FIRST LAST SECONDS\n");
    return 2;
  }
  const auto last = std::strtoull(argv[2], nullptr, 10);
  Tally tallies[4];
  for (auto seed = std::strtoull(argv[1], nullptr, 10); seed <= last; ++seed) {
    const auto hard = mapper::hard_case(seed);
    const mapper::Problem problem{hard.graph, hard.cgra};
    const double start = mapper::thread_seconds();
    const auto b = mapper::bounds(problem);
    const double spent = mapper::thread_seconds() - start;
    if (!b) {
      std::printf("%4llu %-8s %s\n", seed, hard.kind.c_str(), b.error().message.c_str());
      continue;
    }
    const int before = std::max({b->rec.value, b->res.value, b->mem.value});
    const auto answer = mapper::solve("portfolio", problem, {.seconds = std::atof(argv[3])}, Context{});
    const int ii = answer->mapping ? answer->mapping->ii : -1;
    const bool decided =
        answer->outcome == mapper::Outcome::kOptimal || answer->outcome == mapper::Outcome::kInfeasible;
    Tally& tally = tallies[seed % 4];
    ++tally.problems;
    tally.raised += static_cast<int>(b->mii() > before);
    tally.decided += static_cast<int>(decided);
    tally.met_before += static_cast<int>(decided && ii == before);
    tally.met += static_cast<int>(decided && ii == b->mii());
    std::printf("%4llu %-8s V %2zu rec %2d res %2d mem %2d route %2d reg %2d (%.1f ms) II %2d %s%s\n", seed,
                hard.kind.c_str(), hard.graph.nodes.size(), b->rec.value, b->res.value, b->mem.value, b->route.value,
                b->reg.value, spent * 1e3, ii, mapper::to_string(answer->outcome), b->mii() > before ? " +" : "");
    if (b->mii() > before) std::printf("       %s\n", mapper::tightest(*b).witness.c_str());
    std::fflush(stdout);
  }
  for (int k = 0; k < 4; ++k)
    std::printf("%-8s %d problems, %d decided; bound raised on %d; bound is the minimum on %d, before on %d\n",
                mapper::hard_case(static_cast<std::uint64_t>(k)).kind.c_str(), tallies[k].problems, tallies[k].decided,
                tallies[k].raised, tallies[k].met, tallies[k].met_before);
}
