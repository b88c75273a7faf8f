// `heddle map` as a search: interrupted by a signal, alike with any number of threads, in space.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "compiler/base/files.h"
#include "compiler/dfg/text.h"
#include "tests/cli/harness.h"
#include "tests/mapper/hard_graphs.h"
#include "tests/support/matchers.h"

namespace heddle::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr const char* kTwoByTwo = R"(schema: heddle.arch/1
name: tight
word_bits: 32
grid: {rows: 2, columns: 2}
config_depth: 4
max_stages: 8
pe_classes:
  pe: {operations: {alu: }, registers: REGISTERS, rf_read_ports: 1, rf_write_ports: 1, constants: 4, live_outs: 1}
placement: {legend: {c: pe}, picture: "cc/cc"}
links: [mesh]
scratchpad: {banks: 1, bank_bytes: 1024, ports: 1, layout: blocked}
)";

/// A folder of its own with a graph and an array, removed afterwards.
class MapSearch : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  [[nodiscard]] std::string write(const std::string& name, const std::string& text) const {
    const std::string path = folder_ / name;
    EXPECT_THAT(write_file(path, text), IsOk());
    return path;
  }
  [[nodiscard]] std::string array(int registers) const {
    std::string text = kTwoByTwo;
    text.replace(text.find("REGISTERS"), 9, std::to_string(registers));
    text.replace(text.find("cc/cc"), 5, "cc\\ncc");
    return write("array" + std::to_string(registers) + ".yaml", text);
  }

  const fs::path folder_ =
      fs::path(testing::TempDir()) / ("heddle_map_search_" + std::to_string(::getpid()) + "_" +
                                      testing::UnitTest::GetInstance()->current_test_info()->name());
};

/// A process of the command line, whose standard error is read line by line.
class Child {
 public:
  explicit Child(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), std::string(HEDDLE_BINARY_DIR) + "/bin/heddle");
    std::vector<char*> argv;
    for (auto& each : arguments) argv.push_back(each.data());
    argv.push_back(nullptr);
    int ends[2];
    if (::pipe(ends) != 0) return;
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(ends[1], STDERR_FILENO);
      ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
      ::close(ends[0]);
      ::close(ends[1]);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    ::close(ends[1]);
    error_ = ::fdopen(ends[0], "r");
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { std::fclose(error_); }

  /// False at the end of the stream.
  bool next_line(std::string& line) {
    char buffer[4096];
    if (std::fgets(buffer, sizeof buffer, error_) == nullptr) return false;
    line = buffer;
    return true;
  }
  void interrupt() const { ::kill(pid_, SIGINT); }
  /// Reads the rest, and returns the exit status.
  int wait(std::string& rest) {
    for (std::string line; next_line(line);) rest += line;
    int status = 0;
    ::waitpid(pid_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = -1;
  std::FILE* error_ = nullptr;
};

TEST_F(MapSearch, CtrlC_WritesTheBestMappingSoFarAndSaysSo) {
  // The heuristic ends above the bound after some seconds; the exact solver would then search for hours. Its first line
  // of progress is the sign that a mapping is there.
  const auto hard = mapper::hard_case(mapper::kEndlessCase);
  const std::string output = folder_ / "mapping.json";
  Child child({"map", write("hard.dfg", dfg::print_text(hard.graph)), "--arch",
               write("hard.json", dump_json(arch::to_json(hard.cgra))), "--solver", "portfolio", "-j", "1", "--time",
               "1000000", "--progress", "plain", "-o", output});
  std::string line, seen;
  while (child.next_line(line) && line.find("schedules of at most") == std::string::npos) seen += line;
  ASSERT_THAT(line, HasSubstr("schedules of at most")) << seen;
  ASSERT_FALSE(fs::exists(output)) << "nothing is written before the end";
  child.interrupt();
  std::string rest;
  EXPECT_EQ(child.wait(rest), 130) << rest;
  EXPECT_THAT(rest, HasSubstr("holds the best mapping so far"));
  ASSERT_TRUE(fs::exists(output));
  const Json mapping = Json::parse(*read_file(output));
  EXPECT_EQ(mapping["interrupted"], true);
  EXPECT_EQ(mapping["schema"], "heddle.mapping/1");
}

TEST_F(MapSearch, ThreadsDoNotChangeTheAnswer) {
  // No budget is hit, so the clock decides nothing. A graph that the heuristic maps at the bound, and one of which
  // the exact solver must refute an II first.
  const auto hard = mapper::hard_case(2);
  const std::string crossed = write(
      "t.dfg",
      "graph t word 32\nlive_out r\n%c = add 1, 2\n%a = add %c, 1\n%b = add %c, %a@1 init 0\n%d = add %b, %c live_out "
      "r\n");
  const std::vector<std::pair<std::string, std::string>> problems = {
      {write("g.dfg", dfg::print_text(hard.graph)), write("a.json", dump_json(arch::to_json(hard.cgra)))},
      {crossed, array(0)}};
  for (const auto& [graph, cgra] : problems) {
    std::string first;
    for (const char* jobs : {"1", "2", "2"}) {
      const std::string output = folder_ / "m.json";
      const Ran ran = run_heddle(
          {"map", graph, "--arch", cgra, "--solver", "portfolio", "-j", jobs, "--time", "1000000", "-o", output});
      ASSERT_EQ(ran.status, 0) << ran.err;
      const std::string text = *read_file(output);
      if (first.empty()) first = text;
      EXPECT_EQ(text, first) << graph << " with -j " << jobs;
    }
  }
}

TEST_F(MapSearch, Spatial_MapsAPipelineAndRefutesWhatCannotBeOne) {
  // %c reads %a one cycle after %b does: without registers RES holds the next iteration's value by then.
  const std::string graph =
      write("t.dfg", "graph t word 32\nlive_out r\n%a = add 1, 2\n%b = add %a, 1\n%c = add %a, %b live_out r\n");
  const std::string output = folder_ / "m.json";
  const Ran mapped = run_heddle({"map", graph, "--arch", array(1), "--solver", "exact", "--spatial", "-o", output});
  ASSERT_EQ(mapped.status, 0) << mapped.err;
  EXPECT_EQ(Json::parse(*read_file(output))["ii"], 1);
  const Ran refuted = run_heddle({"map", graph, "--arch", array(0), "--solver", "exact", "--spatial"});
  EXPECT_EQ(refuted.status, 1);
  EXPECT_THAT(refuted.out, HasSubstr("infeasible"));
  EXPECT_THAT(refuted.out, HasSubstr("a result register keeps a value for 1 cycle"));
}

}  // namespace
}  // namespace heddle::cli
