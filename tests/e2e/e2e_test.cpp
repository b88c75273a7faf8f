// Every shipped kernel on the 4x4 arrays: compiled, written, loaded, and run on the native machine, the DFG
// interpreter, the SystemC model and the verilated RTL, which must agree in every byte; the three engines also in every
// clock cycle.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "compiler/base/files.h"
#include "compiler/codegen/rtl.h"
#include "runtime/session/program.h"
#include "runtime/verify/verify.h"
#include "tests/support/matchers.h"
#include "tests/support/random_kernel.h"

namespace heddle {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = HEDDLE_SOURCE_DIR;
const fs::path kScratch = fs::path(HEDDLE_BINARY_DIR) / "tests" / "e2e";

const std::vector<std::string> kArrays = {"hycube_4x4", "mesh_4x4", "diagonal_4x4", "heterogeneous_4x4"};

arch::Cgra shipped(const std::string& name) {
  auto cgra = arch::find(name, kSource / "workloads" / "architectures");
  EXPECT_THAT(cgra, IsOk());
  return cgra.value_or(arch::Cgra{});
}

session::RtlOptions rtl_options(const fs::path& rtl_directory) {
  session::RtlOptions options;
  options.rtl_directory = rtl_directory;
  options.cache_directory = fs::path(HEDDLE_BINARY_DIR) / "rtl_cache";
  options.driver_source = kSource / "runtime" / "session" / "rtl_driver" / "rtl_driver.cpp";
  return options;
}

/// A directory of this process, removed at the end.
struct Directory {
  explicit Directory(const std::string& name) : path(kScratch / (name + "." + std::to_string(getpid()))) {}
  ~Directory() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  fs::path path;
};

session::CompileRequest request_for(const fs::path& source, const std::string& architecture, const fs::path& output) {
  session::CompileRequest request;
  request.cgra = shipped(architecture);
  request.frontend.source = source;
  request.frontend.include_directory = kSource / "workloads" / "include";
  request.rtl_directory = kSource / "rtl";
  request.output = output;
  return request;
}

/// Verilates each array once; the tests of its kernels wait for it (see CMakeLists.txt).
class Model : public ::testing::TestWithParam<std::string> {};

TEST_P(Model, Rtl_IsBuiltAndCached) {
  const Directory directory("model_" + GetParam());
  const arch::Cgra cgra = shipped(GetParam());
  ASSERT_THAT(codegen::write_rtl(cgra, kSource / "rtl", directory.path), IsOk());
  EXPECT_THAT(session::make_rtl_device(cgra, rtl_options(directory.path), Context{}), IsOk());
}

INSTANTIATE_TEST_SUITE_P(Array, Model, ::testing::ValuesIn(kArrays), [](const auto& test) { return test.param; });

/// Kernel and architecture.
class Kernel : public ::testing::TestWithParam<std::tuple<std::string, std::string>> {};

/// Compiled, written, loaded and compared.
struct Verified {
  session::CompiledProgram program;
  verify::Report report;

  [[nodiscard]] std::string text() const { return verify::to_text(report) + dump_json(program.report["host"]); }
};

Result<Verified> verified(const fs::path& source, const std::string& architecture,
                          std::vector<std::string> clang_arguments = {}) {
  const Directory directory(architecture + "_" + source.stem().string());
  session::CompileRequest request = request_for(source, architecture, directory.path);
  request.frontend.clang_arguments = std::move(clang_arguments);
  HEDDLE_TRY(session::compile(request, Context{}));
  HEDDLE_ASSIGN(session::CompiledProgram program, session::load_program(directory.path));
  verify::Options options;
  options.vectors = 2;
  options.rtl = rtl_options(directory.path / "rtl");
  HEDDLE_ASSIGN(verify::Report report, verify::verify_program(program, options, Context{}));
  return Verified{std::move(program), std::move(report)};
}

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
