// What tests of the verilated array share: shipped architectures, and a cache that all test processes use.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "compiler/arch/cgra.h"
#include "compiler/codegen/rtl.h"
#include "runtime/session/devices.h"

namespace heddle {

inline const std::filesystem::path kSourceDirectory = HEDDLE_SOURCE_DIR;

inline arch::Cgra shipped(const std::string& name) {
  return arch::find(name, kSourceDirectory / "workloads" / "architectures").value();
}

inline std::filesystem::path fresh_directory(const std::string& name) {
  const auto directory = std::filesystem::path(testing::TempDir()) / ("heddle_rtl_" + name);
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  return directory;
}

/// Options for RTL freshly generated into a directory of this test's own; libraries are cached in the build directory.
inline session::RtlOptions rtl_options(const arch::Cgra& cgra, const std::string& test) {
  session::RtlOptions options;
  options.rtl_directory = fresh_directory(test);
  options.cache_directory = std::filesystem::path(HEDDLE_BINARY_DIR) / "rtl_cache";
  options.driver_source = kSourceDirectory / "runtime/session/rtl_driver/rtl_driver.cpp";
  const Status written = codegen::write_rtl(cgra, kSourceDirectory / "rtl", options.rtl_directory);
  EXPECT_TRUE(written) << (written ? "" : to_string(written.error()));
  return options;
}

}  // namespace heddle
