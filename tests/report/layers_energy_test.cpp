#include "runtime/report/layers_energy.h"

#include <gmock/gmock.h>

#include "tests/support/matchers.h"

namespace heddle::report {
namespace {

using ::testing::HasSubstr;

arch::Cgra array() { return *arch::find("hycube_4x4", std::string(HEDDLE_SOURCE_DIR) + "/workloads/architectures"); }

Json layer(const char* name, std::int64_t macs, std::int64_t dram_bytes, const Json& activity) {
  Json json{{"name", name}, {"macs", macs}, {"dram_bytes", dram_bytes}};
  if (!activity.is_null()) json["activity"] = activity;
  return json;
}

double pj(const Json& energy) { return energy["pj"].get<double>(); }

/// 100 products of 32 bits at 3.1 pJ, and 4 words from memory; of the second layer whole bursts of 64 bytes.
Json layers() {
  const Json activity{{"operations", {{"mul", 100}}}, {"scratchpad_words_in", 4}};
  Json json{{"layers",
             {layer("exact", 100, 16, activity), layer("bursts", 100, 64, activity), layer("host", 7, 0, nullptr)}}};
  EXPECT_THAT(add_energy(json, array()), IsOk());
  return json;
}

TEST(LayersEnergy, BurstsAreWholeAndTheHostHasNone) {
  const Json json = layers();
  const Json& all = json["layers"];
  EXPECT_GT(pj(all[0]["energy"]), 100 * 3.1 + 16 * 244);
  EXPECT_NEAR(pj(all[1]["energy"]) - pj(all[0]["energy"]), 48 * 244, 1e-6);  // the price of docs/energy.md
  EXPECT_FALSE(all[2].contains("energy"));
  EXPECT_LT(all[0]["energy"]["low"], all[0]["energy"]["pj"]);
  EXPECT_GT(all[0]["energy"]["high"], all[0]["energy"]["pj"]);
}

TEST(LayersEnergy, TheTotalIsTheirSum) {
  const Json json = layers();
  const double sum = pj(json["layers"][0]["energy"]) + pj(json["layers"][1]["energy"]);
  EXPECT_NEAR(pj(json["energy"]["total"]), sum, 1e-6 * sum);
  EXPECT_EQ(json["energy"]["macs"], 200);  // not the host's
  EXPECT_NEAR(json["energy"]["tops_per_watt"].get<double>(), 2 * 200 / sum, 1e-12);
  EXPECT_EQ(json["energy"]["model"], true);
}

TEST(LayersEnergy, TheTableSaysWhatIsNotInIt) {
  const std::string text = layers_energy_text(layers());
  EXPECT_THAT(text, HasSubstr("not counted: host\n"));
  EXPECT_THAT(text, HasSubstr("model"));
  EXPECT_EQ(layers_energy_text(Json{{"layers", Json::array()}}), "");
}

TEST(LayersEnergy, WhatWasNotCountedHasNone) {
  Json json{{"layers", {layer("host", 7, 0, nullptr)}}};
  EXPECT_THAT(add_energy(json, array()), IsOk());
  EXPECT_FALSE(json.contains("energy"));
}

}  // namespace
}  // namespace heddle::report
