// The predictor of cycles against the compiler: a bound, a close one, and blind to what never maps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/base/files.h"
#include "runtime/explore/evaluate.h"
#include "tests/explore/support.h"
#include "tests/support/matchers.h"

namespace heddle::explore {
namespace {

const Tools& tools() {
  const std::filesystem::path source = HEDDLE_SOURCE_DIR;
  static const Tools value{source / "workloads" / "include", source / "rtl", {}, make_program_memo()};
  return value;
}

/// A kernel on the array of tests/explore/support.h, grown to `size`.
Json request_of(const std::string& kernel, int size, const char* fidelity) {
  auto document = parse_yaml(kHead, "sweep.yaml");
  Json array = document->root["array"];
  array["grid"] = {{"rows", size}, {"columns", size}};
  return {{"kind", "kernel"},
          {"array", array},
          {"compile", Json::object()},
          {"fidelity", fidelity},
          {"mapper_seconds", 20},
          {"seed", 1},
          {"source", (shipped_places().kernels / (kernel + ".c")).string()}};
}

TEST(PredictedCycles, AreABoundAndCloseToThoseOfTheCompiler) {
  for (const char* kernel : {"fir", "dot_product"}) {
    for (const int size : {2, 4}) {
      const Json predicted = evaluate(request_of(kernel, size, "predictor"), tools());
      const Json analytic = evaluate(request_of(kernel, size, "analytic"), tools());
      ASSERT_EQ(predicted["status"], "ok") << predicted;
      ASSERT_EQ(analytic["status"], "ok") << analytic;
      EXPECT_LE(predicted["ii"].get<int>(), analytic["ii"].get<int>()) << kernel << size;
      EXPECT_LE(predicted["cycles"].get<double>(), 1.02 * analytic["cycles"].get<double>()) << kernel << size;
      EXPECT_GE(predicted["cycles"].get<double>(), 0.8 * analytic["cycles"].get<double>()) << kernel << size;
    }
  }
}

TEST(CycleModel, CountsTheCyclesOfTheFormulaAndEnergy) {
  const Json analytic = evaluate(request_of("fir", 2, "analytic"), tools());
  const Json small = evaluate(request_of("fir", 2, "systemc"), tools());
  const Json large = evaluate(request_of("fir", 4, "systemc"), tools());
  ASSERT_EQ(small["status"], "ok") << small;
  ASSERT_EQ(large["status"], "ok") << large;
  EXPECT_EQ(small["cycles"], analytic["cycles"]);
  EXPECT_FALSE(analytic.contains("energy_pj"));
  EXPECT_GT(small["energy_pj"].get<double>(), 0);
  // The same operations, and four times the PEs that leak and are clocked and configured.
  EXPECT_GT(large["energy_pj"].get<double>(), small["energy_pj"].get<double>());
}

TEST(PredictedCycles, DoNotDependOnWhatWasPredictedBefore) {
  const Json request = request_of("fir", 3, "predictor");
  Tools fresh = tools();
  fresh.programs = make_program_memo();
  const Json first = evaluate(request, fresh);
  ASSERT_EQ(first["status"], "ok") << first;
  evaluate(request_of("fir", 2, "predictor"), fresh);
  EXPECT_EQ(evaluate(request, fresh), first);
  fresh.programs = nullptr;
  EXPECT_EQ(evaluate(request, fresh), first);
}

TEST(PredictedCycles, AnArrayWithoutTheOperationIsInfeasible) {
  Json request = request_of("fir", 2, "predictor");
  for (auto& [name, pe_class] : request["array"]["pe_classes"].items())
    pe_class["operations"] = name == "memory" ? Json{"alu", "memory"} : Json{"alu"};
  const Json result = evaluate(request, tools());
  EXPECT_EQ(result["status"], "infeasible") << result;
}

}  // namespace
}  // namespace heddle::explore
