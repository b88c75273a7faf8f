// What the mapper may do when asked: each freedom changes a program, and all engines still agree on it.
#include <gtest/gtest.h>

#include "compiler/mapper/bounds.h"
#include "tests/e2e/verified.h"
#include "tests/support/matchers.h"

namespace heddle {
namespace {

using e2e::Verified;

using Adjust = std::function<void(session::CompileRequest&)>;

const std::filesystem::path kFolder = e2e::kSource / "tests" / "e2e" / "freedoms";

/// The program as compiled by the exact solver; fails unless all engines agree on it.
Verified compiled(const std::filesystem::path& source, const std::string& architecture, const Adjust& adjust) {
  const auto result = e2e::verified(
      source, architecture, {},
      {verify::Engine::kInterpreter, verify::Engine::kFast, verify::Engine::kSystemc, verify::Engine::kRtl},
      [&](session::CompileRequest& request) {
        request.solver = "exact";
        adjust(request);
      });
  EXPECT_THAT(result, IsOk());
  if (!result) return {};
  EXPECT_TRUE(result->report.equal()) << result->text();
  for (const verify::KernelReport& checked : result->report.kernels) EXPECT_GT(checked.launches, 0U) << result->text();
  return *result;
}

std::size_t count_of(const Verified& program, dfg::Opcode op) {
  const auto& nodes = program.program.regions.at(0).graph.nodes;
  return static_cast<std::size_t>(std::ranges::count(nodes, op, &dfg::Node::op));
}

TEST(Freedoms, FreeBanks_OtherBanksAndASmallerII_AllEnginesAgree) {
  const Verified fixed = compiled(kFolder / "chase.c", "mesh_4x4", [](session::CompileRequest&) {});
  const Verified free =
      compiled(kFolder / "chase.c", "mesh_4x4", [](session::CompileRequest& request) { request.free_banks = true; });
  ASSERT_EQ(fixed.program.regions.size(), 1U);
  ASSERT_EQ(free.program.regions.size(), 1U);
  const auto& region = free.program.regions[0];
  const auto assigned = mapper::assign_banks({region.graph, free.program.cgra});
  EXPECT_EQ(fixed.program.regions[0].mapping.banks, assigned);
  EXPECT_NE(region.mapping.banks, assigned);
  EXPECT_LT(region.mapping.ii, fixed.program.regions[0].mapping.ii);
}

TEST(Freedoms, ShareBranches_OneLoadForTwo_AllEnginesAgree) {
  const Verified apart = compiled(kFolder / "either.c", "mesh_4x4", [](session::CompileRequest&) {});
  const Verified shared = compiled(kFolder / "either.c", "mesh_4x4",
                                   [](session::CompileRequest& request) { request.share_branches = true; });
  ASSERT_EQ(apart.program.regions.size(), 1U);
  ASSERT_EQ(shared.program.regions.size(), 1U);
  EXPECT_EQ(count_of(apart, dfg::Opcode::kLoadU32), 3U);
  EXPECT_EQ(count_of(shared, dfg::Opcode::kLoadU32), 2U);
  EXPECT_LT(shared.program.regions[0].mapping.ii, apart.program.regions[0].mapping.ii);
}

TEST(Freedoms, ForwardStores_EveryAddressPattern_AllEnginesAgree) {
  const auto solver = [](bool forward) {
    return [forward](session::CompileRequest& request) {
      request.solver = "heuristic";
      request.forward_stores = forward;
    };
  };
  const Verified waiting = compiled(kFolder / "recurrences.c", "mesh_4x4", solver(false));
  const Verified forwarded = compiled(kFolder / "recurrences.c", "mesh_4x4", solver(true));
  ASSERT_EQ(waiting.program.regions.size(), forwarded.program.regions.size());
  std::vector<std::string> faster;
  for (std::size_t r = 0; r < waiting.program.regions.size(); ++r) {
    const auto& before = waiting.program.regions[r];
    const auto& after = forwarded.program.regions[r];
    if (after.mapping.ii < before.mapping.ii) {
      faster.push_back(after.graph.name.substr(0, after.graph.name.rfind('_')));
    } else {
      EXPECT_EQ(after.graph, before.graph) << "forwarded in vain: " << after.graph.name;
    }
  }
  EXPECT_EQ(faster, (std::vector<std::string>{"few_addresses", "one_address", "other_address", "downward",
                                              "old_value_kept", "two_at_once", "sum_of_rows"}));
}

TEST(Freedoms, RouteThrough_MapsWhatHasNoRegisters_AllEnginesAgree) {
  const auto kernel = e2e::kSource / "workloads" / "kernels" / "vector_add.c";
  const std::string array = kFolder / "no_registers_2x2.yaml";
  const auto without = e2e::verified(kernel, array, {}, {}, [](session::CompileRequest& request) {
    request.solver = "exact";
    request.mapper.max_ii = 3;
  });
  EXPECT_THAT(without, HasError(ErrorCode::kInfeasible, "II must be at least 4"));
  const Verified with = compiled(kernel, array, [](session::CompileRequest& request) { request.route_through = true; });
  ASSERT_EQ(with.program.regions.size(), 1U);
  EXPECT_LE(with.program.regions[0].mapping.ii, 3);
  const int moves = with.program.report["regions"][0]["route_moves"].get<int>();
  EXPECT_GE(moves, 1);
  EXPECT_GE(count_of(with, dfg::Opcode::kMov), static_cast<std::size_t>(moves));
}

}  // namespace
}  // namespace heddle
