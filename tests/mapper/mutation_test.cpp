// Seeded single faults in valid mappings. An oracle of its own (token_machine.h) decides which faults matter: those
// after which the configured array delivers a wrong value, or cannot be configured. Of these, `verify` must reject all
// but one in a hundred (it rejects all).
#include <gtest/gtest.h>

#include "compiler/mapper/solve.h"
#include "tests/mapper/faults.h"
#include "tests/mapper/fixtures.h"
#include "tests/mapper/token_machine.h"
#include "tests/support/matchers.h"

namespace heddle::mapper {
namespace {

TEST(Verify, SeededFaults_AreRejected) {
  Tally tally;
  for (int seed = 0; seed < 24; ++seed) {
    Random random(static_cast<std::uint64_t>(seed) + 100);
    const auto graph = fixtures::random_graph(random, 12 + seed);
    const auto cgra = fixtures::mesh({.hop_limit = 1 + seed % 4});
    const Problem problem{graph, cgra};
    const auto answer = solve("heuristic", problem, {.seconds = 5}, Context{});
    ASSERT_THAT(answer, IsOk());
    ASSERT_TRUE(answer->mapping) << seed << ": " << answer->reason;
    EXPECT_EQ(replay(problem, *answer->mapping), "") << "a verified mapping delivers wrong values, seed " << seed;
    for (int k = 0; k < 150; ++k) count(problem, mutated(*answer->mapping, random, cgra), tally);
  }
  RecordProperty("faults", tally.faults);
  RecordProperty("rejected", tally.rejected);
  EXPECT_GT(tally.faults, 2000);
  EXPECT_EQ(tally.rejected, tally.faults);
  EXPECT_GT(tally.harmless, 20) << "the mutations are too coarse to tell a checker from one that refuses everything";
}

}  // namespace
}  // namespace heddle::mapper
