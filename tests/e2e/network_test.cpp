// Quantised networks on every engine, RTL included.
#include <gtest/gtest.h>

#include <fstream>

#include "compiler/frontend/onnx/export.h"
#include "runtime/session/network_module.h"
#include "tests/e2e/verified.h"
#include "tests/support/matchers.h"
#include "tests/support/small_networks.h"

namespace heddle {
namespace {

using e2e::Verified;

/// Fails unless all engines agree on at least `launches` launches.
void expect_equal(const network::Graph& graph, const std::string& name, std::size_t regions) {
  auto module = session::network_module(graph, *e2e::shipped("hycube_4x4"), name + ".onnx", false);
  ASSERT_TRUE(module) << module.error().message;
  const e2e::Directory directory("network_" + name);
  std::filesystem::create_directories(directory.path);
  std::ofstream(directory.path / (name + ".onnx")) << "network";
  const auto result = e2e::verified(
      directory.path / (name + ".onnx"), "hycube_4x4", {},
      {verify::Engine::kInterpreter, verify::Engine::kFast, verify::Engine::kSystemc, verify::Engine::kRtl},
      [&](session::CompileRequest& request) {
        session::set_network(request, *module);
        request.network = *frontend::export_onnx(graph);
      });
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->report.equal()) << result->text();
  EXPECT_GE(result->program.regions.size(), regions);
  for (const verify::KernelReport& checked : result->report.kernels) EXPECT_GE(checked.launches, regions);
}

TEST(Networks, Lenet_AllEnginesAgree) { expect_equal(small_networks::small_lenet(), "lenet", 6); }
TEST(Networks, Residual_AllEnginesAgree) { expect_equal(small_networks::small_residual(8), "residual", 6); }
TEST(Networks, Attention_AllEnginesAgree) { expect_equal(small_networks::small_attention(), "attention", 9); }
TEST(Networks, Shortcut_AllEnginesAgree) { expect_equal(small_networks::small_shortcut(true), "shortcut", 6); }

}  // namespace
}  // namespace heddle
