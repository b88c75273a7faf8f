// Constants that stay in the scratchpad: a model of the scratchpad's bytes says what is really there.
#include "runtime/session/resident.h"

#include <gtest/gtest.h>
// rapidcheck's header needs gtest's first.
#include <rapidcheck/gtest.h>

#include <array>
#include <cstring>
#include <numeric>

#include "runtime/session/plan.h"
#include "tests/support/matchers.h"

namespace heddle::session {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kConstantBytes = 4096;  // the rest of the memory is variable

/// Launches of one region after the other, as the session makes them.
struct Launches {
  Launches() {
    cgra.scratchpad = {4, 1024, 1, false};
    std::iota(memory.begin(), memory.end(), '\0');
    objects.add(memory.data(), kConstantBytes, "constant", true);
    objects.add(memory.data() + kConstantBytes, static_cast<std::int64_t>(memory.size()) - kConstantBytes, "variable");
    scratchpad.resize(4096);
  }
  heddle_array_range range(std::int64_t low, std::int64_t bytes, int flags) {
    char* at = memory.data() + low;
    return {at, at, at + bytes, 1, flags};
  }
  Result<LaunchPlan> launch(const std::vector<heddle_array_range>& ranges, const std::vector<int>& banks) {
    region.graph.arrays.clear();
    for (std::size_t k = 0; k < ranges.size(); ++k) region.graph.arrays.push_back({"A", 4, {}, true, true});
    region.mapping.banks = banks;
    auto plan = plan_launch(cgra, region, 4, {}, ranges, objects, residents);
    if (!plan) return plan;
    for (const Transfer& piece : plan->in)
      std::memcpy(&scratchpad[piece.scratchpad], piece.host, static_cast<std::size_t>(piece.bytes));
    kept_is_there =
        kept_is_there && std::ranges::all_of(plan->kept, [&](const Transfer& piece) {
          return std::memcmp(&scratchpad[piece.scratchpad], piece.host, static_cast<std::size_t>(piece.bytes)) == 0;
        });
    for (const Transfer& piece : plan->out)  // what the loop may write
      std::memset(&scratchpad[piece.scratchpad], 0xEE, static_cast<std::size_t>(piece.bytes));
    update_residents(residents, *plan, constants_of(*plan, objects), number++);
    return plan;
  }

  arch::Cgra cgra;
  CompiledRegion region;
  ObjectTable objects;
  std::vector<Resident> residents;
  std::vector<char> scratchpad;
  std::size_t number = 0;
  bool kept_is_there = true;
  alignas(64) std::array<char, 8192> memory = {};
};

struct Residents : ::testing::Test, Launches {};

TEST_F(Residents, ConstantsAreCopiedOnce) {
  const std::vector<heddle_array_range> ranges{range(0, 100, 1), range(5000, 100, 1)};
  const auto first = launch(ranges, {0, 1});
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(first->kept, IsEmpty());
  const auto second = launch(ranges, {0, 1});
  EXPECT_THAT(second->kept, ElementsAre(Transfer{memory.data(), 0, 100}));
  EXPECT_THAT(second->in, ElementsAre(Transfer{memory.data() + 5000, 1024, 100}));
  // A part of what is there.
  EXPECT_THAT(launch({range(40, 20, 1)}, {0})->kept, ElementsAre(Transfer{memory.data() + 40, 40, 20}));
}

TEST_F(Residents, OthersAreLaidBesideThem) {
  ASSERT_THAT(launch({range(0, 100, 1)}, {0}), IsOk());
  const auto other = launch({range(5000, 100, 3)}, {0});
  EXPECT_THAT(other->in, ElementsAre(Transfer{memory.data() + 5000, 104, 100}));
  EXPECT_EQ(launch({range(0, 100, 1)}, {0})->kept.size(), 1U);
}

TEST_F(Residents, GiveWayWhereTheBankIsNeeded) {
  ASSERT_THAT(launch({range(0, 100, 1)}, {0}), IsOk());
  EXPECT_THAT(launch({range(5000, 1000, 3)}, {0})->in, ElementsAre(Transfer{memory.data() + 5000, 0, 1000}));
  EXPECT_THAT(launch({range(0, 100, 1)}, {0})->kept, IsEmpty());
}

TEST_F(Residents, AreCopiedWhereAnotherBankIsWanted) {
  ASSERT_THAT(launch({range(0, 100, 1)}, {0}), IsOk());
  const auto other = launch({range(0, 100, 1)}, {2});
  EXPECT_THAT(other->kept, IsEmpty());
  EXPECT_THAT(other->in, ElementsAre(Transfer{memory.data(), 2048, 100}));
}

RC_GTEST_PROP(ResidentsOfAnyLaunches, AreThere, ()) {
  Launches machine;
  const int count = *rc::gen::inRange(1, 40);
  std::size_t plain = 0;
  for (int k = 0; k < count; ++k) {
    std::vector<heddle_array_range> ranges;
    std::vector<int> banks;
    const int arrays = *rc::gen::inRange(1, 5);
    for (int a = 0; a < arrays; ++a) {
      const std::int64_t low = 100 * *rc::gen::inRange(0, 70);
      const std::int64_t bytes = *rc::gen::inRange(1, 100) * *rc::gen::element(1, 8);
      const bool constant = low + bytes <= kConstantBytes;
      if (!constant && low < kConstantBytes) continue;
      ranges.push_back(machine.range(low, bytes, constant ? 1 : *rc::gen::element(1, 2, 3, 6)));
      banks.push_back(*rc::gen::inRange(-1, 4));
    }
    const auto plan = machine.launch(ranges, banks);
    RC_ASSERT(plan.has_value() || plan.error().code == ErrorCode::kInfeasible);
    RC_ASSERT(machine.kept_is_there);
    plain += plan ? plan->kept.size() : 0;
  }
  RC_CLASSIFY(plain > 0, "something is kept");
}

}  // namespace
}  // namespace heddle::session
