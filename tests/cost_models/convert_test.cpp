// Conversions from an accumulator: their points, table and predictor.
#include <gtest/gtest.h>

#include <set>

#include "compiler/base/random.h"
#include "compiler/numerics/dot.h"
#include "cost_models/fpga/convert_predictor.h"
#include "cost_models/fpga/synthesis.h"
#include "tests/cost_models/mac_support.h"
#include "tests/support/matchers.h"

namespace heddle::fpga {
namespace {

using numerics::FloatFormat;
using numerics::IntFormat;

const std::filesystem::path kRtl = std::filesystem::path(HEDDLE_SOURCE_DIR) / "rtl/arithmetic";

TEST(ConvertPoint, GivesTheParametersOfTheUnit) {
  const ConvertPoint e4m3{numerics::parse_scalar_format("e4m3").value(), 50, 16, 5};
  EXPECT_EQ(name(e4m3), "50->e4m3 mul 16 shift 5");
  DesignPoint design = design_point(e4m3, "rtl");
  EXPECT_EQ(design.top, "convert_back");
  EXPECT_EQ(design.parameters.at("AccBits"), "50");
  EXPECT_EQ(design.parameters.at("Lsb"), "32'sb11111111111111111111111111101110");  // 2 * (1 - 7 - 3) = -18
  EXPECT_EQ(design.parameters.at("OutExpBits"), "4");
  EXPECT_EQ(design.parameters.at("OutManBits"), "3");
  EXPECT_EQ(design.parameters.at("OutBias"), "7");
  EXPECT_EQ(design.parameters.at("MulBits"), "16");
  EXPECT_EQ(design.parameters.at("ShiftBits"), "5");
  design = design_point(ConvertPoint{IntFormat{8}, 30}, "rtl");
  EXPECT_EQ(design.parameters.at("OutExpBits"), "0");
  EXPECT_EQ(design.parameters.at("OutManBits"), "8");
  EXPECT_EQ(design.parameters.at("Lsb"), "0");
  EXPECT_EQ(design.parameters.at("Shift"), "14");
}

TEST(ConvertTable, RoundTripsAndRefusesGarbage) {
  const std::string& text = committed_converts_text();
  EXPECT_EQ(to_csv(committed_converts()), text);
  EXPECT_THAT(parse_convert_table("", "c.csv"), HasError(ErrorCode::kBadInput, "c.csv:1"));
  EXPECT_THAT(parse_convert_table("# schema: other\na,b\n", "c.csv"), HasError(ErrorCode::kBadInput, "c.csv:2"));
  EXPECT_THAT(parse_convert_table(text + "e4m3,1\n", "c.csv"), HasError(ErrorCode::kBadInput, "columns, found 2"));
  Random random(5);
  for (int i = 0; i < 200; ++i) {
    std::string damaged = text;
    for (int change = 0; change < 4; ++change)
      damaged[random.below(damaged.size())] = static_cast<char>(random.below(256));
    const auto table = parse_convert_table(damaged, "c.csv");
    if (!table) {
      EXPECT_EQ(table.error().code, ErrorCode::kBadInput);
    }
  }
}

TEST(ConvertTable_Committed, IsOfTheRtlOfTheTree) {
  const auto hash = convert_rtl_hash(kRtl);
  ASSERT_THAT(hash, IsOk());
  EXPECT_EQ(committed_converts().rtl_hash, *hash)
      << "convert_back has changed since its table was made; run: scripts/cost_model sweep";
  std::set<std::string> measured;
  for (const ConvertMeasurement& row : committed_converts().rows) measured.insert(name(row.point));
  for (const ConvertPoint& point : convert_sweep())
    EXPECT_TRUE(measured.contains(name(point))) << name(point) << " is missing; run: scripts/cost_model sweep";
}

TEST(ConvertTable_Committed, ARowIsWhatYosysSays) {
  const auto version = yosys_version({}, {});
  if (!version) FAIL() << "yosys is not installed: scripts/setup";
  if (version->find(committed_converts().tool) != 0) GTEST_SKIP() << "another Yosys than the table's: " << *version;
  const ConvertMeasurement& row = committed_converts().rows[20];
  auto again = synthesize(design_point(row.point, kRtl), {}, {});
  ASSERT_THAT(again, IsOk());
  again->cells.clear();
  again->inverters = 0;
  EXPECT_EQ(to_json(*again), to_json(row.utilisation)) << name(row.point);
}

TEST(ConvertPredictor, IsTheFitOfTheCommittedTable) {
  const auto fitted = ConvertPredictor::fit(committed_converts());
  ASSERT_THAT(fitted, IsOk());
  EXPECT_EQ(dump_json(fitted->to_json()), read_file(calibration_file("convert_predictor.json")).value())
      << "run: scripts/cost_model fit";
  EXPECT_EQ(dump_json(ConvertPredictor::built_in().to_json()), dump_json(fitted->to_json()));
}

TEST(ConvertPredictor, KeepsItsPublishedErrors) {
  const FitErrors errors = fit_errors(ConvertPredictor::built_in(), committed_converts(), MacFigure::kLut, true);
  EXPECT_GE(errors.points, 8);
  EXPECT_LE(errors.mean, 0.05);
  EXPECT_LE(errors.worst, 0.15) << errors.worst_point;
  EXPECT_GE(errors.spearman, 0.98);
}

TEST(ConvertPredictor_Law, MoreBitsAreNeverCheaper) {
  const auto lut = [](const numerics::ScalarFormat& format, int accumulator, int multiplier, int shift) {
    return ConvertPredictor::built_in().predict({format, accumulator, multiplier, shift}).lut;
  };
  for (int bits = 20; bits < 200; ++bits)
    for (const auto& format : numerics::minifloats(true)) {
      EXPECT_LE(lut(format, bits, 0, 0), lut(format, bits + 1, 0, 0));
      EXPECT_LE(lut(format, bits, 8, 4), lut(format, bits, 9, 4));
      EXPECT_LE(lut(format, bits, 8, 4), lut(format, bits, 8, 5));
      const FloatFormat wider{format.exponent_bits, format.mantissa_bits + 1};
      EXPECT_LE(lut(format, bits, 0, 0), lut(wider, bits, 0, 0)) << numerics::name(format);
    }
  for (int bits = 2; bits < 16; ++bits) EXPECT_LE(lut(IntFormat{bits}, 40, 8, 4), lut(IntFormat{bits + 1}, 40, 8, 4));
}

TEST(ConvertPredictor, RefusesBadFiles) {
  Json json = ConvertPredictor::built_in().to_json();
  json["models"]["float lut"]["product bits"] = -1;
  EXPECT_THAT(ConvertPredictor::from_json(parse_json(json.dump(), "p.json").value()),
              HasError(ErrorCode::kBadInput, "no coefficient 'product bits' of float lut"));
  EXPECT_THAT(ConvertPredictor::from_json(parse_json("[]", "p.json").value()),
              HasError(ErrorCode::kBadInput, "schema"));
  ConvertTable small = committed_converts();
  small.rows.resize(10);
  EXPECT_THAT(ConvertPredictor::fit(small), HasError(ErrorCode::kBadInput, "at least 30"));
}

}  // namespace
}  // namespace heddle::fpga
