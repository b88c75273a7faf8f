#include "compiler/arch/system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/matchers.h"

namespace heddle::arch {
namespace {

const std::filesystem::path kSystems = std::string(HEDDLE_SOURCE_DIR) + "/workloads/systems";

const std::string kHead =
    "schema: heddle.system/1\nname: s\narray_mhz: 100\n"
    "host: {mhz: 100, cycles_per_mac: 4, cycles_per_element: 6, cycles_per_function: 60}\n";

Result<System> from_yaml(const std::string& text) {
  const auto document = parse_yaml(text, "s.yaml");
  return document ? system_from_document(*document) : Result<System>(fail(document.error()));
}

TEST(System, ShippedOnesLoadAndSurviveTheWayThroughJson) {
  for (const char* name : {"softcore", "zynq"}) {
    const auto system = load_system(kSystems / (std::string(name) + ".yaml"));
    ASSERT_THAT(system, IsOk());
    EXPECT_EQ(system->name, name);
    const auto again = parse_json(to_json(*system).dump(), "again.json");
    ASSERT_THAT(again, IsOk());
    EXPECT_EQ(*system_from_document(*again), *system);
  }
}

TEST(System, MistakesAreTold) {
  const std::string dram = "dram: {bytes_per_second: 1e9, burst_bytes: 16, latency_ns: 10}\n";
  EXPECT_THAT(from_yaml(kHead + dram), IsOk());
  EXPECT_THAT(load_system(kSystems / "softcor.yaml"), HasError(ErrorCode::kNotFound, "softcor.yaml"));
  EXPECT_THAT(from_yaml(kHead), HasError(ErrorCode::kBadInput, "key \"dram\" is missing"));
  EXPECT_THAT(
      from_yaml(kHead + "dram: {bytes_per_second: 1e9, burst_bytes: 24, latency_ns: 10}\n"),
      HasError(ErrorCode::kBadInput, "s.yaml:5:44: error: at /dram/burst_bytes: expected a power of two, found 24"));
  EXPECT_THAT(from_yaml(kHead + dram + "dmaa: {channels: 1}\n"),
              HasError(ErrorCode::kBadInput, "did you mean \"dma\"?"));
  EXPECT_THAT(from_yaml(kHead + dram + "dma: {channels: 3}\n"), HasError(ErrorCode::kBadInput, "/dma/channels"));
}

}  // namespace
}  // namespace heddle::arch
