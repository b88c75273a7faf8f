// The front, and its hypervolume against inclusion and exclusion.
#include "runtime/explore/front.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <limits>

#include "compiler/base/random.h"

namespace heddle::explore {
namespace {

std::vector<Member> random_members(std::uint64_t seed, std::size_t count, std::size_t dimensions) {
  Random random(seed);
  std::vector<Member> members;
  for (std::size_t k = 0; k < count; ++k) {
    Member member{k, std::to_string(k), {}};
    for (std::size_t d = 0; d < dimensions; ++d) member.coordinates.push_back(static_cast<double>(random.below(12)));
    members.push_back(member);
  }
  return members;
}

/// The volume of a union of boxes: over every subset, the box that all share, with alternating sign.
double by_inclusion_and_exclusion(const std::vector<Member>& members, const std::vector<double>& reference) {
  double total = 0;
  for (std::uint32_t subset = 1; subset < (1U << members.size()); ++subset) {
    double volume = 1;
    for (std::size_t d = 0; d < reference.size(); ++d) {
      double corner = -std::numeric_limits<double>::max();
      for (std::size_t k = 0; k < members.size(); ++k) {
        if ((subset >> k & 1U) != 0) corner = std::max(corner, members[k].coordinates[d]);
      }
      volume *= std::max(0.0, reference[d] - corner);
    }
    total += std::popcount(subset) % 2 == 1 ? volume : -volume;
  }
  return total;
}

TEST(Hypervolume, EqualsInclusionAndExclusion) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const std::size_t dimensions = 1 + seed % 4;
    const auto members = random_members(seed, 10, dimensions);
    const std::vector<double> reference(dimensions, 10);
    EXPECT_DOUBLE_EQ(hypervolume(members, reference), by_inclusion_and_exclusion(members, reference)) << seed;
  }
  EXPECT_EQ(hypervolume({}, {1, 1}), 0);
}

TEST(Front, HoldsWhatNoneDominatesInWhateverOrder) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    auto members = random_members(seed, 60, 3);
    std::vector<std::string> expected;
    for (const Member& member : members) {
      if (std::ranges::none_of(members,
                               [&](const Member& other) { return dominates(other.coordinates, member.coordinates); }))
        expected.push_back(member.id);
    }
    Random random(seed);
    for (std::size_t k = members.size(); k > 1; --k) std::swap(members[k - 1], members[random.below(k)]);
    Front front;
    for (const Member& member : members) front.add(member);
    std::vector<std::string> found;
    for (const Member& member : front.members()) found.push_back(member.id);
    EXPECT_EQ(found, expected) << seed;
  }
}

}  // namespace
}  // namespace heddle::explore
