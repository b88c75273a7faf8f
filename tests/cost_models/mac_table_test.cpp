// Points of multiply-accumulate units, the sweep, and the table's file.
#include "cost_models/fpga/mac_table.h"

#include <gtest/gtest.h>

#include <set>

#include "compiler/base/files.h"
#include "compiler/base/random.h"
#include "compiler/numerics/dot.h"
#include "cost_models/fpga/mac_bands.h"
#include "cost_models/fpga/mac_sweep.h"
#include "tests/cost_models/mac_support.h"
#include "tests/support/matchers.h"

namespace heddle::fpga {
namespace {

TEST(MacSweep, HasWhatTheTableIsToHold) {
  std::vector<MacPoint> points = mac_sweep();
  EXPECT_GE(points.size(), 150U);
  std::set<std::string> names, same, held_out;
  int mixed = 0, unsigned_pairs = 0, with_integer = 0;
  std::set<int> terms;
  for (const MacPoint& point : points) {
    EXPECT_TRUE(names.insert(name(point)).second) << name(point) << " twice";
    EXPECT_THAT(check(point), IsOk());
    if (is_held_out(point)) held_out.insert(name(point));
    if (point.a == point.b) same.insert(numerics::name(point.a));
    mixed += point.a == point.b ? 0 : 1;
    unsigned_pairs += numerics::name(point.b)[0] == 'u' ? 1 : 0;
    with_integer += point.a.index() != point.b.index() ? 1 : 0;
    terms.insert(point.accumulator_bits - numerics::formula_bits(point.a, point.b, 1));
  }
  for (int bits = 2; bits <= 8; ++bits) EXPECT_TRUE(same.contains("int" + std::to_string(bits)));
  for (const auto& minifloat : numerics::minifloats(true)) EXPECT_TRUE(same.contains(numerics::name(minifloat)));
  EXPECT_GE(mixed, 40);
  EXPECT_GE(unsigned_pairs, 16);
  EXPECT_GE(with_integer, 14);
  for (const int each : {4, 8, 13, 17}) EXPECT_TRUE(terms.contains(each));
  EXPECT_GT(held_out.size(), names.size() / 8);
  EXPECT_LT(held_out.size(), names.size() / 3);
  EXPECT_GE(mac_family_sweep().size(), 30U);
}

TEST(MacSweep, FreshPointsAreNoneOfTheFit) {
  std::set<std::string> names;
  for (const MacPoint& point : mac_sweep()) names.insert(name(point));
  for (const MacPoint& point : mac_fresh_sweep()) {
    EXPECT_TRUE(names.insert(name(point)).second) << name(point);
    EXPECT_TRUE(is_estimated(point)) << name(point);
  }
}

TEST(MacPoint, GivesTheParametersOfTheUnit) {
  const auto format = [](const char* text) { return numerics::parse_scalar_format(text).value(); };
  const MacPoint point{format("ue4m3"), format("int6"), 40, Multiplier::kBooth, Family::kXc7, false};
  const DesignPoint design = design_point(point, "rtl");
  EXPECT_EQ(design.top, "mac_unit");
  EXPECT_EQ(design.parameters.at("AExpBits"), "4");
  EXPECT_EQ(design.parameters.at("AManBits"), "3");
  EXPECT_EQ(design.parameters.at("ASigned"), "0");
  EXPECT_EQ(design.parameters.at("BExpBits"), "0");
  EXPECT_EQ(design.parameters.at("BManBits"), "6");
  EXPECT_EQ(design.parameters.at("BSigned"), "1");
  EXPECT_EQ(design.parameters.at("AccBits"), "40");
  EXPECT_EQ(design.parameters.at("Architecture"), "2");
  EXPECT_EQ(name(point), "ue4m3*int6+40 booth xc7");
  EXPECT_EQ(design_point({format("e5m2ieee"), format("e4m3fn:nosub")}, "rtl").parameters.at("ASpecials"), "2");
  EXPECT_EQ(design_point({format("e5m2ieee"), format("e4m3fn:nosub")}, "rtl").parameters.at("BSubnormals"), "0");
  EXPECT_EQ(multipliers_for(format("e3m2"), format("int3")).size(), 4U);  // 6 bits
  EXPECT_EQ(multipliers_for(format("e3m2"), format("int4")).size(), 3U);
  EXPECT_THAT(check({format("int20"), format("int8")}), HasError(ErrorCode::kUnsupported, "int20"));
  EXPECT_THAT(check({format("fp32"), format("fp32")}), HasError(ErrorCode::kUnsupported, "fp32"));
  EXPECT_THAT(check({format("int8"), format("int8"), 2000}), HasError(ErrorCode::kUnsupported, "2000 bits"));
}

TEST(MacTable, RoundTrips) {
  const std::string text = to_csv(committed_table());
  const auto again = parse_mac_table(text, "mac.csv");
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(to_csv(*again), text);
  EXPECT_EQ(text, committed_text());
}

/// The table belongs to the RTL of the tree, and holds every point of the sweep.
TEST(MacTable_Committed, IsOfTheRtlOfTheTree) {
  const auto hash = mac_rtl_hash(std::filesystem::path(HEDDLE_SOURCE_DIR) / "rtl/arithmetic");
  ASSERT_THAT(hash, IsOk());
  EXPECT_EQ(committed_table().rtl_hash, *hash)
      << "mac_unit has changed since its table was made; run: scripts/cost_model sweep";
  EXPECT_EQ(committed_fresh().rtl_hash, *hash);
  std::set<std::string> measured;
  for (const MacTable* table : {&committed_table(), &committed_fresh()})
    for (const MacMeasurement& row : table->rows) measured.insert(name(row.point));
  for (const auto& points : {mac_sweep(), mac_family_sweep(), mac_fresh_sweep()})
    for (const MacPoint& point : points)
      EXPECT_TRUE(measured.contains(name(point))) << name(point) << " is missing; run: scripts/cost_model sweep";
}

TEST(MacTable_Garbage, IsAnErrorWithItsLine) {
  EXPECT_THAT(parse_mac_table("", "t.csv"), HasError(ErrorCode::kBadInput, "t.csv:1: error: no table"));
  EXPECT_THAT(parse_mac_table("# schema: heddle.mac_calibration/9\n", "t.csv"),
              HasError(ErrorCode::kBadInput, "expected schema heddle.mac_calibration/1"));
  EXPECT_THAT(parse_mac_table("a,b\n", "t.csv"), HasError(ErrorCode::kBadInput, "t.csv:1"));
  std::string text = committed_text();
  const std::size_t row = text.find("\nxc7,0,int2,") + 1;
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    changed.replace(changed.find(from, row), from.size(), to);
    return parse_mac_table(changed, "t.csv");
  };
  EXPECT_THAT(replaced("int2,", "int99,"), HasError(ErrorCode::kBadInput, "t.csv:5"));
  EXPECT_THAT(replaced("xc7,", "xc8,"), HasError(ErrorCode::kBadInput, "xc8"));
  EXPECT_THAT(replaced("plain,", "cheap,"), HasError(ErrorCode::kBadInput, "unknown multiplier 'cheap'"));
  EXPECT_THAT(replaced("plain,0,", "plain,-1,"), HasError(ErrorCode::kBadInput, "number of at least 0"));
  EXPECT_THAT(replaced("plain,", "plain,1,"), HasError(ErrorCode::kBadInput, "expected 21 columns, found 22"));
}

TEST(MacTable_DamagedText, NeverCrashes) {
  Random random(3);
  int errors = 0;
  for (int i = 0; i < 300; ++i) {
    std::string text = committed_text();
    for (int change = 0; change < 4; ++change) text[random.below(text.size())] = static_cast<char>(random.below(256));
    errors += parse_mac_table(text, "t.csv") ? 0 : 1;
  }
  EXPECT_GT(errors, 100);
}

TEST(FormatCosts, CoverAllFormatsByThreeMultipliers) {
  const auto costs = format_costs(committed_table());
  EXPECT_EQ(costs.size(), 7U + 27U);
  for (const FormatCost& cost : costs) {
    EXPECT_GE(cost.lut_by_multiplier.size(), 3U) << numerics::name(cost.format);
    for (const auto& [multiplier, lut] : cost.lut_by_multiplier) EXPECT_GE(lut, cost.best->utilisation.lut);
  }
}

}  // namespace
}  // namespace heddle::fpga
