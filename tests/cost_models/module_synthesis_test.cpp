// Synthesis of modules of the array: sums against one run, and tools that fail, crash, hang, are missing or
// interrupted.
#include "cost_models/fpga/module_synthesis.h"

#include <fmt/format.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "compiler/base/files.h"
#include "compiler/base/tool_process.h"
#include "cost_models/fpga/yosys_output.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary.h"

namespace heddle::fpga {
namespace {

namespace fs = std::filesystem;
const fs::path kSource = HEDDLE_SOURCE_DIR;

/// The divider and its stage, each alone, must be what Yosys says of both in one run, hierarchy kept. LUT mapping is a
/// heuristic that depends on names and order: it may differ by a few percent.
TEST(SynthesizeModules_SumOfTwo, IsOneHierarchicalRun) {
  const ModuleSpec outer{"cgra_divider", {{"Width", "16"}, {"Latency", "5"}, {"Interval", "5"}}};
  const ModuleSpec inner{"cgra_div_stage", {{"Width", "16"}, {"Shift", "16"}, {"Bits", "4"}}};
  const auto rows = synthesize_modules({outer, inner}, Family::kXcup, kSource / "rtl", {}, Context{});
  ASSERT_THAT(rows, IsOk());
  Usage sum = rows->at(outer).usage;
  sum += rows->at(inner).usage;
  const fs::path directory = test::temporary("whole");
  fs::remove_all(directory);
  fs::create_directories(directory);
  const std::string rtl = (kSource / "rtl/cgra").string();
  ASSERT_THAT(
      write_file(directory / "w.ys",
                 "read_verilog -sv -defer -I" + rtl + " " + rtl + "/cgra_divider.sv " + rtl +
                     "/cgra_div_stage.sv\nhierarchy -check -top cgra_divider -chparam Width 16 -chparam Latency 5 "
                     "-chparam Interval 5\n" +
                     array_synthesis_command(Family::kXcup) + " -top cgra_divider\ntee -q -o stat.json stat -json\n"),
      IsOk());
  ASSERT_THAT(tool_output({"yosys", "-q", "-s", "w.ys"}, directory, Context{}), IsOk());
  const auto modules = parse_statistics(*read_file(directory / "stat.json"));
  ASSERT_THAT(modules, IsOk());
  Usage whole;
  for (const auto& [name, module] : *modules) {
    std::map<std::string, std::int64_t> cells = module.cells;
    std::erase_if(cells, [&](const auto& cell) { return modules->contains(cell.first); });
    whole += usage_of_cells(Family::kXcup, cells);
  }
  EXPECT_EQ(sum.ff, whole.ff);
  EXPECT_EQ(sum.carry, whole.carry);
  EXPECT_NEAR(sum.lut, whole.lut, 0.05 * whole.lut);
  EXPECT_GT(sum.lut, 100);
  fs::remove_all(directory);
}

TEST(SynthesizeModules_OneBadModule, IsARowWithItsLogAndTheOthersStand) {
  // A configuration word of another width than the parameters give is an error of elaboration.
  const ModuleSpec bad{"cgra_pe", {{"Width", "16"}, {"Inputs", "1"}, {"ConfigBits", "7"}}};
  const ModuleSpec good{"cgra_delay", {{"Width", "16"}, {"Cycles", "1"}}};
  const auto rows = synthesize_modules({bad, good}, Family::kXcup, kSource / "rtl", {}, Context{});
  ASSERT_THAT(rows, IsOk());
  EXPECT_EQ(rows->at(bad).outcome, SynthesisRow::Outcome::kFailed);
  EXPECT_NE(rows->at(bad).log.find("layout"), std::string::npos) << rows->at(bad).log;
  EXPECT_EQ(rows->at(good).usage.ff, 16);
}

/// A program in place of Yosys that knows its version and else does what `body` says.
fs::path fake_yosys(const std::string& name, const std::string& body) {
  const fs::path file = fs::path(testing::TempDir()) / ("heddle_fake_yosys_" + name);
  EXPECT_THAT(write_file(file, "#!/bin/sh\nif [ \"$1\" = -V ]; then echo 'Yosys 0.0'; exit 0; fi\n" + body + "\n"),
              IsOk());
  fs::permissions(file, fs::perms::owner_all);
  return file;
}

TEST(SynthesizeModules_ThatCrashOrTakeTooLong, AreRowsWithTheirLogs) {
  const ModuleSpec spec{"cgra_delay", {{"Width", "16"}, {"Cycles", "1"}}};
  const auto row_of = [&](const std::string& name, const std::string& body, double seconds = 600) {
    SynthesisOptions options;
    options.yosys = fake_yosys(name, body).string();
    options.seconds = seconds;
    const auto rows = synthesize_modules({spec}, Family::kXcup, kSource / "rtl", options, Context{});
    EXPECT_THAT(rows, IsOk());
    return rows->at(spec);
  };
  const ModuleRow crashed = row_of("crash", "echo mapping; kill -SEGV $$");
  EXPECT_EQ(crashed.outcome, SynthesisRow::Outcome::kCrashed);
  EXPECT_NE(crashed.message.find("signal 11"), std::string::npos) << crashed.message;
  EXPECT_EQ(crashed.log, "mapping\n");
  const ModuleRow slow = row_of("slow", "echo still mapping; sleep 600", 5);
  EXPECT_EQ(slow.outcome, SynthesisRow::Outcome::kTimedOut);
  EXPECT_NE(slow.message.find("time limit"), std::string::npos) << slow.message;
  EXPECT_EQ(slow.log, "still mapping\n");
  const ModuleRow failed = row_of("fail", "echo 'ERROR: no'; exit 1");
  EXPECT_EQ(failed.outcome, SynthesisRow::Outcome::kFailed);
  EXPECT_EQ(failed.log, "ERROR: no\n");
}

TEST(SynthesizeModules_Cancelled, LeavesNoProcessBehind) {
  const fs::path started = test::temporary("fake_yosys_pid");
  fs::remove(started);
  SynthesisOptions options;
  options.yosys = fake_yosys("forever", "echo $$ > " + started.string() + "; exec sleep 60").string();
  std::atomic<bool> cancel = false;
  Context context;
  context.cancel = &cancel;
  std::thread interrupter([&] {
    for (int tries = 0; tries < 3000 && (!fs::exists(started) || fs::file_size(started) == 0); ++tries)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    cancel = true;
  });
  const auto rows = synthesize_modules({{"cgra_delay", {}}}, Family::kXcup, kSource / "rtl", options, context);
  interrupter.join();
  EXPECT_THAT(rows, HasError(ErrorCode::kInterrupted, "interrupted"));
  const std::string pid = *read_file(started);
  EXPECT_NE(::kill(std::stoi(pid), 0), 0) << pid;
}

TEST(SynthesizeModules_WithoutYosys, NamesThePackage) {
  SynthesisOptions options;
  options.yosys = "no-such-yosys";
  const auto rows = synthesize_modules({{"cgra_delay", {}}}, Family::kXcup, kSource / "rtl", options, Context{});
  EXPECT_THAT(rows, HasError(ErrorCode::kNotFound, "not installed"));
  EXPECT_NE(rows.error().hint.find("yosys"), std::string::npos);
}

}  // namespace
}  // namespace heddle::fpga
