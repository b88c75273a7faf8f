// proof_bench FIRST LAST: how often is the minimum II proved? Seeded random graphs of 20 to 60 operations, with
// recurrences, memory operations and values of many uses, on 4x4 arrays from roomy to tight; a line each, and sums.
//
// The heuristic runs first; what it maps at the lower bound is proved already. The exact solver gets the rest.
// In the environment: SECONDS_LIMIT (CPU time of each solver, 60), ROUTE_THROUGH (set: values may pass units).
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "compiler/dfg/legalize.h"
#include "compiler/mapper/solve.h"
#include "tests/mapper/fixtures.h"
#include "tests/mapper/hard_graphs.h"

namespace {

using namespace heddle;

struct Sum {
  int problems = 0;
  int at_bound = 0;  ///< by the heuristic
  int proved = 0;    ///< by the exact solver
};

void run(std::uint64_t seed, double seconds, std::map<std::string, Sum>& sums) {
  const auto hard = mapper::hard_case(seed);
  const mapper::Problem problem{hard.graph, hard.cgra, false, std::getenv("ROUTE_THROUGH") != nullptr};
  Sum& sum = sums[hard.kind];
  ++sum.problems;
  const auto found = mapper::solve("heuristic", problem, {.seconds = seconds}, Context{});
  if (!found) {
    std::printf("%4d %s\n", static_cast<int>(seed), to_string(found.error()).c_str());
    return;
  }
  const bool easy = found->outcome == mapper::Outcome::kOptimal || found->outcome == mapper::Outcome::kInfeasible;
  sum.at_bound += static_cast<int>(easy);
  if (easy) return;
  const auto exact = mapper::solve("exact", problem, {.seconds = seconds}, Context{});
  if (!exact) return;
  const bool decided = exact->outcome == mapper::Outcome::kOptimal || exact->outcome == mapper::Outcome::kInfeasible ||
                       (found->mapping && exact->lower_bound() == found->mapping->ii);
  sum.proved += static_cast<int>(decided);
  std::printf("%4d %-8s V %2zu bound %d heuristic %d (%.1f s) exact %d proved %d %s %.1f s %s\n",
              static_cast<int>(seed), hard.kind.c_str(), hard.graph.nodes.size(), exact->bounds.mii(),
              found->mapping ? found->mapping->ii : -1, found->cpu_seconds, exact->mapping ? exact->mapping->ii : -1,
              exact->lower_bound(), decided ? "decided" : "OPEN", exact->cpu_seconds,
              decided ? "" : exact->reason.c_str());
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr,
                 "usage: proof_bench FIRST_SEED LAST_SEED   (SECONDS_LIMIT, ROUTE_THROUGH in the environment)\n");
    return 2;
  }
  const char* limit = std::getenv("SECONDS_LIMIT");
  std::map<std::string, Sum> sums;
  for (auto seed = std::strtoull(argv[1], nullptr, 10); seed <= std::strtoull(argv[2], nullptr, 10); ++seed)
    run(seed, limit != nullptr ? std::atof(limit) : 60, sums);
  for (const auto& [kind, sum] : sums)
    std::printf("%-8s %d problems: %d at the bound, %d more proved, %d open\n", kind.c_str(), sum.problems,
                sum.at_bound, sum.proved, sum.problems - sum.at_bound - sum.proved);
  return 0;
}
