// heddle cost on arrays, programs and formats, and with bad input.
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "compiler/base/files.h"
#include "compiler/base/json.h"
#include "tests/cli/harness.h"
#include "tests/support/matchers.h"

namespace heddle::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

Json cost_json(const std::vector<std::string>& arguments) {
  std::vector<std::string> all{"cost", "--format=json"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const Ran ran = run_heddle(all);
  EXPECT_EQ(ran.status, 0) << ran.err;
  auto document = parse_json(ran.out, "cost");
  EXPECT_THAT(document, IsOk());
  const auto schema = parse_json(run_heddle({"schema", "cost"}).out, "schema");
  EXPECT_THAT(schema, IsOk());
  EXPECT_THAT(validate_schema(*document, schema->root), IsOk());
  return document->root;
}

TEST(Cost_Array, ListsPartsTotalsAndADevice) {
  const Ran ran = run_heddle({"cost", "hycube_4x4", "--device", "zcu104"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  for (const char* part :
       {"compute", "divider", "ALU", "operand multiplexers", "links", "scratchpad banks", "xczu7ev", "1 728"})
    EXPECT_THAT(ran.out, HasSubstr(part));
  const Json json = cost_json({"hycube_4x4"});
  EXPECT_EQ(json["kind"], "array");
  EXPECT_EQ(json["array"]["estimate"]["dsp"], 48);
  EXPECT_EQ(json["array"]["estimate"]["bram"], 16);
  EXPECT_TRUE(json["array"]["synthesis"].is_null());
}

TEST(Cost_Array, ThatIsTooLargeForADeviceSaysSo) {
  EXPECT_THAT(run_heddle({"cost", "hycube_8x8", "--device", "xczu3eg"}).out, HasSubstr("does not fit"));
}

TEST(Cost_BadInput, NamesWhatIsValid) {
  const auto refused = [](const std::vector<std::string>& arguments, const std::string& text) {
    const Ran ran = run_heddle(arguments);
    EXPECT_EQ(ran.status, 2) << ran.out;
    EXPECT_THAT(ran.err, HasSubstr(text));
  };
  refused({"cost", "hycube_4x5"}, "hycube_4x4");
  refused({"cost", "mesh_2x2", "--device", "zcu105"}, "did you mean");
  refused({"cost", "mesh_2x2", "--device", "xc7z020", "--family", "xcup"}, "is of family xc7");
  refused({"cost", "mesh_2x2", "--family", "ecp5"}, "calibrated for xcup, not for ecp5");
  refused({"cost", "e0m3"}, "e0m3");
  refused({"cost", "int40"}, "int40");
  refused({"cost", "int8xe0m3"}, "e0m3");
  refused({"cost", "/no/such.yaml"}, "/no/such.yaml");
  refused({"cost", ""}, "an empty name");
  refused({"cost", "mxfp8"}, "the nearest valid name is mxfp8_e4m3");
  refused({"cost", "fp8"}, "the nearest valid name is e4m3fn");
  refused({"cost", "nvfp4"}, "its elements are e2m1: 'heddle cost e2m1'");
  refused({"cost", "mxfp8_e5m2"}, "'heddle cost e5m2ieee'");
  refused({"cost", "int8x"}, "half of a pair");
  refused({"cost", "xint8"}, "half of a pair");
  refused({"cost", "fp32"}, "no multiply-accumulate unit for fp32");
  refused({"cost", "int17xe4m3"}, "no multiply-accumulate unit for int17");
  refused({"cost", testing::TempDir()}, "is a directory without program.json");
  refused({"cost", std::string(HEDDLE_SOURCE_DIR) + "/README.md"}, "DESIGN is the description of an architecture");
  refused({"cost", "int8", "--kernel", "gemm"}, "only compiled programs have kernels");
  refused({"cost", "int8", "--family", "spartan"}, "xc7, xcup, ecp5, ice40");
  refused({"cost", "int8", "--device", "xczu7"}, "unknown device");
}

TEST(Cost_Format, EstimatesEveryMultiplier) {
  const Json mac = cost_json({"e4m3xint8"})["mac"];
  EXPECT_EQ(mac["a"], "e4m3");
  EXPECT_EQ(mac["b"], "int8");
  EXPECT_EQ(mac["accumulator_bits"], 40);
  ASSERT_EQ(mac["multipliers"].size(), 3U);  // a table of 12 bits is none
  double least = 1e9;
  std::string best;
  for (const Json& entry : mac["multipliers"]) {
    const double lut = entry["estimate"]["lut"].get<double>();
    if (lut < least) best = entry["multiplier"].get<std::string>();
    least = std::min(least, lut);
    EXPECT_FALSE(entry.contains("synthesis"));
  }
  EXPECT_EQ(mac["best"], best);
  EXPECT_EQ(cost_json({"e2m1"})["mac"]["multipliers"].size(), 4U);
  EXPECT_EQ(cost_json({"int4"})["mac"]["multipliers"].size(), 3U);
  EXPECT_THAT(run_heddle({"cost", "int8"}).out, HasSubstr("booth (best)"));
}

TEST(Cost_Format, FamiliesLackWhatTheyHaveNoFigureFor) {
  for (const char* family : {"xc7", "xcup", "ecp5", "ice40"}) {
    const Json json = cost_json({"int8", "--family", family});
    EXPECT_EQ(json["family"], family);
    const Json& estimate = json["mac"]["multipliers"][0]["estimate"];
    EXPECT_EQ(estimate["logic_cells"].is_null(), std::string(family) == "ecp5" || std::string(family) == "ice40");
    EXPECT_EQ(estimate["delay_ps"].is_null(), std::string(family) == "ecp5");
  }
  EXPECT_THAT(run_heddle({"cost", "int8", "--device", "xc7z020"}).out, HasSubstr("for one unit"));
  EXPECT_EQ(cost_json({"int8", "--device", "xc7z020"})["device"]["resources"][0]["available"], 53200);
}

/// Estimate, synthesis and error belong together; the smallest pair is made here, once, in about 4 CPU seconds.
TEST(Cost_Format, SynthesisStandsBesideTheEstimate) {
  if (run_heddle({"cost", "int8"}).err.find("yosys is not installed") != std::string::npos)
    FAIL() << "yosys is not installed: scripts/setup";
  const Json mac = cost_json({"uint2xint2", "--synthesize"})["mac"];
  ASSERT_EQ(mac["multipliers"].size(), 4U);
  for (const Json& entry : mac["multipliers"]) {
    ASSERT_TRUE(entry.contains("synthesis")) << entry;
    for (const char* figure : {"lut", "ff", "logic_cells", "delay_ps"}) {
      const double estimate = entry["estimate"][figure].get<double>(), found = entry["synthesis"][figure].get<double>();
      EXPECT_GT(found, 0);
      EXPECT_NEAR(entry["error"][figure].get<double>(), (estimate - found) / found, 1e-9);
    }
    EXPECT_LT(std::abs(entry["error"]["lut"].get<double>()), 0.25);
  }
  const Ran text = run_heddle({"cost", "uint2xint2", "--synthesize"});
  EXPECT_EQ(text.status, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("synthesis"));
}

/// A PATH without tools.
class WithoutYosys : public testing::Test {
 protected:
  void SetUp() override {
    path_ = std::getenv("PATH");
    ::setenv("PATH", "/nonexistent", 1);
  }
  void TearDown() override { ::setenv("PATH", path_.c_str(), 1); }
  std::string path_;
};

TEST_F(WithoutYosys, EstimatesComeWithAWarningAndSynthesisNamesThePackage) {
  const Ran estimate = run_heddle({"cost", "mesh_2x2"});
  EXPECT_EQ(estimate.status, 0) << estimate.err;
  EXPECT_THAT(estimate.err, HasSubstr("install the package yosys"));
  const Ran synthesis = run_heddle({"cost", "mesh_2x2", "--synthesize"});
  EXPECT_EQ(synthesis.status, 2);
  EXPECT_THAT(synthesis.err, HasSubstr("install the package yosys"));
  const Ran format = run_heddle({"cost", "int4"});
  EXPECT_EQ(format.status, 0);
  EXPECT_THAT(format.err, HasSubstr("install the package yosys"));
  const Ran made = run_heddle({"cost", "int4", "--synthesize"});
  EXPECT_EQ(made.status, 2);
  EXPECT_THAT(made.err, HasSubstr("install the package yosys"));
}

/// A PATH on which yosys knows its version and crashes at everything else.
class WithBrokenYosys : public WithoutYosys {
 protected:
  void SetUp() override {
    directory_ = fs::path(testing::TempDir()) / ("heddle_broken_yosys_" + std::to_string(::getpid()));
    fs::create_directories(directory_);
    const fs::path tool = directory_ / "yosys";
    ASSERT_THAT(
        write_file(tool, "#!/bin/sh\n[ \"$1\" = -V ] && echo Yosys 0.0 && exit 0\necho in ABC\nkill -SEGV $$\n"),
        IsOk());
    fs::permissions(tool, fs::perms::owner_all);
    WithoutYosys::SetUp();
    ::setenv("PATH", (directory_.string() + ":/bin:/usr/bin").c_str(), 1);
  }
  void TearDown() override {
    WithoutYosys::TearDown();
    fs::remove_all(directory_);
  }
  fs::path directory_;
};

TEST_F(WithBrokenYosys, TheEstimateStandsAndEachModuleIsARowWithItsLog) {
  const Ran ran = run_heddle({"cost", "single_1x1", "--synthesize"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  for (const char* text : {"synthesis failed", "cgra_spm ", "killed by signal 11", "in ABC", "by estimate"})
    EXPECT_THAT(ran.out, HasSubstr(text));
  const Json json = cost_json({"single_1x1", "--synthesize"});
  EXPECT_TRUE(json["array"]["synthesis"].is_null());
  EXPECT_GT(json["array"]["estimate"]["lut"].get<double>(), 1000);
  EXPECT_GE(json["array"]["failed"].size(), 15U);
  EXPECT_THAT(json["array"]["failed"][0]["log"].get<std::string>(), HasSubstr("in ABC"));
}

TEST(Cost_Devices, OfAFileAreNamedAndItsErrorsHaveAPlace) {
  const fs::path file = fs::path(testing::TempDir()) / ("heddle_devices_" + std::to_string(::getpid()) + ".yaml");
  const auto write = [&](const std::string& bram) {
    ASSERT_THAT(write_file(file,
                           "schema: heddle.devices/1\ndevices:\n"
                           "  - {name: tiny, family: xcup, lut: 1000, ff: 100, dsp: 2, bram: " +
                               bram + "}\n"),
                IsOk());
  };
  write("3");
  const Ran known = run_heddle({"cost", "mesh_2x2", "--devices", file.string(), "--device", "tiny"});
  EXPECT_EQ(known.status, 0) << known.err;
  EXPECT_THAT(known.out, HasSubstr("does not fit"));
  write("none");
  const Ran broken = run_heddle({"cost", "mesh_2x2", "--devices", file.string(), "--device", "tiny"});
  EXPECT_EQ(broken.status, 2);
  EXPECT_THAT(broken.err, HasSubstr(file.string() + ":3:66"));
  fs::remove(file);
}

TEST(Cost_Program, HasTheEnergyOfARun) {
  const fs::path directory = fs::path(testing::TempDir()) / ("heddle_cost_" + std::to_string(::getpid()));
  fs::remove_all(directory);
  ASSERT_EQ(run_heddle({"compile", "gemm", "--arch", "mesh_2x2", "-o", directory.string()}).status, 0);
  const Json json = cost_json({directory.string()});
  EXPECT_EQ(json["kind"], "program");
  EXPECT_GT(json["energy"]["total"]["pj"].get<double>(), 0);
  EXPECT_LT(json["energy"]["total"]["low"].get<double>(), json["energy"]["total"]["high"].get<double>());
  double sum = 0;
  for (const Json& region : json["energy"]["regions"]) sum += region["total"]["pj"].get<double>();
  EXPECT_NEAR(sum, json["energy"]["total"]["pj"].get<double>(), 1e-6 * sum);
  EXPECT_THAT(run_heddle({"cost", directory.string()}).out, HasSubstr("A model: counts"));
  fs::remove_all(directory);
}

/// 12 x 12 x 12 products, each counted once in the simulated run.
TEST(Cost_Program, OfNumberFormatsHasAreaAndEnergy) {
  const fs::path directory = fs::path(testing::TempDir()) / ("heddle_cost_numbers_" + std::to_string(::getpid()));
  for (const auto& [kernel, arch, operation] : {std::tuple{"gemm_e4m3", "minifloat_4x4", "operations: e4m3_mac"},
                                                {"gemm_fp16", "float_4x4", "operations: fp16_mac"}}) {
    fs::remove_all(directory);
    ASSERT_EQ(run_heddle({"compile", kernel, "--arch", arch, "-o", directory.string()}).status, 0);
    const Json json = cost_json({directory.string()});
    const Json& items = json["energy"]["items"];
    const auto item =
        std::find_if(items.begin(), items.end(), [&](const Json& entry) { return entry["name"] == operation; });
    ASSERT_NE(item, items.end()) << items.dump();
    EXPECT_EQ((*item)["count"], 1728);
    EXPECT_GT((*item)["pj"].get<double>(), 1728 * 0.9);  // the accumulation alone
    double lut = 0;
    for (const Json& part : json["array"]["parts"])
      if (part["part"] == "number formats") lut += part["estimate"]["lut"].get<double>();
    EXPECT_GT(lut, 8000) << kernel;  // eight PEs
    ASSERT_EQ(run_heddle({"simulate", directory.string()}).status, 0);
    ASSERT_EQ(run_heddle({"report", directory.string()}).status, 0);
    EXPECT_THAT(*read_file(directory / "report.html"), HasSubstr(operation));
  }
  fs::remove_all(directory);
}

}  // namespace
}  // namespace heddle::cli
