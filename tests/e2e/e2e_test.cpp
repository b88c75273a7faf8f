// Every shipped kernel on the 4x4 arrays: compiled, written, loaded, and run on the native machine, the DFG
// interpreter, the SystemC model and the verilated RTL, which must agree in every byte; the three engines also in every
// clock cycle.
#include <gtest/gtest.h>

#include "compiler/codegen/rtl.h"
#include "tests/e2e/verified.h"
#include "tests/support/matchers.h"
#include "tests/support/random_kernel.h"

namespace heddle {
namespace {

using e2e::Directory;
using e2e::kSource;
using e2e::verified;
namespace fs = std::filesystem;

const std::vector<std::string> kArrays = {"hycube_4x4", "mesh_4x4", "diagonal_4x4", "heterogeneous_4x4"};

/// Verilates each array once; the tests of its kernels wait for it (see CMakeLists.txt).
class Model : public ::testing::TestWithParam<std::string> {};

TEST_P(Model, Rtl_IsBuiltAndCached) {
  const Directory directory("model_" + GetParam());
  const auto cgra = e2e::shipped(GetParam());
  ASSERT_THAT(cgra, IsOk());
  ASSERT_THAT(codegen::write_rtl(*cgra, kSource / "rtl", directory.path), IsOk());
  EXPECT_THAT(session::make_rtl_device(*cgra, e2e::rtl_options(directory.path), Context{}), IsOk());
}

INSTANTIATE_TEST_SUITE_P(Array, Model, ::testing::ValuesIn(kArrays), [](const auto& test) { return test.param; });

/// Kernel and architecture.
class Kernel : public ::testing::TestWithParam<std::tuple<std::string, std::string>> {};

TEST_P(Kernel, Compiled_AllEnginesAgree) {
  const auto& [kernel, architecture] = GetParam();
  const auto result = verified(kSource / "workloads" / "kernels" / (kernel + ".c"), architecture);
  ASSERT_THAT(result, IsOk());
  EXPECT_TRUE(result->report.equal()) << result->text();
  for (const verify::KernelReport& checked : result->report.kernels) EXPECT_GT(checked.launches, 0U) << result->text();
}

/// Whole programs with main that know nothing of Heddle.
class Foreign : public ::testing::TestWithParam<std::string> {};

TEST_P(Foreign, Compiled_AllEnginesAgree) {
  const auto result = verified(kSource / "tests" / "e2e" / "foreign" / (GetParam() + ".c"), "hycube_4x4");
  ASSERT_THAT(result, IsOk());
  EXPECT_TRUE(result->report.equal()) << result->text();
}

/// Seeds of random kernels (tests/support/random_kernel.h).
class Random : public ::testing::TestWithParam<int> {};

TEST_P(Random, Compiled_AllEnginesAgree) {
  const auto seed = static_cast<std::uint64_t>(GetParam());
  const Directory sources("random_source_" + std::to_string(seed));
  fs::create_directories(sources.path);
  const fs::path source = sources.path / ("random_" + std::to_string(seed) + ".c");
  ASSERT_THAT(write_file(source, random_kernel(seed, random_kernel_options(seed))), IsOk());
  const auto result = verified(source, "hycube_4x4", {"-fwrapv"});  // signed sums of random operands overflow
  ASSERT_THAT(result, IsOk());
  EXPECT_TRUE(result->report.equal()) << result->text();
}

/// A list of names that CMake gives.
std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> names;
  std::string name;
  for (const char letter : list + ",") {
    if (letter != ',') {
      name += letter;
      continue;
    }
    names.push_back(name);
    name.clear();
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(Shipped, Kernel,
                         ::testing::Combine(::testing::ValuesIn(split(HEDDLE_KERNELS)), ::testing::ValuesIn(kArrays)),
                         [](const auto& test) { return std::get<0>(test.param) + "_on_" + std::get<1>(test.param); });

INSTANTIATE_TEST_SUITE_P(Seeds, Random, ::testing::Range(1, 25));
INSTANTIATE_TEST_SUITE_P(Programs, Foreign, ::testing::ValuesIn(split(HEDDLE_FOREIGN)),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace heddle
