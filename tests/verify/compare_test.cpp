#include "runtime/verify/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace heddle::verify {
namespace {

frontend::Kernel kernel() {
  frontend::Kernel kernel;
  kernel.name = "k";
  kernel.return_bytes = 4;
  frontend::Parameter out;
  out.name = "out";
  out.kind = frontend::Parameter::Kind::kPointer;
  out.bytes = 2;
  kernel.parameters = {out};
  return kernel;
}

session::RunOutcome outcome() {
  session::RunOutcome outcome;
  outcome.return_value = 5;
  outcome.arguments = {{std::nullopt, {1, 0, 2, 0, 3, 0}}};
  outcome.globals = {{"state", {7, 8}}};
  outcome.standard_output = "one\ntwo\n";
  return outcome;
}

TEST(Compare_EqualOutcomes, HaveNoDifference) {
  const auto k = kernel();
  EXPECT_THAT(compare_outcomes(&k, outcome(), outcome()), testing::IsEmpty());
}

TEST(Compare_Buffer, NamesTheFirstDifferingElement) {
  const auto k = kernel();
  session::RunOutcome other = outcome();
  other.arguments[0].buffer[3] = 0xFF;
  const auto differences = compare_outcomes(&k, outcome(), other);
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].what, "argument out[1]");
  EXPECT_EQ(differences[0].expected, "2");
  EXPECT_EQ(differences[0].got, "-254");
}

TEST(Compare_ReturnValue, CountsOnlyItsBytes) {
  auto k = kernel();
  session::RunOutcome other = outcome();
  other.return_value = 5 + (std::int64_t{1} << 32);
  EXPECT_THAT(compare_outcomes(&k, outcome(), other), testing::IsEmpty());
  other.return_value = 6;
  EXPECT_EQ(compare_outcomes(&k, outcome(), other).size(), 1U);
  k.return_bytes = 0;
  EXPECT_THAT(compare_outcomes(&k, outcome(), other), testing::IsEmpty());
}

TEST(Compare_Global, IsFoundByItsName) {
  session::RunOutcome other = outcome();
  other.globals[0].second[1] = 9;
  const auto differences = compare_outcomes(nullptr, outcome(), other);
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].what, "global state[1]");
}

TEST(Compare_Output, ShowsTheFirstDifferingLine) {
  session::RunOutcome other = outcome();
  other.standard_output = "one\ntwX\n";
  const auto differences = compare_outcomes(nullptr, outcome(), other);
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].what, "standard output, line 2");
  EXPECT_EQ(differences[0].expected, "two");
  EXPECT_EQ(differences[0].got, "twX");
  other.standard_output = "one\n";
  EXPECT_EQ(compare_outcomes(nullptr, outcome(), other)[0].got, "");
}

TEST(Compare_Cycles, NamesTheLaunchAndTheField) {
  std::vector<session::LaunchRecord> expected(2);
  auto got = expected;
  EXPECT_THAT(compare_cycles(expected, got), testing::IsEmpty());
  got[1].cycles.stall = 3;
  const auto differences = compare_cycles(expected, got);
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].what, "cycles of launch 1: stall");
  got.pop_back();
  EXPECT_EQ(compare_cycles(expected, got)[0].what, "launches");
}

}  // namespace
}  // namespace heddle::verify
