// Window-attention arrays (arch: swat): the shipped ones, and what is refused.
#include "compiler/arch/swat.h"

#include "compiler/base/files.h"
#include "tests/arch/support.h"

namespace heddle::arch {
namespace {

const std::filesystem::path kArchitectures = std::string(HEDDLE_SOURCE_DIR) + "/workloads/architectures";

const std::string kHead = "schema: heddle.arch/1\narch: swat\nname: a\n";
const std::string kSizes = "groups: 2\nrows: 4\nhead_dim: 16\nslots: 32\n";

Result<Swat> swat_from_yaml(const std::string& text) {
  HEDDLE_ASSIGN(const Document document, parse_yaml(text, "a.yaml"));
  return swat_from_document(document);
}

TEST(Swat, ShippedOnesLoadUnderTheirNamesAndSurviveTheWayThroughJson) {
  const auto names = names_in(swat_directory(kArchitectures), ".yaml");
  EXPECT_GE(names.size(), 9U);
  for (const std::string& name : names) {
    const auto array = find_swat(name, swat_directory(kArchitectures));
    ASSERT_THAT(array, IsOk());
    EXPECT_EQ(array->name, name);
    EXPECT_FALSE(array->description.empty());
    const auto again = parse_json(to_json(*array).dump(), "again.json");
    ASSERT_THAT(again, IsOk());
    EXPECT_EQ(*swat_from_document(*again), *array);
  }
}

TEST(Swat, NamesSayTheNumberOfCores) {
  for (const std::string& name : names_in(swat_directory(kArchitectures), ".yaml")) {
    const Swat array = find_swat(name, swat_directory(kArchitectures)).value();
    EXPECT_NE(name.find(std::to_string(cores(array))), std::string::npos) << name;
    EXPECT_EQ(multipliers(array), 2 * cores(array));
  }
}

TEST(Swat, WhatIsLeftOutHasDefaults) {
  const auto array = swat_from_yaml(kHead + kSizes + "format: bf16\n");
  ASSERT_THAT(array, IsOk());
  EXPECT_EQ(array->kind, SwatKind::kQueryStationary);
  EXPECT_EQ(array->output, array->format);
  EXPECT_EQ(array->run_queue, 4);
  EXPECT_EQ(array->stream_elements, 4);
  EXPECT_EQ(array->mhz, 300);
}

TEST(Swat, MistakesAreTold) {
  const auto refuses = [](const std::string& text, const std::string& message) {
    EXPECT_THAT(swat_from_yaml(text), HasError(ErrorCode::kBadInput, message));
  };
  refuses(kHead + kSizes, "key \"format\" is missing");
  refuses(kHead + kSizes + "format: fp16\nruns_queue: 3\n", "did you mean \"run_queue\"?");
  refuses(kHead + kSizes + "format: fp17\n", "a.yaml:8:9: error: at /format");
  refuses(kHead + kSizes + "format: fp32\n", "at /format: \"fp32\": floats have at most 16 bits");
  refuses(kHead + kSizes + "format: int4\n", "the only integer format is int8");
  refuses(kHead + kSizes + "format: ue4m4\n", "the format has no sign");
  refuses(kHead + kSizes + "format: mxfp4\n", "/format");
  refuses(kHead + kSizes + "format: fp16\noutput: fp32\n", "at /output");
  refuses(kHead + "groups: 2\nrows: 4\nhead_dim: 16\nslots: 24\nformat: fp16\n",
          "a.yaml:7:8: error: at /slots: expected a power of two, found 24");
  refuses(kHead + "groups: 2\nrows: 32\nhead_dim: 16\nslots: 32\nformat: fp16\n",
          "takes one score a cycle, so 32 cores need a head dimension of at least 32, found 16");
  refuses(kHead + kSizes + "format: fp16\nstream_elements: 32\n", "at /stream_elements");
  refuses(kHead + "groups: 0\nrows: 4\nhead_dim: 16\nslots: 32\nformat: fp16\n", "/groups");
  EXPECT_THAT(find_swat("heddle_attn_7", swat_directory(kArchitectures)),
              HasError(ErrorCode::kNotFound, "did you mean \"heddle_attn_8\"?"));
}

TEST(Swat, PublishedDesignExistsInSinglePrecision) {
  EXPECT_THAT(swat_from_yaml(kHead + kSizes + "kind: published\nformat: fp32\n"), IsOk());
  EXPECT_THAT(swat_from_yaml(kHead + kSizes + "kind: paper\nformat: fp32\n"), HasError(ErrorCode::kBadInput, "/kind"));
}

TEST(Swat, WhereAnArrayOfPesIsWanted_IsRefused) {
  EXPECT_THAT(find("heddle_attn_8", kArchitectures),
              HasError(ErrorCode::kUnsupported, "\"heddle_attn_8\" is a window-attention array"));
  EXPECT_THAT(load(swat_directory(kArchitectures) / "heddle_attn_64.yaml"),
              HasError(ErrorCode::kUnsupported, "heddle_attn_64.yaml:3:7: error: \"heddle_attn_64\" is"));
}

}  // namespace
}  // namespace heddle::arch
