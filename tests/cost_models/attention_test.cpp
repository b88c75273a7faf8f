// Models of other window-attention designs, against what was published of them or computed by their own simulators.
#include "cost_models/attention/peers.h"

#include <gtest/gtest.h>

#include "tests/support/matchers.h"

namespace heddle::attention_cost {
namespace {

/// Longformer-base as the published comparisons count it: 512 keys, no edges, no global token.
Layer longformer(std::int64_t rows) {
  Layer layer{rows, rows, 512, 0, 12, 12, 64, 0};
  layer.pairs = 12 * rows * 512;
  return layer;
}

arch::Swat published(const std::string& name) {
  return arch::find_swat(name, arch::swat_directory(std::string(HEDDLE_SOURCE_DIR) + "/workloads/architectures"))
      .value();
}

double swat_cycles(const std::string& name, const Layer& layer) { return swat(published(name), layer)->cycles; }

TEST(Swat, StagesAreThoseThatWereReconstructed) {
  const auto half = swat_stages(numerics::fp16(), 64);
  ASSERT_THAT(half, IsOk());
  EXPECT_EQ(half->load, 66);
  EXPECT_EQ(half->scores, 201);
  EXPECT_EQ(half->outputs, 197);
  EXPECT_EQ(half->reduce, 195);
  EXPECT_EQ(half->row_sum, 195);
  EXPECT_EQ(half->row_total, 27);
  EXPECT_EQ(half->divide, 179);
  EXPECT_EQ(half->interval(), 201);
  EXPECT_EQ(half->latency(), 1033);
  EXPECT_EQ(swat_stages(numerics::fp32(), 64)->interval(), 264);
  EXPECT_THAT(swat_stages(numerics::bf16(), 64), HasError(ErrorCode::kUnsupported, "not for bf16"));
}

TEST(Swat, CyclesOfLongformerAreThoseOfTheTable) {
  EXPECT_EQ(swat_cycles("swat_paper_512", longformer(1024)), 2'469'888);
  EXPECT_EQ(swat_cycles("swat_paper_512", longformer(2048)), 4'939'776);
  EXPECT_EQ(swat_cycles("swat_paper_512", longformer(4096)), 9'879'552);
  EXPECT_EQ(swat_cycles("swat_paper_512", longformer(8192)), 19'759'104);
  EXPECT_EQ(swat_cycles("swat_paper_512", longformer(16384)), 39'518'208);
  EXPECT_EQ(swat_cycles("swat_paper_512_fp32", longformer(4096)), 12'976'128);
  EXPECT_EQ(swat_cycles("swat_paper_512_fp32", longformer(16384)), 51'904'512);
}

TEST(Swat, UsesAThirdOfItsMultipliers) {
  EXPECT_NEAR(utilisation(longformer(4096), *swat(published("swat_paper_512"), longformer(4096))), 0.318, 0.0005);
  EXPECT_NEAR(utilisation(longformer(4096), *swat(published("swat_paper_512_fp32"), longformer(4096))), 0.242, 0.0005);
}

TEST(Swat, MoreKeysThanCoresTakeASecondPass_TwoPipelinesHalf) {
  Layer layer = longformer(4096);
  layer.row_keys = 514;  // Longformer's own
  EXPECT_EQ(swat_cycles("swat_paper_512", layer), 9'879'552);
  EXPECT_EQ(salo(layer).cycles, 24'576 * 131);
  layer.row_keys = 515;
  EXPECT_EQ(swat_cycles("swat_paper_512", layer), 2 * 9'879'552);
  arch::Swat two = published("swat_paper_512");
  two.groups = 2;
  EXPECT_EQ(swat(two, longformer(4096))->cycles, 9'879'552 / 2);
  layer = longformer(4096);
  layer.full_rows = 1;  // sees 4096 keys: 8 passes instead of one
  EXPECT_EQ(swat_cycles("swat_paper_512", layer), 12 * (4095 + 8) * 201);
}

TEST(Salo, CyclesAndUtilisationAreThoseOfItsOwnModel) {
  EXPECT_EQ(salo(longformer(4096)).cycles, 24'576 * 131);
  EXPECT_NEAR(salo(longformer(4096)).cycles, 3.22e6, 0.005e6);
  EXPECT_NEAR(salo(longformer(16384)).cycles, 12.9e6, 0.05e6);
  EXPECT_NEAR(utilisation(longformer(4096), salo(longformer(4096))), 0.977, 0.0005);
}

TEST(Salo, RowsThatSeeAllRunBesideOrBehindTheOthers) {
  Layer layer = longformer(4096);
  layer.full_rows = 1;
  EXPECT_EQ(salo(layer).cycles, 24'576 * 131);
  layer.full_rows = 128;  // BigBird: 124 blocks of rows at 16 tiles, 4 at 128
  EXPECT_EQ(salo(layer).cycles, 12 * (124 * 16 + 4 * 128) * 131);
}

TEST(Butterfly, RatiosToSwatAreThePublishedOnes) {
  EXPECT_EQ(butterfly(longformer(4096)).cycles, 67'108'864);
  const auto ratio = [](std::int64_t rows) {
    return butterfly(longformer(rows)).cycles / swat_cycles("swat_paper_512", longformer(rows));
  };
  EXPECT_NEAR(ratio(4096), 6.79, 0.005);
  EXPECT_NEAR(ratio(16384), 27.2, 0.05);
}

TEST(Bounds, DenseCountsEveryPair_IdealThoseOfTheMask) {
  EXPECT_EQ(dense(longformer(4096), 1024).cycles, 12.0 * 4096 * 4096 * 128 / 1024);
  EXPECT_EQ(ideal(longformer(4096), 1024).cycles, 12.0 * 4096 * 64);
  EXPECT_EQ(utilisation(longformer(4096), ideal(longformer(4096), 1024)), 1);
}

TEST(LeastBytes, ShareKeysAndValuesOfGroupedHeads) {
  EXPECT_EQ(least_bytes(longformer(4096), 2), 12LL * 4 * 4096 * 64 * 2);
  Layer grouped = longformer(4096);
  grouped.kv_heads = 3;
  EXPECT_EQ(least_bytes(grouped, 1), (2LL * 12 + 2LL * 3) * 4096 * 64);
}

TEST(Peers, AreTheThreeDesignsAndTwoBounds) {
  const auto list = peers({published("swat_paper_512")}, longformer(4096), 1024);
  ASSERT_THAT(list, IsOk());
  ASSERT_EQ(list->size(), 5U);
  for (const Estimate& each : *list) EXPECT_GE(each.cycles, ideal(longformer(4096), each.multipliers).cycles);
  EXPECT_THAT(peers({published("swat_paper_512"), arch::Swat{}}, longformer(4096), 1024),
              HasError(ErrorCode::kUnsupported, "SWAT was published"));
}

}  // namespace
}  // namespace heddle::attention_cost
