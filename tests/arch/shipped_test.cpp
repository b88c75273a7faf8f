// The architectures in workloads/architectures.
#include <algorithm>

#include "compiler/base/files.h"
#include "tests/arch/support.h"

namespace heddle::arch {
namespace {

const std::filesystem::path kDirectory = std::string(HEDDLE_SOURCE_DIR) + "/workloads/architectures";

class Shipped : public testing::TestWithParam<const char*> {};

TEST_P(Shipped, LoadsUnderItsFileName) {
  const auto cgra = find(GetParam(), kDirectory);
  ASSERT_THAT(cgra, IsOk());
  EXPECT_EQ(cgra->name, GetParam());
  EXPECT_FALSE(cgra->description.empty());
}

TEST_P(Shipped, CanDivideMultiplyAndReachMemory) {
  const Cgra cgra = find(GetParam(), kDirectory).value();
  for (const dfg::Opcode op :
       {dfg::Opcode::kSdiv, dfg::Opcode::kUrem, dfg::Opcode::kMul, dfg::Opcode::kLoadU8, dfg::Opcode::kStore32})
    EXPECT_TRUE(std::any_of(cgra.classes.begin(), cgra.classes.end(), [&](const PeClass& c) {
      return c.operations.contains(op);
    })) << dfg::name(op);
  EXPECT_GE(cgra.memory_pes.size(), 1U);
  EXPECT_GE(cgra.scratchpad.bytes(), 65536);
}

TEST_P(Shipped, HasNoCombinationalLoop) {
  EXPECT_TRUE(combinational_loop(find(GetParam(), kDirectory).value()).empty());
}

TEST_P(Shipped, RoundTripsThroughJson) {
  const Cgra cgra = find(GetParam(), kDirectory).value();
  const auto again = from_document(parse_json(dump_json(to_json(cgra)), "j").value());
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(*again, cgra);
}

INSTANTIATE_TEST_SUITE_P(Arch, Shipped,
                         testing::Values("single_1x1", "mesh_2x2", "mesh_4x4", "hycube_4x4", "hycube_8x8",
                                         "diagonal_4x4", "heterogeneous_4x4", "mesh_16x16", "float_4x4",
                                         "minifloat_4x4", "hycube_agu_4x4", "hycube_nest_4x4", "hycube_ml_8x8"),
                         [](const auto& tested) { return std::string(tested.param); });

TEST(Shipped_Directory, HoldsNothingUntested) { EXPECT_EQ(names_in(kDirectory, ".yaml").size(), 13U); }

TEST(Shipped_Peers, CgraMapperRules_EveryTileDoesEverything) {
  const auto cgra = find(std::string(HEDDLE_SOURCE_DIR) + "/workloads/peers/cgra_mapper_4x4.yaml", kDirectory);
  ASSERT_THAT(cgra, IsOk());
  EXPECT_EQ(cgra->memory_pes.size(), 16U);
  EXPECT_EQ(cgra->classes.size(), 1U);
  EXPECT_EQ(cgra->classes.front().operations.at(dfg::Opcode::kMul).latency, 1);
  EXPECT_TRUE(combinational_loop(*cgra).empty());
}

}  // namespace
}  // namespace heddle::arch
