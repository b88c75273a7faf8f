#include "compiler/base/json.h"
#include "tests/cli/harness.h"
#include "tests/support/matchers.h"

namespace heddle::cli {
namespace {

using testing::HasSubstr;

TEST(Arguments_None, PrintsHelpAndIsBadInput) {
  const Ran ran = run_heddle({});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.out, HasSubstr("Subcommands:"));
}

TEST(Arguments_UnknownSubcommand, NamesTheNearest) {
  const Ran ran = run_heddle({"docter"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("unknown subcommand 'docter'\nhint: did you mean 'doctor'?"));
}

TEST(Arguments_UnknownOption, NamesTheNearestOfThatSubcommand) {
  const Ran ran = run_heddle({"doctor", "--colr=never"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("unknown option '--colr'\nhint: did you mean '--color'?"));
}

TEST(Arguments_BadChoice, ListsTheChoices) {
  const Ran ran = run_heddle({"doctor", "--format", "jsn"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("'jsn' is not one of text, json; did you mean 'json'?"));
}

TEST(Arguments_NotANumber, IsBadInput) {
  EXPECT_EQ(run_heddle({"doctor", "-j", "many"}).status, 2);
  EXPECT_EQ(run_heddle({"doctor", "--seed"}).status, 2);
}

TEST(Arguments_NegativeJobs, AreBadInput) {
  const Ran ran = run_heddle({"doctor", "-j", "-3"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("--jobs: -3 is below 0\nhint: 0 takes all cores"));
}

TEST(Arguments_SurplusPositional, IsBadInput) {
  const Ran ran = run_heddle({"doctor", "now"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("unexpected argument 'now'"));
}

TEST(Arguments_Help, OfASubcommandNamesItsOptionsAndTheCommonOnes) {
  const Ran ran = run_heddle({"completion", "--help"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.out, HasSubstr("SHELL"));
  EXPECT_THAT(ran.out, HasSubstr("--format"));
}

TEST(Arguments_Version, NamesTheTools) {
  const Ran ran = run_heddle({"--version"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.out, testing::StartsWith("heddle "));
  EXPECT_THAT(ran.out, HasSubstr("verilator"));
}

TEST(Format_Json, AnErrorIsOneObjectOnTheOutput) {
  const Ran ran = run_heddle({"schema", "no_such_format", "--format=json"});
  EXPECT_EQ(ran.status, 2);
  const Json object = Json::parse(ran.out);
  EXPECT_EQ(object["schema"], "heddle.error/1");
  EXPECT_EQ(object["exit_status"], 2);
}

TEST(Format_Json, DoctorIsOneObjectWithItsTools) {
  const Json object = Json::parse(run_heddle({"doctor", "--format", "json"}).out);
  EXPECT_EQ(object["schema"], "heddle.doctor/1");
  EXPECT_EQ(object["tools"][0]["name"], "clang-19");
}

TEST(DataFiles_Missing, SaysWhereItLooked) {
  EXPECT_THAT(find_data_files("/nowhere/bin/heddle", nullptr), HasError(ErrorCode::kNotFound, "/nowhere/share/heddle"));
  EXPECT_THAT(find_data_files("/nowhere/bin/heddle", "/elsewhere"), HasError(ErrorCode::kNotFound, "HEDDLE_DATA"));
}

TEST(DataFiles_FromEnvironment, Wins) {
  const auto data = find_data_files("/nowhere/bin/heddle", HEDDLE_SOURCE_DIR);
  ASSERT_THAT(data, IsOk());
  EXPECT_TRUE(std::filesystem::exists(data->include() / "heddle" / "kernel.h"));
}

}  // namespace
}  // namespace heddle::cli
