// Every shipped kernel, and code that was not written for Heddle: native and interpreted runs agree in all forms of
// nests.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "compiler/dfg/text.h"
#include "tests/frontend/oracle.h"
#include "tests/support/matchers.h"

namespace heddle::frontend {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> files_in(const char* folder) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(fs::path(HEDDLE_SOURCE_DIR) / folder))
    if (entry.path().extension() == ".c") files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

std::string stem_of(const testing::TestParamInfo<std::string>& info) {
  std::string name = fs::path(info.param).stem().string();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
}

std::string host_loops(const Program& program) {
  std::ostringstream text;
  for (const HostLoop& loop : program.host_loops)
    text << "  host line " << loop.where.line << ": " << loop.reason << "\n";
  return text.str();
}

/// A few runs of each kernel of the file with random inputs.
void expect_agreement(const std::string& file, Nest nest, int unroll = 1, int unroll_jam = 1, int generators = 0,
                      int loop_levels = 0) {
  CompileOptions options;
  options.target.address_generators = generators;
  options.target.loop_levels = loop_levels;
  options.nest = nest;
  options.unroll = unroll;
  options.unroll_jam = unroll_jam;
  const auto program = compile_file(file, options);
  ASSERT_THAT(program, IsOk());
  EXPECT_FALSE(program->regions.empty()) << host_loops(*program);
  for (const Region& region : program->regions)
    std::cout << region.name << ": depth " << region.nest_depth << ", " << region.graph.nodes.size() << " nodes\n";
  std::cout << host_loops(*program);
  for (const Kernel& kernel : program->kernels) {
    int launches = 0;
    for (const std::int64_t size : {1, 2, 5, 16, -1, -2}) {
      int launched = 0;
      EXPECT_EQ(difference(*program, kernel.name, random_inputs(kernel, static_cast<std::uint64_t>(size), size, 16384),
                           &launched),
                "")
          << kernel.name << " size " << size;
      launches += launched;
    }
    EXPECT_GT(launches, 0) << kernel.name;
  }
}

class ShippedKernel : public testing::TestWithParam<std::string> {};

TEST_P(ShippedKernel, InnermostLoopsAgree) { expect_agreement(GetParam(), Nest::kInnermost); }
TEST_P(ShippedKernel, ChosenNestsAgree) { expect_agreement(GetParam(), Nest::kAuto); }
TEST_P(ShippedKernel, ChosenUnrollingAgrees) { expect_agreement(GetParam(), Nest::kAuto, 0); }
TEST_P(ShippedKernel, AddressGeneratorsAgree) { expect_agreement(GetParam(), Nest::kAuto, 1, 1, 16); }
TEST_P(ShippedKernel, LoopUnitAgrees) { expect_agreement(GetParam(), Nest::kAuto, 1, 1, 16, 3); }
TEST_P(ShippedKernel, UnrolledAndJammedAgree) { expect_agreement(GetParam(), Nest::kAuto, 3, 2); }

INSTANTIATE_TEST_SUITE_P(Kernels, ShippedKernel, testing::ValuesIn(files_in("workloads/kernels")), stem_of);
INSTANTIATE_TEST_SUITE_P(Peers, ShippedKernel, testing::ValuesIn(files_in("workloads/peers")), stem_of);

/// A program with `main`: its output and exit status are the judge, so a small driver runs it in a child process.
class ForeignProgram : public testing::TestWithParam<std::string> {};

TEST_P(ForeignProgram, AgreesOnEveryGlobal) {
  const auto program = compile_file(GetParam());
  ASSERT_THAT(program, IsOk());
  std::cout << host_loops(*program);
  for (const Region& region : program->regions)
    std::cout << region.name << ": depth " << region.nest_depth << ", " << region.graph.nodes.size() << " nodes\n";
  ASSERT_TRUE(program->has_main);
  int launches = 0;
  EXPECT_EQ(difference(*program, "main", {}, &launches), "");
}

INSTANTIATE_TEST_SUITE_P(Foreign, ForeignProgram, testing::ValuesIn(files_in("tests/e2e/foreign")), stem_of);

}  // namespace
}  // namespace heddle::frontend
