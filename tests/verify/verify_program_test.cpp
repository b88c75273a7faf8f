// Whole programs through the verifier: what is equal must pass, and what is broken must be found and named.
#include "tests/verify/support.h"

namespace heddle::verify {
namespace {

TEST(VerifyProgram_Dot, IsEqualOnInterpreterAndSystemC) {
  const auto program = compile_text(kDotText, "hycube_4x4");
  const auto report = verify_program(program, without_rtl(), {});
  ASSERT_THAT(report, IsOk());
  EXPECT_TRUE(report->equal()) << to_text(*report);
  ASSERT_EQ(report->kernels.size(), 1U);
  EXPECT_GE(report->kernels[0].vectors, 10);
  EXPECT_GE(report->kernels[0].launches, 10U) << to_text(*report);
  EXPECT_GT(report->coverage.pes.used, 0U);
}

}  // namespace
}  // namespace heddle::verify
