// Kernels on packed integers: compiled for a 4x4 array that has them, and run on every engine.
#include <gtest/gtest.h>

#include "compiler/codegen/rtl.h"
#include "tests/e2e/verified.h"
#include "tests/support/matchers.h"

namespace heddle {
namespace {

using e2e::add_packed;
using e2e::Directory;
using e2e::kSource;

constexpr const char* kBase = "hycube_nest_4x4";

TEST(PackedModel, Rtl_IsBuiltAndCached) {
  const Directory directory("model_packed");
  auto cgra = e2e::shipped(kBase);
  ASSERT_THAT(cgra, IsOk());
  add_packed(*cgra);
  ASSERT_THAT(codegen::write_rtl(*cgra, kSource / "rtl", directory.path), IsOk());
  EXPECT_THAT(session::make_rtl_device(*cgra, e2e::rtl_options(directory.path), Context{}), IsOk());
}

class PackedKernel : public ::testing::TestWithParam<std::string> {};

TEST_P(PackedKernel, Compiled_AllEnginesAgree) {
  const auto source = kSource / "workloads" / "kernels" / (GetParam() + ".c");
  const auto result =
      e2e::verified(source, kBase, {}, {verify::Engine::kInterpreter, verify::Engine::kSystemc, verify::Engine::kRtl},
                    [](session::CompileRequest& request) { add_packed(request.cgra); });
  ASSERT_THAT(result, IsOk());
  EXPECT_TRUE(result->report.equal()) << result->text();
  for (const verify::KernelReport& checked : result->report.kernels) EXPECT_GT(checked.launches, 0U) << result->text();
  // One launch, and a word of products every cycle, but where two words of one array come out of its bank.
  ASSERT_EQ(result->program.regions.size(), 1U) << result->text();
  const bool two_words = GetParam() == "dot_s4x8" || GetParam() == "gemm_s8_sparse";
  EXPECT_EQ(result->program.regions[0].mapping.ii, two_words ? 2 : 1) << result->text();
}

TEST_P(PackedKernel, OnAnArrayWithoutThem_StaysOnTheHost_AllEnginesAgree) {
  const auto source = kSource / "workloads" / "kernels" / (GetParam() + ".c");
  const auto result = e2e::verified(source, "hycube_4x4", {}, {verify::Engine::kInterpreter});
  ASSERT_THAT(result, IsOk());
  EXPECT_TRUE(result->report.equal()) << result->text();
  EXPECT_TRUE(result->program.regions.empty());
  EXPECT_NE(dump_json(result->program.report["host"]).find("which no PE of the array has (the operation group '"),
            std::string::npos)
      << result->text();
}

INSTANTIATE_TEST_SUITE_P(Shipped, PackedKernel,
                         ::testing::ValuesIn(e2e::kernels(HEDDLE_KERNELS, e2e::Arithmetic::kPacked)),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace heddle
