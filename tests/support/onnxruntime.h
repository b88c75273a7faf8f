// Whether onnxruntime-node is there: scripts/setup installs it from npm, into the build folder of the source tree.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace heddle {

inline const std::filesystem::path kOnnxruntimeModules =
    std::filesystem::path(HEDDLE_SOURCE_DIR) / "build" / "onnxruntime" / "node_modules";

inline bool has_onnxruntime() {
  return std::filesystem::exists(kOnnxruntimeModules / "onnxruntime-node" / "package.json") &&
         std::system("node --version >/dev/null 2>&1") == 0;
}

}  // namespace heddle

#define REQUIRE_ONNXRUNTIME()     \
  if (!heddle::has_onnxruntime()) \
  GTEST_FAIL() << "onnxruntime-node or node is missing: run scripts/setup with a network"
