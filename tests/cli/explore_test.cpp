// A small sweep from its file to the answers about it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "compiler/base/files.h"
#include "tests/cli/harness.h"

namespace heddle::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr const char* kSweep = R"(schema: heddle.sweep/1
name: tiny
array:
  schema: heddle.arch/1
  name: tiny
  grid: {rows: 2, columns: 2}
  pe_classes:
    compute: {operations: [alu, mul], rf_write_ports: 2}
    memory: {operations: [alu, mul, memory], rf_write_ports: 2}
  placement: {default: compute, rules: [{class: memory, columns: 0}]}
kernels: [dot_product, jacobi2d]
axes: {size: [2, 4], memory_pes: [2, 8]}
objectives: [{minimize: cycles}, {minimize: lut}]
)";

class Explore : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(root_);
    write("both.yaml", kSweep);
    std::string text = kSweep;
    text.replace(text.find(", jacobi2d"), 10, "");
    write("one.yaml", text);
  }
  void TearDown() override { fs::remove_all(root_); }
  void write(const std::string& name, const std::string& text) const { ASSERT_TRUE(write_file(root_ / name, text)); }
  [[nodiscard]] Ran explore(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "explore");
    return run_heddle(arguments);
  }

  const fs::path root_ = fs::path(testing::TempDir()) / ("heddle_cli_explore_" + std::to_string(::getpid()));
};

TEST_F(Explore, CountsCyclesAsSimulateDoes) {
  const std::string out = root_ / "out";
  const Ran ran = explore({(root_ / "one.yaml").string(), "-o", out, "--no-cache", "-j", "2"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(explore({"status", out}).out, HasSubstr("ok         3"));
  EXPECT_THAT(explore({"page", out}).out, HasSubstr("4 of 4 points are done: 1 infeasible 3 ok"));
  const std::string page = read_file(root_ / "out" / "report.html").value_or("none");
  for (const std::string& line : {std::string("needs JavaScript"), std::string("8 PEs with memory among 4 PEs")})
    EXPECT_THAT(page, HasSubstr(line));
  fs::remove(root_ / "out" / "report.html");
  EXPECT_EQ(explore({"report", out}).out, out + "/report.html\n");
  EXPECT_EQ(read_file(root_ / "out" / "report.html").value_or("gone"), page);
  EXPECT_THAT(explore({"why", out, "#1"}).out, HasSubstr("infeasible\n  array: 8 PEs with memory among 4 PEs"));
  const Json why = Json::parse(explore({"why", out, "#2", "--format=json"}).out);

  // The same design by hand. Its call has other integers than `simulate` chooses, so they are given.
  std::string arch = kSweep;
  arch = arch.substr(arch.find("  schema: heddle.arch/1"));
  arch = arch.substr(0, arch.find("kernels:"));
  arch.replace(arch.find("rows: 2, columns: 2"), 19, "rows: 4, columns: 4");
  arch.replace(arch.find("columns: 0"), 10, "pes: [[0, 0], [2, 0]]");
  write("arch.yaml", arch);
  const std::string program = root_ / "program";
  ASSERT_EQ(run_heddle({"compile", "dot_product", "--arch", (root_ / "arch.yaml").string(), "-o", program}).status, 0);
  const Ran simulated = run_heddle({"simulate", program, "--backend", "systemc", "--args", "256", "--format=json"});
  ASSERT_EQ(simulated.status, 0) << simulated.err;
  EXPECT_EQ(Json::parse(simulated.out)["cycles"]["total"], why["record"]["kernels"]["dot_product"]["cycles"]);
}

TEST_F(Explore, LoopsOnTheHostAreNoBargain) {
  const std::string out = root_ / "out";
  const Ran ran = explore({(root_ / "both.yaml").string(), "-o", out, "--no-cache", "-j", "2"});
  EXPECT_EQ(ran.status, 1) << ran.err;
  EXPECT_THAT(explore({"why", out, "#0"}).out, HasSubstr("stays on the host: needs 'sdiv'"));
}

TEST_F(Explore, BadRequestsSayWhatIsExpected) {
  EXPECT_THAT(explore({"cgra_sise"}).err, HasSubstr("cgra_size"));
  EXPECT_THAT(explore({"cgra_size"}).err, HasSubstr("-o DIR"));
  EXPECT_THAT(explore({"why", "nowhere"}).err, HasSubstr("expected DIR POINT"));
  EXPECT_EQ(explore({"best", (root_ / "nothing").string()}).status, 2);
  EXPECT_THAT(explore({"best", (root_ / "nothing").string()}).err, HasSubstr("holds no sweep"));
}

}  // namespace
}  // namespace heddle::cli
