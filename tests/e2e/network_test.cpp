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

/// Fails unless all engines agree on at least `regions` launches, and every layer with the golden model.
void expect_equal(const network::Graph& graph, const std::string& name, std::size_t regions, bool packed = false) {
  const std::string base = packed ? "hycube_nest_4x4" : "hycube_4x4";
  arch::Cgra array = *e2e::shipped(base);
  if (packed) e2e::add_packed(array);
  auto module = session::network_module(graph, array, name + ".onnx", false);
  ASSERT_TRUE(module) << module.error().message;
  const e2e::Directory directory("network_" + name);
  std::filesystem::create_directories(directory.path);
  std::ofstream(directory.path / (name + ".onnx")) << "network";
  const auto result = e2e::verified(
      directory.path / (name + ".onnx"), base, {},
      {verify::Engine::kInterpreter, verify::Engine::kFast, verify::Engine::kSystemc, verify::Engine::kRtl},
      [&](session::CompileRequest& request) {
        request.cgra = array;
        session::set_network(request, *module);
        request.network = *frontend::export_onnx(graph);
      });
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->report.equal()) << result->text();
  EXPECT_GE(result->program.regions.size(), regions);
  for (const verify::KernelReport& checked : result->report.kernels) EXPECT_GE(checked.launches, regions);
  std::size_t dots = 0;
  for (const session::CompiledRegion& region : result->program.regions)
    for (const dfg::Node& node : region.graph.nodes) dots += dfg::is_packed(node.op) ? 1 : 0;
  EXPECT_EQ(dots > 0, packed);
}

TEST(Networks, Lenet_AllEnginesAgree) { expect_equal(small_networks::small_lenet(), "lenet", 6); }
TEST(Networks, PackedLenet_AllEnginesAgree) { expect_equal(small_networks::small_lenet(), "packed_lenet", 6, true); }
TEST(Networks, PackedNibbles_AllEnginesAgree) {
  expect_equal(small_networks::small_chain(4, false), "packed_nibbles", 8, true);
}
TEST(Networks, WordsOfOneChannel_AllEnginesAgree) {
  expect_equal(small_networks::small_signal(1), "packed_signal", 5, true);
}
TEST(Networks, SparseWeights_AllEnginesAgree) {
  expect_equal(small_networks::small_chain(8, true), "sparse_weights", 8, true);
}
TEST(Networks, Residual_AllEnginesAgree) { expect_equal(small_networks::small_residual(8), "residual", 6); }
TEST(Networks, Attention_AllEnginesAgree) { expect_equal(small_networks::small_attention(), "attention", 9); }
TEST(Networks, Shortcut_AllEnginesAgree) { expect_equal(small_networks::small_shortcut(true), "shortcut", 6); }

}  // namespace
}  // namespace heddle
