// The table of devices, files of devices, and what is used of one.
#include "cost_models/fpga/devices.h"

#include "compiler/base/files.h"
#include "tests/support/matchers.h"

namespace heddle::fpga {
namespace {

namespace fs = std::filesystem;
const fs::path kSource = HEDDLE_SOURCE_DIR;

TEST(Devices_Table, KnowsPartsAndBoardsInAnyCase) {
  EXPECT_EQ(find_device("XCZU7EV")->name, "xczu7ev");
  EXPECT_EQ(find_device("zcu104")->available.dsp, 1728);
  EXPECT_EQ(find_device("lfe5u-85f")->family, Family::kEcp5);
  const auto unknown = find_device("zcu105");
  EXPECT_THAT(unknown, HasError(ErrorCode::kNotFound, "xczu7ev"));
  EXPECT_NE(unknown.error().hint.find("zcu10"), std::string::npos);
}

TEST(Devices_Shares, CountMemoryLutsAsLutsAndSayWhatDoesNotFit) {
  Usage used;
  used.lut = 100;
  used.lutram = 20;
  used.dsp = 9;
  const auto shares = device_shares(*find_device("iCE40UP5K"), used);
  EXPECT_EQ(shares[0].used, 120);
  EXPECT_TRUE(shares[0].fits());
  EXPECT_FALSE(shares[1].fits());  // no LUT of it can be memory
  EXPECT_FALSE(shares[1].share());
  EXPECT_FALSE(shares[3].fits());
}

TEST(Devices_Table, SaysWhereEveryFigureIsFrom) {
  const auto table = parse_yaml(*read_file(kSource / "cost_models/fpga/devices.yaml"), "devices.yaml");
  ASSERT_THAT(table, IsOk());
  for (const Json& device : table->root["devices"]) {
    const std::string source = device.value("source", "");
    bool known = source.find("unconfirmed") != std::string::npos;
    for (const auto& [name, document] : table->root["sources"].items())
      known = known || source.find(name) != std::string::npos;
    EXPECT_TRUE(known) << device["name"] << ": " << source;
  }
}

TEST(Devices_File, ThatIsWrongIsRefusedWithItsPlace) {
  const auto read = [](const std::string& device) {
    const auto document = parse_yaml("schema: heddle.devices/1\ndevices:\n  - " + device + "\n", "mine.yaml");
    EXPECT_THAT(document, IsOk());
    return read_devices(*document);
  };
  const auto refused = [&](const std::string& device, const std::string& text, int column) {
    const auto result = read(device);
    EXPECT_THAT(result, HasError(ErrorCode::kBadInput, text));
    EXPECT_EQ(result.error().where.file, "mine.yaml");
    EXPECT_EQ(result.error().where.line, 3) << device;
    EXPECT_EQ(result.error().where.column, column) << device;
  };
  EXPECT_THAT(read("{name: mine, family: ecp5, lut: 100, ff: 100, dsp: 0, bram: 2}"), IsOk());
  refused("{name: mine, family: ecp5, lut: -1, ff: 100, dsp: 0, bram: 2}", "lut", 37);
  refused("{name: mine, family: spartan, lut: 1, ff: 100, dsp: 0, bram: 2}", "spartan", 26);
  refused("{name: mine, family: ecp5, lut: 1, ff: 100, dsp: 0, brams: 2}", "bram", 57);
  refused("{name: mine, board: MINE, family: ecp5, lut: 1, ff: 100, dsp: 0, bram: 2}", "MINE", 25);
}

TEST(Devices_EveryFamily, HasADefault) {
  for (const Family family : kFamilies) EXPECT_EQ(default_device(family).family, family);
}

}  // namespace
}  // namespace heddle::fpga
