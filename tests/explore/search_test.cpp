// Samplers that learn: against the grid, on spaces whose answers are formulas.
#include "runtime/explore/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "compiler/base/files.h"
#include "runtime/explore/explore.h"
#include "runtime/explore/promote.h"
#include "tests/explore/support.h"
#include "tests/support/matchers.h"

namespace heddle::explore {
namespace {

namespace fs = std::filesystem;

const std::string kSpace = R"(kernels: [fir]
axes:
  rows: {from: 1, to: 16}
  columns: {from: 1, to: 16}
  hop_limit: {values: [1, 2, 4], when: rows > 2}
  registers: [1, 2, 4, 8]
constraints: [rows * columns <= 200]
objectives: [{minimize: cycles, reference: 20000}, {minimize: lut, reference: 30000}]
)";

/// A space with a trade-off: cycles fall with PEs until they do not, and predictions are low by up to a tenth.
Json fake(const Json& request) {
  const Json& array = request["array"];
  const int pes = array["grid"]["rows"].get<int>() * array["grid"]["columns"].get<int>();
  const int hops = array.value(Json::json_pointer("/bypass/hop_limit"), 1);
  const int registers = array["pe_classes"]["compute"]["registers"];
  if (pes == 35) return {{"status", "infeasible"}, {"reason", "thirty-five"}};
  if (request["kind"] == "array") return {{"status", "ok"}, {"lut", pes * (100 + 8 * registers + 11 * hops)}};
  const double cycles = 200 + 16000.0 / std::min(pes, 40) + 900.0 / (registers * hops);
  const double error = request["fidelity"] == "predictor" ? 0.9 + 0.002 * (pes % 50) : 1;
  return {{"status", "ok"}, {"ii", 1}, {"cycles", cycles * error}};
}

class Searching : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(root_); }
  void TearDown() override { fs::remove_all(root_); }

  Result<Progress> run(const std::string& name, const std::string& how, int jobs = 2, bool resume = false,
                       std::int64_t limit = 0) {
    auto sweep = sweep_of(kSpace + how);
    if (!sweep) return tl::unexpected(sweep.error());
    Context context;
    context.jobs = jobs;
    const fs::path include = fs::path(HEDDLE_SOURCE_DIR) / "workloads" / "include";
    RunOptions options{root_ / name, {}, {}, kSpace + how, resume, limit};
    return run_sweep(*sweep, {include, {}, {}, {}}, options, context, fake);
  }
  [[nodiscard]] std::string file(const std::string& name, const char* of) const {
    return read_file(root_ / name / of).value_or("none");
  }
  void expect_same(const std::string& a, const std::string& b) const {
    for (const char* each : {"results.jsonl", "results.csv", "front.json"}) EXPECT_EQ(file(a, each), file(b, each));
  }
  [[nodiscard]] Json front(const std::string& name) const { return Json::parse(file(name, "front.json")); }

  const fs::path root_ = fs::path(testing::TempDir()) / ("heddle_search_" + std::to_string(::getpid()));
};

TEST_F(Searching, Nsga2FindsTheFrontOfTheGridWithFewPoints) {
  const auto grid = run("grid", "");
  ASSERT_THAT(grid, IsOk());
  const auto found = run("nsga2", "sampler: {kind: nsga2, points: 600}\n");
  ASSERT_THAT(found, IsOk());
  EXPECT_LE(found->stored, 600U);
  EXPECT_GT(grid->stored, 2200U);
  EXPECT_GT(found->hypervolume, 0.99 * grid->hypervolume);
  const auto random = run("random", "sampler: {kind: random, points: 600}\n");
  ASSERT_THAT(random, IsOk());
  EXPECT_GT(found->hypervolume, random->hypervolume);
}

TEST_F(Searching, MoeadFindsTheFrontToo) {
  const auto grid = run("grid", "");
  const auto found = run("moead", "sampler: {kind: moead, points: 600, population: 40}\n");
  ASSERT_THAT(found, IsOk());
  EXPECT_GT(found->hypervolume, 0.98 * grid->hypervolume);
  EXPECT_EQ(found->points, found->stored);
}

TEST_F(Searching, WorkersAndInterruptionsDoNotChangeTheFiles) {
  for (const char* how : {"sampler: {kind: nsga2, points: 120}\nfidelity: {cycles: [predictor, analytic, systemc]}\n"
                          "promote: {analytic: 20, systemc: 6}\n",
                          "sampler: {kind: moead, points: 100, population: 20}\n"}) {
    ASSERT_THAT(run("one", how, 1), IsOk());
    ASSERT_THAT(run("three", how, 3), IsOk());
    expect_same("one", "three");
    ASSERT_THAT(run("part", how, 2, false, 37), IsOk());
    ASSERT_THAT(run("part", how, 3, true, 95), IsOk());
    ASSERT_THAT(run("part", how, 2, true), IsOk());
    expect_same("one", "part");
    for (const char* name : {"one", "three", "part"}) fs::remove_all(root_ / name);
  }
}

TEST_F(Searching, TheSeedMatters) {
  auto sweep = sweep_of(kSpace + "sampler: {kind: nsga2, points: 100}\n");
  ASSERT_THAT(sweep, IsOk());
  std::vector<std::string> results;
  for (const std::uint64_t seed : {1U, 2U}) {
    Context context;
    context.seed = seed;
    const fs::path folder = root_ / std::to_string(seed);
    const fs::path include = fs::path(HEDDLE_SOURCE_DIR) / "workloads" / "include";
    ASSERT_THAT(run_sweep(*sweep, {include, {}, {}, {}}, {folder, {}, {}, "", false, 0}, context, fake), IsOk());
    results.push_back(file(std::to_string(seed), "results.csv"));
  }
  EXPECT_NE(results[0], results[1]);
}

TEST_F(Searching, FidelitiesAreClimbedByThePromising) {
  const auto grid = run("grid", "");
  const auto climbed = run("climbed", "fidelity: {cycles: [predictor, analytic]}\npromote: {analytic: 60}\n");
  ASSERT_THAT(climbed, IsOk());
  EXPECT_EQ(climbed->stored, grid->stored);
  EXPECT_LE(climbed->ok, 60U);
  EXPECT_GT(climbed->hypervolume, 0.99 * grid->hypervolume);
  const Json summary = front("climbed");
  EXPECT_EQ(summary["evaluations"]["predictor"], grid->stored);
  EXPECT_LE(summary["evaluations"]["analytic"].get<int>(), 60);
  EXPECT_EQ(summary["history"].back()[1].get<double>(), climbed->hypervolume);
  const auto store = Store::open(root_ / "climbed", Store::Access::kRead);
  ASSERT_THAT(store, IsOk());
  for (const Json& id : summary["front"]) {
    const auto record = store->find(id.get<std::string>());
    ASSERT_THAT(record, IsOk());
    EXPECT_EQ(record->content["fidelity"], "analytic");
    const Json& lower = record->content["lower"][0];
    EXPECT_EQ(lower["fidelity"], "predictor");
    const double here = record->content["metrics"]["cycles"];
    EXPECT_NEAR(lower["error"]["cycles"].get<double>(), lower["metrics"]["cycles"].get<double>() / here - 1, 1e-12);
    EXPECT_EQ(lower["error"]["lut"].get<double>(), 0);
  }
}

TEST(Promotion, TakesWhatAddsMostAndLearnsTheCorrection) {
  // b is measured at twice its prediction, so a, predicted below b, is expected above it; c is dominated by b.
  std::vector<Candidate> candidates{{0, {4, 1}, {}, false},
                                    {1, {3, 3}, std::vector<double>{6, 3}, true},
                                    {2, {3.5, 3.5}, {}, false},
                                    {3, {1, 9}, {}, false},
                                    {4, {1, 9}, {}, true}};
  const std::vector<std::optional<double>> reference{10, 10};
  // Expected (8, 1) adds 2 * 2 = 4, and (2, 9) adds 4 * 1 = 4, of which the first is taken first; then the other.
  EXPECT_THAT(promote(candidates, 5, reference), testing::ElementsAre(0, 3));
  EXPECT_THAT(promote(candidates, 1, reference), testing::ElementsAre(0));
}

TEST(Promotion, TakesTheBestOfEqualsAndTheWorstEdge) {
  const std::vector<std::optional<double>> none(2);
  EXPECT_THAT(promote({{7, {5, 2}, {}, false}, {8, {5, 1}, {}, false}}, 5, none), testing::ElementsAre(8));
  EXPECT_THAT(promote({{7, {5, 2}, {}, false}}, 5, none), testing::ElementsAre(7));
  EXPECT_THAT(promote({{7, {1, 9}, {}, false}, {8, {9, 1}, {}, false}}, 5, none), testing::ElementsAre(7, 8));
}

TEST(Sampler, BadOnesAreTold) {
  EXPECT_THAT(sweep_of(kSpace + "sampler: {kind: nsga2}\n"), HasError(ErrorCode::kBadInput, "nsga2 needs points"));
  EXPECT_THAT(sweep_of(kSpace + "sampler: {kind: nsga2, points: 9, population: 10}\n"),
              HasError(ErrorCode::kBadInput, "multiple of 4"));
  EXPECT_THAT(sweep_of(kSpace + "sampler: {kind: sobol, points: 9, population: 12}\n"),
              HasError(ErrorCode::kBadInput, "sobol has no population"));
  EXPECT_THAT(sweep_of(kSpace + "fidelity: {cycles: [analytic, predictor]}\n"),
              HasError(ErrorCode::kBadInput, "predictor is not dearer than analytic"));
  EXPECT_THAT(sweep_of(kSpace + "promote: {systemc: 3}\n"),
              HasError(ErrorCode::kBadInput, "no point is promoted to fidelity systemc"));
}

}  // namespace
}  // namespace heddle::explore
