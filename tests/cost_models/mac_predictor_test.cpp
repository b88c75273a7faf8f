// The predictor: its published errors, its laws, and that it is what the table gives.
#include "cost_models/fpga/mac_predictor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "compiler/numerics/dot.h"
#include "cost_models/fpga/cost_page.h"
#include "cost_models/fpga/mac_sweep.h"
#include "cost_models/fpga/synthesis.h"
#include "tests/cost_models/mac_support.h"
#include "tests/support/matchers.h"

namespace heddle::fpga {
namespace {

using numerics::FloatFormat;
using numerics::IntFormat;
using numerics::ScalarFormat;

CostTables committed_tables() {
  return {committed_table(), committed_fresh(), MacPredictor::built_in(), committed_converts(),
          ConvertPredictor::built_in()};
}

double lut(const ScalarFormat& a, const ScalarFormat& b, int accumulator, Family family = Family::kXc7) {
  return best_mac(MacPredictor::built_in(), a, b, accumulator, family).value().estimate.lut;
}

TEST(MacPredictor, IsTheFitOfTheCommittedTable) {
  const auto fitted = MacPredictor::fit(committed_table());
  ASSERT_THAT(fitted, IsOk());
  EXPECT_EQ(dump_json(fitted->to_json()), read_file(calibration_file("mac_predictor.json")).value())
      << "run: scripts/cost_model fit";
  EXPECT_EQ(dump_json(MacPredictor::built_in().to_json()), dump_json(fitted->to_json()));
  EXPECT_EQ(MacPredictor::built_in().rtl_hash(), committed_table().rtl_hash);
}

// The targets of the issue.
TEST(MacPredictor, KeepsItsPublishedErrorsOnHeldOutPoints) {
  const FitErrors errors = fit_errors(MacPredictor::built_in(), committed_table(), MacFigure::kLut, true);
  EXPECT_GE(errors.points, 25);
  EXPECT_LE(errors.mean, 0.027);  // the target is 5 %
  EXPECT_LE(errors.worst, 0.145) << errors.worst_point;
  EXPECT_GE(errors.spearman, 0.98);
  const FitErrors registers = fit_errors(MacPredictor::built_in(), committed_table(), MacFigure::kFlipFlops, true);
  EXPECT_LE(registers.worst, 0.05) << registers.worst_point;
}

// Drawn with a seed after the terms were chosen, and looked at by no fit. The target of 15 % for the worst is missed,
// as docs/cost_model.md says; this holds what is reached.
TEST(MacPredictor, KeepsItsPublishedErrorsOnFreshPoints) {
  const auto errors_of = [](MacFigure figure) {
    return fit_errors(MacPredictor::built_in(), committed_fresh(), figure, std::nullopt);
  };
  const FitErrors luts = errors_of(MacFigure::kLut);
  EXPECT_EQ(luts.points, static_cast<int>(kFreshPoints));
  EXPECT_LE(luts.mean, 0.038);  // the target is 5 %
  EXPECT_LE(luts.worst, 0.18) << luts.worst_point;
  EXPECT_GE(luts.spearman, 0.99);  // 0.98
  EXPECT_LE(errors_of(MacFigure::kFlipFlops).worst, 0.055);
}

TEST(CostPage, IsUpToDateWithTheTable) {
  const auto path = std::filesystem::path(HEDDLE_SOURCE_DIR) / "docs/cost_model.md";
  const std::string page = read_file(path).value();
  const auto updated = update_cost_page(page, committed_tables());
  ASSERT_THAT(updated, IsOk());
  EXPECT_TRUE(*updated == page) << "run: scripts/cost_model fit";
  for (const char* part :
       {"mac provenance", "mac errors", "mac formats", "mac bands", "mac points", "mac large tables", "conversion"})
    EXPECT_NE(page.find("<!-- generated: " + std::string(part) + " -->"), std::string::npos) << part;
}

TEST(CostPage, LeavesOtherPartsAlone) {
  const std::string page = "a\n<!-- generated: theirs -->\nkept\n<!-- end -->\nb\n";
  EXPECT_EQ(update_cost_page(page, committed_tables()).value(), page);
  EXPECT_THAT(update_cost_page("<!-- generated: mac errors -->\n", committed_tables()),
              HasError(ErrorCode::kBadInput, "has no end"));
}

// ---- laws ----

TEST(MacPredictor_Law, WiderAccumulatorIsNeverCheaper) {
  for (const auto& format : numerics::minifloats(true))
    for (const Multiplier multiplier : multipliers_for(format, format)) {
      MacEstimate before;
      for (int bits = 2; bits <= 128; ++bits) {
        const auto now = MacPredictor::built_in().predict({format, format, bits, multiplier});
        ASSERT_THAT(now, IsOk());
        for (const MacFigure figure : kMacFigures) ASSERT_GE(figure_of(*now, figure), figure_of(before, figure));
        before = *now;
      }
    }
}

TEST(MacPredictor_Law, WiderIntegerIsNeverCheaper) {
  for (const bool is_signed : {true, false})
    for (int b = 2; b <= 16; ++b)
      for (int a = 3; a <= 16; ++a) {
        const IntFormat narrow{a - 1, is_signed}, wide{a, is_signed}, other{b, is_signed};
        EXPECT_LE(lut(narrow, other, 48), lut(wide, other, 48)) << a << " x " << b;
        EXPECT_LE(lut(other, narrow, 48), lut(other, wide, 48)) << b << " x " << a;
      }
}

/// One more mantissa or exponent bit, at one accumulator width and at that of the formula.
TEST(MacPredictor_Law, WiderFloatIsNeverCheaper) {
  const auto cost = [](const FloatFormat& format, bool by_formula) {
    return lut(format, format, by_formula ? numerics::formula_bits(format, format, 4608) : 160);
  };
  for (const bool by_formula : {false, true})
    for (int exponent = 1; exponent <= 6; ++exponent)
      for (int mantissa = 0; mantissa <= 6; ++mantissa) {
        const auto format = [](int x, int y) { return FloatFormat{x, y, true, numerics::Specials::kNone, 1, true}; };
        const double here = cost(format(exponent, mantissa), by_formula);
        EXPECT_LE(here, cost(format(exponent, mantissa + 1), by_formula)) << "e" << exponent << "m" << mantissa;
        EXPECT_LE(here, cost(format(exponent + 1, mantissa), by_formula)) << "e" << exponent << "m" << mantissa;
      }
}

TEST(MacPredictor_Law, PlacesOfTheOperandsDoNotMatter) {
  const auto all = numerics::minifloats(true);
  for (const auto& a : all)
    for (const auto& b : all) EXPECT_EQ(lut(a, b, 40), lut(b, a, 40)) << numerics::name(a) << " " << numerics::name(b);
}

TEST(MacPredictor, IsTheSameInEveryThread) {
  std::vector<std::vector<double>> found(4);
  std::vector<std::thread> threads;
  for (auto& mine : found)
    threads.emplace_back([&mine] {
      for (const auto& a : numerics::minifloats(true))
        for (const auto& b : numerics::minifloats(false)) mine.push_back(lut(a, b, 40));
    });
  for (auto& thread : threads) thread.join();
  for (const auto& other : found) EXPECT_EQ(other, found[0]);
}

TEST(MacPredictor, RefusesWhatItDoesNotKnow) {
  MacPoint point{IntFormat{8}, IntFormat{8}, 30};
  point.dsp = true;
  EXPECT_THAT(MacPredictor::built_in().predict(point), HasError(ErrorCode::kUnsupported, "DSP blocks"));
  MacPoint table{IntFormat{4}, IntFormat{4}, 30, Multiplier::kTable};
  EXPECT_THAT(MacPredictor::built_in().predict(table), HasError(ErrorCode::kUnsupported, "more than 6 bits"));
  EXPECT_THAT(best_mac(MacPredictor::built_in(), IntFormat{32}, IntFormat{8}, 48),
              HasError(ErrorCode::kUnsupported, "int32"));
  EXPECT_THAT(MacPredictor::from_json(parse_json("{}", "p.json").value()), HasError(ErrorCode::kBadInput, "schema"));
  Json json = MacPredictor::built_in().to_json();
  json["models"]["lut"]["accumulator bits"] = -1;
  EXPECT_THAT(MacPredictor::from_json(parse_json(json.dump(), "p.json").value()),
              HasError(ErrorCode::kBadInput, "'accumulator bits' of models lut is negative"));
  MacTable small = committed_table();
  small.rows.resize(10);
  EXPECT_THAT(MacPredictor::fit(small), HasError(ErrorCode::kBadInput, "at least 30"));
}

// ---- the parts of the fit ----

// Five pairs, one swapped: 1 - 6 * 2 / (5 * 24); ties share ranks.
TEST(RankCorrelation, IsSpearmans) {
  EXPECT_NEAR(rank_correlation({1, 2, 3, 4, 5}, {10, 30, 20, 40, 50}), 0.9, 1e-12);
  EXPECT_NEAR(rank_correlation({1, 2, 3}, {3, 2, 1}), -1, 1e-12);
  EXPECT_NEAR(rank_correlation({1, 1, 2}, {1, 1, 9}), 1, 1e-12);
  EXPECT_EQ(rank_correlation({1, 2}, {4, 4}), 0);
}

// ---- one row of the table, made again ----

TEST(MacTable_Committed, RowsAreWhatYosysSays) {
  if (!yosys_version({}, {})) FAIL() << "yosys is not installed: scripts/setup";
  const auto& rows = committed_table().rows;
  std::vector<DesignPoint> points;
  std::vector<const MacMeasurement*> expected;
  for (const std::size_t index : {std::size_t{9}, rows.size() / 3}) {
    points.push_back(design_point(rows[index].point, std::filesystem::path(HEDDLE_SOURCE_DIR) / "rtl/arithmetic"));
    expected.push_back(&rows[index]);
  }
  const auto version = yosys_version({}, {});
  if (version->find(committed_table().tool) != 0) GTEST_SKIP() << "another Yosys than the table's: " << *version;
  const auto again = synthesize_all(points, {}, {});
  ASSERT_THAT(again, IsOk());
  for (std::size_t i = 0; i < points.size(); ++i) {
    ASSERT_EQ((*again)[i].outcome, SynthesisRow::Outcome::kDone) << (*again)[i].log;
    Utilisation found = (*again)[i].utilisation;
    found.cells.clear();  // the table has neither these nor inverters
    found.inverters = 0;
    EXPECT_EQ(to_json(found), to_json(expected[i]->utilisation)) << name(expected[i]->point);
  }
}

}  // namespace
}  // namespace heddle::fpga
