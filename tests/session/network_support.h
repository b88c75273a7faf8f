// Compiles quantised networks as `heddle compile` does.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "runtime/session/network_module.h"
#include "tests/session/support.h"
#include "tests/support/matchers.h"

namespace heddle::session {

/// A folder of this process that goes away.
struct Folder {
  Folder() : path(std::filesystem::path(::testing::TempDir()) / ("network_" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::filesystem::path path;
};

inline arch::Cgra shipped(const std::string& array) {
  return *arch::find(array, std::filesystem::path(HEDDLE_SOURCE_DIR) / "workloads" / "architectures");
}

/// With an `output`, the program is written there too, with the ONNX file `network_bytes`.
inline CompiledProgram compile_network(const network::Graph& graph, const arch::Cgra& array,
                                       const std::filesystem::path& folder, const std::filesystem::path& output = {},
                                       const std::string& network_bytes = {}) {
  auto module = network_module(graph, array, "net.onnx", false);
  EXPECT_TRUE(module) << module.error().message;
  std::ofstream(folder / "net.onnx") << "network";
  CompileRequest request;
  request.cgra = array;
  request.frontend.source = folder / "net.onnx";
  set_network(request, *module);
  request.network = network_bytes;
  request.rtl_directory = std::filesystem::path(HEDDLE_SOURCE_DIR) / "rtl";
  request.output = output;
  auto program = compile(request, Context());
  EXPECT_THAT(program, IsOk());
  return *program;
}

}  // namespace heddle::session
