// Random graphs mapped on an array, and launches of them: what a backend needs, without C and without a front end.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/codegen/image.h"
#include "compiler/dfg/legalize.h"
#include "compiler/dfg/text.h"
#include "compiler/mapper/solve.h"
#include "runtime/session/backend.h"
#include "tests/support/random_graph.h"

namespace heddle::testing_support {

inline RandomGraphOptions region_options(std::uint64_t seed, int word_bits) {
  RandomGraphOptions options;
  options.nodes = static_cast<int>(3 + seed % 11);
  options.memory_ops = static_cast<int>(seed % 5);
  options.recurrences = static_cast<int>(seed % 4);
  options.live_outs = static_cast<int>(1 + seed % 2);
  options.word_bits = word_bits;
  return options;
}

/// nullopt if the solver finds no mapping in its time.
inline std::optional<session::CompiledRegion> map_region(const dfg::Graph& random, const arch::Cgra& cgra) {
  session::CompiledRegion region;
  region.name = "random";
  region.graph = dfg::legalize(random, arch::fewest_constants(cgra), arch::fewest_constants(cgra, true)).value();
  const mapper::Problem problem{region.graph, cgra};
  mapper::Options options;
  options.seconds = 2;
  auto answer = mapper::solve("heuristic", problem, options, {});
  if (!answer || !answer->mapping) return {};
  region.mapping = std::move(*answer->mapping);
  region.image = codegen::encode_image(problem, region.mapping);
  return region;
}

/// What a launch left behind, in a form that compares.
struct LaunchEffect {
  session::LaunchResult result;
  std::vector<char> memory;
};

/// A launch whose host memory is the scratchpad's content, all of it copied in and out.
class RandomLaunch {
 public:
  RandomLaunch(RandomGraph& random, const session::CompiledRegion& region, std::uint64_t trip_count) {
    const auto bytes = random.scratchpad(random.footprint());
    before_.assign(bytes.begin(), bytes.end());
    const dfg::Launch launch = random.launch(trip_count);
    plan_.region = &region;
    plan_.trip_count = launch.trip_count;
    plan_.live_ins = launch.live_ins;
    plan_.array_bases = launch.array_bases;
  }

  Result<LaunchEffect> run(session::Backend& backend) {
    std::vector<char> memory = before_;
    plan_.in = plan_.out = {{memory.data(), 0, static_cast<std::int64_t>(memory.size())}};
    HEDDLE_ASSIGN(const session::LaunchResult result, backend.launch(plan_, {}));
    return LaunchEffect{result, std::move(memory)};
  }

 private:
  session::LaunchPlan plan_;
  std::vector<char> before_;
};

}  // namespace heddle::testing_support
