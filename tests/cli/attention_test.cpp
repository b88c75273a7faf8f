// heddle simulate --arch --workload, and the lists of what it takes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/base/files.h"
#include "tests/cli/harness.h"
#include "tests/support/matchers.h"

namespace heddle::cli {
namespace {

using testing::HasSubstr;

Ran attention(std::vector<std::string> more) {
  more.insert(more.begin(), "simulate");
  return run_heddle(more);
}

TEST(Attention_PublishedDesign, CyclesFollowTheSchemaAndStandBesideOtherModels) {
  const Ran ran =
      attention({"--arch", "swat_paper_512", "--workload", "bigbird_base", "--backend", "formula", "--format=json"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  const auto document = parse_json(ran.out, "run.json");
  ASSERT_THAT(document, IsOk());
  const auto schema =
      parse_json(read_file(std::string(HEDDLE_SOURCE_DIR) + "/workloads/schema/attention_run.json").value(), "schema");
  EXPECT_THAT(validate_schema(*document, schema->root), IsOk());
  const Json& run = document->root;
  EXPECT_EQ(run["model"], true);
  // 62 blocks of rows see 512 keys or fewer, two see all 4096: 8 passes.
  EXPECT_EQ(run["result"]["cycles"], 12 * 64 * (62 + 2 * 8) * 201);
  EXPECT_EQ(run["least_bytes"], 12 * 4 * 4096 * 64 * 2);
  EXPECT_EQ(run["models"].size(), 6U);
}

TEST(Attention_OwnArray, CyclesWaitsBytesAndErrorFollowTheSchema) {
  const Ran ran = attention({"--arch", "heddle_attn_8", "--workload", "longformer_base", "--seq", "96", "--heads", "2",
                             "--backend", "golden", "--sigma", "3", "--format=json"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  const auto document = parse_json(ran.out, "run.json");
  const auto schema =
      parse_json(read_file(std::string(HEDDLE_SOURCE_DIR) + "/workloads/schema/attention_run.json").value(), "schema");
  EXPECT_THAT(validate_schema(*document, schema->root), IsOk());
  const Json& result = document->root["result"];
  EXPECT_EQ(result["checked"], true);
  EXPECT_GE(result["cycles"].get<std::int64_t>(), result["beats"].get<std::int64_t>() * 64);
  EXPECT_LT(result["error"]["relative_rms"], 1.5e-3);
  EXPECT_GT(result["error"]["relative_rms"], 0);
  EXPECT_EQ(result["error"]["not_finite"], 0);
  // All 96 rows see all 96 keys: 13 tasks a head, of which the global row has one, and as many beats as keys.
  EXPECT_EQ(result["beats"], 2 * 13 * 96);
  EXPECT_GE(result["bytes"], document->root["least_bytes"]);
}

TEST(Attention_SystemC, EqualsTheGoldenModelAndTheFormula) {
  for (const char* array : {"heddle_attn_8", "heddle_attn_64_int8"}) {
    const auto result = [&](const std::string& backend) {
      const Ran ran = attention({"--arch", array, "--workload", "longformer_base", "--seq", "70", "--heads", "1",
                                 "--backend", backend, "--format=json"});
      EXPECT_EQ(ran.status, 0) << ran.err;
      return Json::parse(ran.out)["result"];
    };
    EXPECT_EQ(result("systemc"), result("golden"));
  }
}

TEST(Attention_Rtl, EqualsSystemC) {
  const auto result = [&](const std::string& backend) {
    const Ran ran = attention({"--arch", "heddle_attn_8", "--workload", "longformer_base", "--seq", "70", "--heads",
                               "2", "--backend", backend, "--format=json"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    return Json::parse(ran.out)["result"];
  };
  EXPECT_EQ(result("rtl"), result("systemc"));
}

TEST(Attention_LengthAndHeads, AreThoseThatAreAskedFor) {
  const auto cycles = [](std::vector<std::string> more) {
    more.insert(more.end(), {"--arch", "swat_paper_512", "--workload", "mistral_7b", "--format=json"});
    return Json::parse(attention(more).out)["result"]["cycles"].get<std::int64_t>();
  };
  EXPECT_EQ(cycles({"--seq", "512", "--heads", "1"}), 512 * (3 * 128 + 9));
  EXPECT_EQ(cycles({"--seq", "512", "--heads", "4"}), 4 * 512 * (3 * 128 + 9));
}

TEST(Attention_Text, NamesTheModelAndTheShape) {
  const Ran ran = attention({"--arch", "swat_paper_512", "--workload", "longformer_base", "--seq", "1024"});
  EXPECT_THAT(ran.out, HasSubstr("1024 rows, 1024 keys, 12 heads of 64; a row sees up to 514 keys"));
  EXPECT_THAT(ran.out, HasSubstr("(a model of a published design)"));
  EXPECT_THAT(ran.out, HasSubstr("model: butterfly"));
}

TEST(Attention_BadInput, IsToldWithWhatWouldDo) {
  const auto refuses = [](const std::vector<std::string>& arguments, const std::string& message) {
    const Ran ran = attention(arguments);
    EXPECT_EQ(ran.status, 2) << ran.out;
    EXPECT_THAT(ran.err, HasSubstr(message));
  };
  refuses({}, "heddle simulate --arch heddle_attn_64 --workload longformer_base");
  refuses({"--workload", "nat"}, "--arch and --workload go together");
  refuses({"--arch", "swat_paper_512"}, "--arch and --workload go together");
  refuses({"--arch", "swat_paper_51", "--workload", "nat"}, "did you mean \"swat_paper_512\"?");
  refuses({"--arch", "swat_paper_512", "--workload", "natt"}, "did you mean \"nat\"?");
  refuses({"--arch", "swat_paper_512", "--workload", "nat", "--seq", "50"}, "a 2-D mask wants a square");
  refuses({"--arch", "swat_paper_512", "--workload", "nat", "--heads", "-1"}, "-1 heads are not possible");
  refuses({"--arch", "swat_paper_512", "--workload", "nat", "--backend", "rtl"}, "there is only a model of cycles");
  refuses({"--arch", "swat_paper_512", "--workload", "nat", "--backend", "fast"}, "runs compiled programs, not");
  refuses({"--arch", "swat_paper_512", "--workload", "nat", "--kernel", "f"}, "the rest is of compiled programs");
  refuses({"--arch", "heddle_attn_64", "--workload", "longformer_base", "--sigma", "0"}, "--sigma: 0 is not in");
  refuses({"somewhere", "--backend", "golden"}, "runs attention, not compiled programs");
  refuses({"somewhere", "--seq", "4"}, "--seq and --heads are of attention");
  refuses({"--arch", "heddle_attn_64", "--workload", "mistral_7b"}, "has no heads of 128 elements");
}

TEST(Attention_List, NamesArraysAndWorkloads) {
  const Json object = Json::parse(run_heddle({"list", "attention", "--format=json"}).out);
  EXPECT_GE(object["attention_arrays"].size(), 9U);
  EXPECT_GE(object["attention_workloads"].size(), 14U);
  EXPECT_FALSE(object.contains("kernels"));
}

}  // namespace
}  // namespace heddle::cli
