// heddle verify --rtl: the page docs/user_rtl.md as it is written, the report's schema, and every refusal.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "compiler/base/files.h"
#include "tests/cli/harness.h"
#include "tests/support/matchers.h"

namespace heddle::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path kSource = HEDDLE_SOURCE_DIR;
const std::string kMac = (kSource / "tests/verify/user_rtl/int8_mac.sv").string();

Ran verify(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "verify");
  return run_heddle(arguments);
}

Ran verify_mac(std::vector<std::string> arguments) {
  for (const char* each : {kMac.c_str(), "--rtl"}) arguments.insert(arguments.begin(), each);
  return verify(arguments);
}

std::vector<std::string> words(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> list;
  for (std::string word; stream >> word;) list.push_back(word);
  return list;
}

/// The text of the fenced blocks of a kind.
std::vector<std::string> blocks(const std::string& page, const std::string& kind) {
  std::vector<std::string> found;
  const std::string fence = "```" + kind + "\n";
  for (std::size_t at = page.find(fence); at != std::string::npos; at = page.find(fence, at)) {
    at += fence.size();
    found.push_back(page.substr(at, page.find("```", at) - at));
  }
  return found;
}

TEST(VerifyRtl_Page, SaysWhatHappens) {
  const std::string page = read_file(kSource / "docs/user_rtl.md").value();
  const std::string module = blocks(page, "systemverilog").at(0);
  std::string wrong = module;
  const std::string right_sign = "(x[3] ^ w[3])";
  ASSERT_NE(wrong.find(right_sign), std::string::npos);
  wrong.replace(wrong.find(right_sign), right_sign.size(), "x[3]");
  fs::current_path(testing::TempDir());
  std::ofstream("mac.sv") << module;
  std::ofstream("wrong.sv") << wrong;
  const std::vector<std::string> runs = blocks(page, "console");
  ASSERT_EQ(runs.size(), 2U);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::size_t end = runs[i].find('\n');
    std::vector<std::string> command = words(runs[i].substr(0, end));
    command.erase(command.begin(), command.begin() + 2);  // $ heddle
    const Ran ran = run_heddle(command);
    EXPECT_EQ(ran.status, static_cast<int>(i)) << ran.err;
    EXPECT_EQ(ran.out, runs[i].substr(end + 1)) << ran.err;
  }
}

TEST(VerifyRtl_Json, FollowsItsSchema) {
  for (const char* fault : {"fault_i=0", "fault_i=2"}) {
    const Ran ran = verify_mac({"--golden", "int.mac:int8", "--map", fault, "--format=json"});
    const auto schema = parse_json(run_heddle({"schema", "verify_rtl"}).out, "schema");
    const auto report = parse_json(ran.out, "report");
    ASSERT_THAT(schema, IsOk());
    ASSERT_THAT(report, IsOk());
    EXPECT_THAT(validate_schema(*report, schema->root), IsOk());
    EXPECT_EQ(report->root["equal"].get<bool>(), ran.status == 0);
  }
}

TEST(VerifyRtl_Options, AreChecked) {
  EXPECT_THAT(verify({}).err, HasSubstr("DIR is required"));
  EXPECT_THAT(verify_mac({}).err, HasSubstr("--golden is required"));
  EXPECT_THAT(verify({"--golden", "int.mac:int8"}).err, HasSubstr("--golden goes with --rtl"));
  EXPECT_THAT(verify({"--param", "A=1"}).err, HasSubstr("--param goes with --rtl"));
  EXPECT_THAT(verify({"DIR", "--rtl", kMac, "--golden", "int.mac:int8"}).err, HasSubstr("do not go with it"));
  EXPECT_THAT(verify_mac({"--golden", "int.mac:int8", "--latency", "-2"}).err, HasSubstr("--latency"));
  EXPECT_THAT(verify_mac({"--golden", "int.mac:int8", "--latency", "5000"}).err, HasSubstr("--latency"));
  EXPECT_THAT(verify_mac({"--golden", "int.mac:int8", "--vectors", "-3"}).err, HasSubstr("--vectors"));
  EXPECT_THAT(verify_mac({"--golden", "int.mac:int8", "--timeout", "0"}).err, HasSubstr("--timeout"));
  EXPECT_THAT(verify_mac({"--golden", "int.mac:int8", "--reset-active", "up"}).err, HasSubstr("not one of low, high"));
}

TEST(VerifyRtl_BadInput, ExitsWithTwoAndNamesTheNearest) {
  const auto refused = [](std::vector<std::string> arguments, const std::string& message) {
    const Ran ran = verify(std::move(arguments));
    EXPECT_EQ(ran.status, 2) << ran.out << ran.err;
    EXPECT_TRUE(ran.out.empty());
    EXPECT_THAT(ran.err, HasSubstr(message));
  };
  refused({"--rtl", "nowhere.sv", "--golden", "int.mac:int8"}, "nowhere.sv: error: no such RTL file");
  refused({"--rtl", kMac, "--golden", "int.macc:int8"}, "did you mean 'int.mac'?");
  refused({"--rtl", kMac, "--golden", "int.mac:imt8"}, "int8");
  refused({"--rtl", kMac, "--top", "int8_mc", "--golden", "int.mac:int8"}, "did you mean 'int8_mac'?");
  refused({"--rtl", kMac, "--golden", "int.mac:int8"}, "input 'fault_i' of int8_mac is not connected");
  refused({"--rtl", kMac, "--golden", "int.mac:int8", "--map", "fault_i=9"}, "9 does not fit port 'fault_i' of 3 bits");
  refused({"--rtl", kMac, "--golden", "int.mac:int8", "--map", "fault_i=0,a=a_j"}, "did you mean 'a_i'?");
  refused({"--rtl", kMac, "--golden", "int.mac:int8", "--map", "fault_i=0", "--clock", "ck"}, "has no port 'ck'");
  refused({"--rtl", kMac, "--golden", "int.mac:int8", "--map", "fault_i=0", "--include", "nowhere"},
          "no such directory");
  refused({"--rtl", kMac, "--golden", "int.mac:int8", "--map", "fault_i=0", "--param", "Bits=4"}, "AccBits");
  refused({"--rtl", kMac, "--golden", "int.mul:int8", "--map", "fault_i=0,y=acc_o"},
          "port 'acc_o' has 24 bits, 'y' of int.mul:int8 has 16 (int16)");
}

TEST(VerifyRtl_Exhaustive, IsRefusedWithTheCount) {
  const std::string product = (kSource / "tests/verify/user_rtl/fp_mul.sv").string();
  const Ran ran = verify({"--rtl", product, "--param", "ExpBits=5", "--param", "ManBits=10", "--golden", "fp.mul:fp16",
                          "--map", "fault_i=0", "--exhaustive"});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("4.29497e+09 combinations of operands"));
}

TEST(List_Golden, PrintsPortsWithWidths) {
  const Ran table = run_heddle({"list", "golden"});
  EXPECT_EQ(table.status, 0);
  EXPECT_EQ(table.out, run_heddle({"list", "--golden"}).out);
  EXPECT_THAT(table.out, HasSubstr("a 8, b 4, [valid 1] -> y 12, [out_valid 1]"));
  const Json list = Json::parse(run_heddle({"list", "golden", "--format=json"}).out);
  EXPECT_GE(list["golden"].size(), 20U);
  EXPECT_FALSE(list.contains("kernels"));
  // Every family is on the page.
  const std::string page = read_file(kSource / "docs/user_rtl.md").value();
  for (const Json& row : list["golden"]) {
    const auto name = row["name"].get<std::string>();
    EXPECT_TRUE(page.find(name) != std::string::npos ||
                page.find("`" + name.substr(name.find('.')) + "`") != std::string::npos)
        << name;
  }
  EXPECT_EQ(run_heddle({"list", "kernels", "--golden"}).status, 2);
}

}  // namespace
}  // namespace heddle::cli
