// Programs for the verifier's tests: C compiled for a shipped array, RTL options with a cache that all tests share.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "compiler/codegen/rtl.h"
#include "runtime/verify/verify.h"
#include "tests/support/matchers.h"

namespace heddle::verify {

inline const std::filesystem::path kSource = HEDDLE_SOURCE_DIR;

inline arch::Cgra shipped(const std::string& name) {
  return arch::find(name, kSource / "workloads/architectures").value();
}

/// A directory of the running test's own.
inline std::filesystem::path test_directory() {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  auto name = std::string(test->test_suite_name()) + "_" + test->name();
  for (char& letter : name)
    if (letter == '/') letter = '_';
  const auto directory = std::filesystem::path(testing::TempDir()) / ("heddle_verify_" + name);
  std::filesystem::create_directories(directory);
  return directory;
}

inline session::CompiledProgram compile_file(const std::filesystem::path& source, const std::string& architecture) {
  session::CompileRequest request;
  request.frontend.source = source;
  request.frontend.include_directory = kSource / "workloads/include";
  request.cgra = shipped(architecture);
  request.mapper.seconds = 10;
  request.rtl_directory = kSource / "rtl";
  auto program = session::compile(request, {});
  EXPECT_THAT(program, IsOk());
  return program ? std::move(*program) : session::CompiledProgram{};
}

inline session::CompiledProgram compile_text(const std::string& text, const std::string& architecture) {
  const auto path = test_directory() / "kernel.c";
  std::ofstream(path) << "#include <stdint.h>\n#include \"heddle/kernel.h\"\n" << text;
  return compile_file(path, architecture);
}

/// RTL generated from the leaf modules in `leaves`.
inline session::RtlOptions rtl_options(const arch::Cgra& cgra, const std::filesystem::path& leaves = kSource / "rtl") {
  session::RtlOptions options;
  options.rtl_directory = test_directory() / "rtl";
  options.cache_directory = std::filesystem::path(HEDDLE_BINARY_DIR) / "rtl_cache";
  options.driver_source = kSource / "runtime/session/rtl_driver/rtl_driver.cpp";
  EXPECT_THAT(codegen::write_rtl(cgra, leaves, options.rtl_directory), IsOk());
  return options;
}

inline Options without_rtl() {
  Options options;
  options.engines = {Engine::kInterpreter, Engine::kFast, Engine::kSystemc};
  return options;
}

/// Sums of products, with a store in the loop: the value, the store and the live-out can each go wrong.
inline const char* const kDotText = R"(
HEDDLE_KERNEL
int32_t dot(int n HEDDLE_RANGE(0, 32), const int16_t a[restrict static 32], const int16_t b[restrict static 32],
            int32_t partial[restrict static 32]) {
  int32_t sum = 0;
  for (int i = 0; i < n; i++) {
    sum += a[i] * b[i];
    partial[i] = sum ^ i;
  }
  return sum;
}
)";

}  // namespace heddle::verify
