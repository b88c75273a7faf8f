// map_bench ARCH GRAPH... : maps each graph (of any kind that `heddle map` reads) and prints a table.
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "compiler/base/files.h"
#include "compiler/dfg/legalize.h"
#include "compiler/exchange/read.h"
#include "compiler/mapper/solve.h"

namespace {

using namespace heddle;

Result<dfg::Graph> load_graph(const std::filesystem::path& path, const exchange::ImportedCgra& array) {
  HEDDLE_ASSIGN(const auto text, read_file(path));
  HEDDLE_ASSIGN(auto read, exchange::read_graph(text, path, {}, array.outer_memory));
  int constants = array.cgra.classes.front().constants;
  for (const auto& each : array.cgra.classes) constants = std::min(constants, each.constants);
  return dfg::legalize(std::move(read.graph), constants);
}

void map_one(const std::filesystem::path& path, const exchange::ImportedCgra& array, const mapper::Options& options) {
  const arch::Cgra& cgra = array.cgra;
  const auto graph = load_graph(path, array);
  const auto name = path.filename().string().substr(0, 44);
  if (!graph) {
    std::printf("%-44s %s\n", name.c_str(), to_string(graph.error()).c_str());
    return;
  }
  const char* solver = std::getenv("SOLVER");
  const mapper::Problem problem{*graph, cgra, false, std::getenv("ROUTE_THROUGH") != nullptr};
  const auto answer = mapper::solve(solver != nullptr ? solver : "heuristic", problem, options, Context{});
  if (!answer) {
    std::printf("%-44s %s\n", name.c_str(), to_string(answer.error()).c_str());
    return;
  }
  const auto& b = answer->bounds;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf(
      "%-44s V %3zu E %3zu rec %2d res %2d mem %2d route %2d reg %2d II %2d gap %2d SL %3d%s %2d mov %7.2f s %5d att "
      "%4ld MB %s\n",
      name.c_str(), graph->nodes.size(), dfg::value_edges(*graph).size() + graph->order.size(), b.rec.value,
      b.res.value, b.mem.value, b.route.value, b.reg.value, answer->mapping ? answer->mapping->ii : -1, answer->gap(),
      answer->mapping ? answer->mapping->schedule_length(mapper::mapped_problem(problem, *answer)) : 0,
      answer->fewest_hops ? "**"
      : answer->shortest  ? "* "
                          : "  ",
      answer->moves, answer->cpu_seconds, answer->attempts, usage.ru_maxrss / 1024,
      answer->outcome == mapper::Outcome::kOptimal ? "" : answer->reason.c_str());
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr,
                 "usage: map_bench ARCH GRAPH...   (SOLVER, SECONDS_LIMIT, SEED, ROUTE_THROUGH in the environment)\n");
    return 2;
  }
  const auto cgra = exchange::find_cgra(argv[1], "");
  if (!cgra) {
    std::fprintf(stderr, "%s\n", to_string(cgra.error()).c_str());
    return 2;
  }
  mapper::Options options;
  if (const char* seconds = std::getenv("SECONDS_LIMIT")) options.seconds = std::atof(seconds);
  if (const char* seed = std::getenv("SEED")) options.seed = std::strtoull(seed, nullptr, 10);
  for (int i = 2; i < argc; ++i) map_one(argv[i], *cgra, options);
}
