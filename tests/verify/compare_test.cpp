#include "runtime/verify/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

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

/// One buffer of two floats or doubles.
session::RunOutcome numbers(std::vector<std::uint64_t> codes, std::size_t bytes) {
  session::RunOutcome result;
  session::Argument argument;
  argument.buffer.resize(codes.size() * bytes);
  for (std::size_t i = 0; i < codes.size(); ++i) std::memcpy(&argument.buffer[i * bytes], &codes[i], bytes);
  result.arguments = {argument};
  return result;
}

frontend::Kernel kernel_of(const std::string& format, int bytes) {
  frontend::Kernel k = kernel();
  k.return_bytes = 0;
  k.parameters[0].bytes = bytes;
  k.parameters[0].format = format;
  return k;
}

TEST(Compare_Floats, AnyNanEqualsAnyNanAndNothingElse) {
  const auto k = kernel_of("fp32", 4);
  const auto positive = numbers({0x7FC00000, 0x3F800000, 0x7FC00001}, 4);
  EXPECT_THAT(compare_outcomes(&k, positive, numbers({0xFFC00000, 0x3F800000, 0x7F800001}, 4)), testing::IsEmpty());
  const auto infinity = compare_outcomes(&k, positive, numbers({0xFFC00000, 0x3F800000, 0x7F800000}, 4));
  ASSERT_EQ(infinity.size(), 1U);
  EXPECT_EQ(infinity[0].what, "argument out[2]");
  EXPECT_EQ(infinity[0].expected, "nan (0x7fc00001)");
  EXPECT_EQ(infinity[0].got, "inf");
  const auto zero = compare_outcomes(&k, numbers({0x7FC00000, 0}, 4), numbers({0xFFC00000, 0x80000000}, 4));
  ASSERT_EQ(zero.size(), 1U);
  EXPECT_EQ(zero[0].got, "-0");
  EXPECT_EQ(compare_outcomes(&k, numbers({1, 2}, 4), numbers({1}, 4)).size(), 1U);
}

TEST(Compare_Doubles, AnyNanEqualsAnyNan) {
  const auto k = kernel_of("fp64", 8);
  EXPECT_THAT(compare_outcomes(&k, numbers({0x7FF8000000000000}, 8), numbers({0xFFF8000000000000}, 8)),
              testing::IsEmpty());
  EXPECT_EQ(compare_outcomes(&k, numbers({0x7FF0000000000000}, 8), numbers({0xFFF8000000000000}, 8)).size(), 1U);
}

TEST(Compare_CodesAndIntegers, NansAreBits) {
  const auto half = kernel_of("fp16", 2);
  EXPECT_EQ(compare_outcomes(&half, numbers({0x7E00}, 2), numbers({0xFE00}, 2)).size(), 1U);
  const auto plain = kernel_of("", 4);
  EXPECT_EQ(compare_outcomes(&plain, numbers({0x7FC00000}, 4), numbers({0xFFC00000}, 4)).size(), 1U);
}

TEST(Compare_FloatReturnsAndGlobals, AnyNanEqualsAnyNan) {
  frontend::Kernel k = kernel();
  k.return_format = "fp32";
  session::RunOutcome expected;
  session::RunOutcome got;
  expected.return_value = 0x7FC00000;
  got.return_value = 0xFFC00000;
  EXPECT_THAT(compare_outcomes(&k, expected, got), testing::IsEmpty());
  got.return_value = 0x3F800000;
  const auto differences = compare_outcomes(&k, expected, got);
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].got, "1");
  expected = numbers({}, 4);
  got = expected;
  expected.globals = {{"state", {0, 0, 0xC0, 0x7F}}};
  got.globals = {{"state", {0, 0, 0xC0, 0xFF}}};
  EXPECT_THAT(compare_outcomes(nullptr, expected, got, {{"state", 4, false, "fp32"}}), testing::IsEmpty());
  EXPECT_EQ(compare_outcomes(nullptr, expected, got, {{"state", 4, false, ""}}).size(), 1U);
}

}  // namespace
}  // namespace heddle::verify
