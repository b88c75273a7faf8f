// The oracle: real syntheses of small designs, and tools that crash, hang or lie.
#include "cost_models/fpga/synthesis.h"

#include <gtest/gtest.h>

#include <atomic>

#include "compiler/base/files.h"
#include "compiler/base/scratch.h"
#include "cost_models/fpga/hierarchy.h"
#include "cost_models/fpga/synthesis_cache.h"
#include "tests/support/matchers.h"

namespace heddle::fpga {
namespace {

using Outcome = SynthesisRow::Outcome;

class Oracle : public testing::Test {
 protected:
  void SetUp() override {
    options_.cache = scratch_.path() / "cache.sqlite";
    options_.scratch = scratch_.path();
  }

  /// The leaf of data/pair.sv with W bits.
  static DesignPoint leaf(int bits, Family family = Family::kXc7) {
    DesignPoint point;
    point.files = {std::filesystem::path(HEDDLE_SOURCE_DIR) / "tests/cost_models/data/pair.sv"};
    point.top = "leaf";
    point.parameters = {{"W", std::to_string(bits)}};
    point.family = family;
    return point;
  }

  /// A design of one file with this text.
  [[nodiscard]] DesignPoint from_text(const std::string& text, const std::string& top) const {
    DesignPoint point;
    point.files = {scratch_.path() / (top + ".sv")};
    point.top = top;
    EXPECT_THAT(write_file(point.files[0], text), IsOk());
    return point;
  }

  /// A stand-in for yosys: answers -V, else runs `body` as a shell script in the point's directory ($3 = its script).
  void use_tool(const std::string& body) {
    const auto path = scratch_.path() / "fake-yosys";
    ASSERT_THAT(write_file(path, "#!/bin/sh\n[ \"$1\" = -V ] && echo 'Yosys 0.0 (fake)' && exit 0\n" + body + "\n"),
                IsOk());
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    options_.yosys = path.string();
  }

  std::vector<SynthesisRow> rows(const std::vector<DesignPoint>& points, int jobs = 1) {
    Context context;
    context.jobs = jobs;
    const auto result = synthesize_all(points, options_, context);
    EXPECT_THAT(result, IsOk());
    return result.value_or(std::vector<SynthesisRow>(points.size()));
  }

  TemporaryDirectory scratch_{std::filesystem::temp_directory_path()};
  SynthesisOptions options_;
};

/// Tests that run the real tool.
class Yosys : public Oracle {
 protected:
  void SetUp() override {
    Oracle::SetUp();
    if (!yosys_version(options_, {})) FAIL() << "yosys is not installed: scripts/setup";
  }
};

// The adder of W bits has one CARRY4 per 4 bits, the register W flip-flops; the rest is bounded by truth tables.
TEST_F(Yosys, CountsWhatTheDesignMustHave) {
  const auto result = synthesize(leaf(8), options_, {});
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->ff, 8);
  EXPECT_EQ(result->dsp, 0);
  EXPECT_GE(result->carry, 2);
  EXPECT_GE(result->lut, 16);
  EXPECT_LT(result->lut, 120);
  ASSERT_TRUE(result->logic_cells);
  EXPECT_LE(*result->logic_cells, result->lut);
  ASSERT_TRUE(result->delay_ps);
  EXPECT_GT(*result->delay_ps, 1000);
  EXPECT_LT(*result->delay_ps, 6000);
  ASSERT_TRUE(result->depth);
  EXPECT_GE(*result->depth, 4);
}

/// The path that begins at a flip-flop counts: a register behind a wide adder is slower than one behind nothing.
TEST_F(Yosys, DelaySeesPathsFromRegisters) {
  const DesignPoint point = from_text(
      "module late(input logic clk_i, rst_ni, en_i, output logic [39:0] q_o);\n"
      "always_ff @(posedge clk_i or negedge rst_ni) if (!rst_ni) q_o <= '0; else if (en_i) "
      "q_o <= {q_o[38:0] + 39'h2345678901, ^q_o};\nendmodule\n",
      "late");
  const auto result = synthesize(point, options_, {});
  ASSERT_THAT(result, IsOk());
  EXPECT_GT(*result->delay_ps, 1500);  // 10 CARRY4, or 3 levels of LUT, behind 303 ps of clock to output
}

TEST_F(Yosys, CachedEqualsFresh_AndNoToolRuns) {
  const DesignPoint four = leaf(4, Family::kIce40), five = leaf(5, Family::kIce40);
  const auto fresh = rows({four, five}, 2);
  const auto again = rows({five, four});
  EXPECT_FALSE(fresh[0].cached);
  EXPECT_TRUE(again[0].cached);
  EXPECT_EQ(fresh[0].utilisation, again[1].utilisation);
  EXPECT_EQ(fresh[1].utilisation, again[0].utilisation);
  EXPECT_EQ(fresh[0].cpu_seconds, again[1].cpu_seconds);
  options_.cache.clear();
  EXPECT_EQ(rows({four})[0].utilisation, fresh[0].utilisation);
}

TEST_F(Yosys, OtherFamilies_HaveTheirOwnCells) {
  DesignPoint counter = from_text(
      "module counter(input logic clk_i, output logic [23:0] q_o);\n"
      "always_ff @(posedge clk_i) q_o <= q_o * q_o + 24'd3;\nendmodule\n",
      "counter");
  counter.family = Family::kIce40;
  counter.place_and_route = true;
  const auto result = rows({leaf(4, Family::kEcp5), counter});
  EXPECT_EQ(result[0].outcome, Outcome::kDone) << result[0].message << result[0].log;
  EXPECT_EQ(result[0].utilisation.ff, 4);
  EXPECT_GT(result[0].utilisation.cells.at("LUT4"), 0);
  EXPECT_FALSE(result[0].utilisation.delay_ps);  // no arcs of flip-flops there
  EXPECT_GT(result[0].utilisation.depth.value_or(0), 0);
  EXPECT_EQ(result[1].outcome, Outcome::kDone) << result[1].message << result[1].log;
  EXPECT_GT(result[1].utilisation.cells.at("SB_LUT4"), 0);
  EXPECT_GT(result[1].utilisation.fmax_mhz.value_or(0), 20);
  EXPECT_LT(result[1].utilisation.fmax_mhz.value_or(0), 100);  // below the 100 MHz that are asked for, and still a row
}

TEST_F(Yosys, HierarchySumsDistinctParts) {
  DesignPoint top = leaf(0, Family::kIce40);
  top.top = "pair";
  top.parameters = {};
  const auto hierarchy = synthesize_hierarchy(top, {"leaf"}, options_, {});
  ASSERT_THAT(hierarchy, IsOk());
  ASSERT_EQ(hierarchy->parts.size(), 3U);
  EXPECT_EQ(hierarchy->parts[0].module, "pair");
  EXPECT_EQ(hierarchy->parts[0].instances, 1);
  const auto alone8 = synthesize(leaf(8, Family::kIce40), options_, {});
  const auto alone4 = synthesize(leaf(4, Family::kIce40), options_, {});
  std::int64_t lut = hierarchy->parts[0].own.lut;
  EXPECT_GE(lut, 1);
  EXPECT_LE(lut, 8);  // one xor a bit
  lut += 2 * alone8->lut + alone4->lut;
  EXPECT_EQ(hierarchy->total.lut, lut);
  EXPECT_EQ(hierarchy->total.ff, 2 * 8 + 4);
  EXPECT_THAT(synthesize_hierarchy(top, {"leave"}, options_, {}),
              HasError(ErrorCode::kBadInput, "pair has no instance of leave"));
}

TEST_F(Yosys, BrokenSource_IsARowBesideTheOthers) {
  const auto path = scratch_.path() / "broken.sv";
  ASSERT_THAT(write_file(path, "module leaf(input logic a_i;\nendmodule\n"), IsOk());
  DesignPoint broken = leaf(4, Family::kIce40);
  broken.files = {path};
  const auto result = rows({broken, leaf(4, Family::kIce40)});
  EXPECT_EQ(result[0].outcome, Outcome::kFailed);
  EXPECT_NE(result[0].log.find("syntax error"), std::string::npos) << result[0].log;
  EXPECT_EQ(result[1].outcome, Outcome::kDone);
  EXPECT_THAT(synthesize(broken, options_, {}), HasError(ErrorCode::kUnsupported, "syntax error"));
}

// ---- tools that are not what they should be ----

constexpr const char* kAnswer =
    "echo '{ \"modules\": { \"leaf\": { \"num_cells_by_type\": { \"LUT2\": '$bits', \"FDCE\": 1 } } }, bad' > "
    "stat.json\n"
    "echo \"Latest arrival time in 'leaf' is 1000:\" > sta.txt\necho '(length=3):' > ltp.txt";

/// Reads W of the point into $bits.
constexpr const char* kReadBits = "bits=$(sed -n 's/.*-chparam W \\([0-9]*\\).*/\\1/p' $3)\n";

TEST_F(Oracle, CrashAndTimeOut_AreRowsWithTheirLog) {
  options_.seconds = 10;  // enough for three shell commands on a busy machine
  use_tool(std::string(kReadBits) +
           "echo working on $bits\n[ $bits = 2 ] && kill -SEGV $$\n[ $bits = 3 ] && sleep 600\n" + kAnswer);
  auto result = rows({leaf(1), leaf(2), leaf(3), leaf(4)}, 3);
  EXPECT_EQ(result[0].outcome, Outcome::kDone) << result[0].message;
  EXPECT_EQ(result[1].outcome, Outcome::kCrashed);
  EXPECT_NE(result[1].message.find("signal 11"), std::string::npos) << result[1].message;
  EXPECT_EQ(result[1].log, "working on 2\n");
  EXPECT_EQ(result[2].outcome, Outcome::kTimedOut);
  EXPECT_EQ(result[2].log, "working on 3\n");
  EXPECT_EQ(result[3].utilisation.lut, 4);
  options_.retry_failures = false;
  result = rows({leaf(2)});
  EXPECT_TRUE(result[0].cached);
  EXPECT_EQ(result[0].log, "working on 2\n");
  options_.retry_failures = true;
  EXPECT_FALSE(rows({leaf(2)})[0].cached);
}

TEST_F(Oracle, RowsAreInTheOrderOfThePoints) {
  use_tool(std::string(kReadBits) + "sleep 0.$((9 - bits))\n" + kAnswer);  // the first ends last
  std::vector<DesignPoint> points;
  for (int bits = 1; bits <= 8; ++bits) points.push_back(leaf(bits));
  points.push_back(leaf(3));  // twice
  const auto parallel = rows(points, 8);
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(parallel[i].utilisation.lut, static_cast<int>(i) + 1);
  EXPECT_EQ(parallel[8].utilisation.lut, 3);
  options_.cache.clear();
  const auto serial = rows(points, 1);
  for (std::size_t i = 0; i < points.size(); ++i) EXPECT_EQ(parallel[i].utilisation, serial[i].utilisation);
}

TEST_F(Oracle, GarbageFromTheTool_IsAFailedRow) {
  use_tool("echo oops > stat.json; echo noise");
  EXPECT_EQ(rows({leaf(4)})[0].outcome, Outcome::kFailed);
  use_tool("true");
  EXPECT_EQ(rows({leaf(5)})[0].outcome, Outcome::kFailed);
}

TEST_F(Oracle, Cancelled_KeepsWhatIsDone) {
  use_tool(std::string(kReadBits) + kAnswer);
  std::atomic<bool> cancel = false;
  Context context;
  context.cancel = &cancel;
  context.progress = [&](const std::string&, std::int64_t done, std::int64_t) { cancel = done >= 3; };
  std::vector<DesignPoint> points;
  for (int bits = 1; bits <= 8; ++bits) points.push_back(leaf(bits));
  EXPECT_THAT(synthesize_all(points, options_, context), HasError(ErrorCode::kInterrupted, "interrupted"));
  EXPECT_EQ(SynthesisCache::open(options_.cache)->size().value(), 3);
  const auto result = rows(points);
  EXPECT_TRUE(result[2].cached);
  EXPECT_FALSE(result[3].cached);
  EXPECT_EQ(result[7].utilisation.lut, 8);
}

TEST_F(Oracle, ChangedSourceParameterOrTool_IsAnotherPoint) {
  const auto source = scratch_.path() / "leaf.sv";
  DesignPoint point = leaf(4);
  point.files = {source};
  point.include_directories = {scratch_.path()};
  use_tool(std::string(kReadBits) + kAnswer);
  ASSERT_THAT(write_file(source, "module leaf; endmodule"), IsOk());
  ASSERT_THAT(write_file(scratch_.path() / "a.svh", "`define A"), IsOk());
  EXPECT_FALSE(rows({point})[0].cached);
  EXPECT_TRUE(rows({point})[0].cached);
  ASSERT_THAT(write_file(source, "// A comment.\nmodule leaf; endmodule  // and another\n\n"), IsOk());
  EXPECT_TRUE(rows({point})[0].cached);
  ASSERT_THAT(write_file(source, "module leaf; wire a; endmodule"), IsOk());
  EXPECT_FALSE(rows({point})[0].cached);
  ASSERT_THAT(write_file(scratch_.path() / "a.svh", "`define B"), IsOk());
  EXPECT_FALSE(rows({point})[0].cached);
  point.dsp = true;
  EXPECT_FALSE(rows({point})[0].cached);
  std::filesystem::rename(scratch_.path() / "fake-yosys", scratch_.path() / "same");
  options_.yosys = (scratch_.path() / "same").string();
  EXPECT_TRUE(rows({point})[0].cached);  // the same version elsewhere
}

TEST(WithoutComments, KeepsStringsAndWhatToolsObey) {
  EXPECT_EQ(without_comments("a /* b\n c */ d \"//\\\"/*\" // e\n\n  f\n"), "a   d \"//\\\"/*\"\n  f\n");
  EXPECT_EQ(without_comments("x // synthesis translate_off\ny"), "x // synthesis translate_off\ny\n");
  EXPECT_EQ(without_comments("/* open"), "");
  EXPECT_EQ(without_comments("\"open"), "\"open\n");
  EXPECT_EQ(without_comments(""), "");
}

TEST_F(Oracle, MissingTool_NamesThePackage) {
  options_.yosys = "no-such-yosys";
  const auto result = synthesize_all({leaf(4)}, options_, {});
  EXPECT_THAT(result, HasError(ErrorCode::kNotFound, "no-such-yosys is not installed"));
  EXPECT_EQ(result.error().hint, "install the package yosys");
}

TEST_F(Oracle, ImpossiblePoints_AreRefusedBeforeAnythingRuns) {
  options_.yosys = "no-such-yosys";
  DesignPoint point = leaf(4);
  point.parameters["W"] = "4; exec -- touch x";
  EXPECT_THAT(synthesize(point, options_, {}), HasError(ErrorCode::kBadInput, "cannot be passed on"));
  point = leaf(4);
  point.place_and_route = true;
  EXPECT_THAT(synthesize(point, options_, {}), HasError(ErrorCode::kBadInput, "ice40 alone"));
  point = leaf(4);
  point.files = {};
  EXPECT_THAT(synthesize(point, options_, {}), HasError(ErrorCode::kBadInput, "no source file"));
  EXPECT_THAT(parse_family("xc8"), HasError(ErrorCode::kBadInput, "xc7, xcup, ecp5 or ice40"));
  use_tool("true");
  point.files = {"missing.sv"};
  EXPECT_THAT(synthesize(point, options_, {}), HasError(ErrorCode::kNotFound, "missing.sv"));
}

}  // namespace
}  // namespace heddle::fpga
