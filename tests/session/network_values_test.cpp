// The values between layers against the golden model, and whether a difference is told where it is.
#include "runtime/session/network_values.h"

#include <gtest/gtest.h>

#include <random>

#include "compiler/lowering/plan.h"
#include "compiler/network/to_integer.h"
#include "runtime/session/network_module.h"
#include "tests/session/network_support.h"
#include "tests/support/small_networks.h"

namespace heddle::session {
namespace {

using namespace small_networks;  // NOLINT: a test of networks
using ::testing::HasSubstr;

struct NetworkValues : ::testing::TestWithParam<const char*> {
  NetworkValues() {
    golden = network::to_integer(small_lenet())->graph;
    program = compile_network(small_lenet(), shipped(GetParam()), folder.path);
    std::mt19937 random(9);
    for (const ValueId id : golden.inputs)
      arguments.push_back({std::nullopt, random_floats(random, golden.value(id).type.shape, 1).data});
    for (const ValueId id : golden.outputs)
      arguments.push_back(
          {std::nullopt, std::vector<std::uint8_t>(static_cast<std::size_t>(golden.value(id).type.elements() * 4))});
    const auto backend = make_interpreter_backend(program.cgra);
    outcome = *run_kernel(program, kNetworkFunction, arguments, backend.get(), Context());
  }

  std::optional<LayerDifference> difference(const Graph& graph) {
    const auto result = first_difference(program, graph, arguments, outcome, Context());
    EXPECT_THAT(result, IsOk());
    return *result;
  }

  Folder folder;
  Graph golden;
  CompiledProgram program;
  std::vector<Argument> arguments;
  RunOutcome outcome;
};

TEST_P(NetworkValues, AreThoseOfTheGoldenModel) { EXPECT_FALSE(difference(golden)); }

TEST_P(NetworkValues, EveryLayerInMemoryIsCompared) {
  std::size_t damaged = 0;
  for (auto& [name, bytes] : outcome.globals) {
    if (!name.starts_with("value_")) continue;
    const std::vector<std::uint8_t> whole = bytes;
    for (std::uint8_t& byte : bytes) byte ^= 1U;
    EXPECT_TRUE(difference(golden)) << name;
    bytes = whole;
    ++damaged;
  }
  EXPECT_GE(damaged, 4U);
}

/// A golden model with another weight of output channel 2 stands for a program with a wrong one.
TEST_P(NetworkValues, AWrongWeightIsToldByLayerAndChannel) {
  int seen = 0;
  for (const lowering::Layer& layer : lowering::plan(golden).layers) {
    const Node& node = golden.node(layer.nodes.front());
    if (!std::holds_alternative<network::IntegerConv>(node.op)) continue;
    ++seen;
    Graph other = golden;
    auto& constant = other.values[node.inputs[1].index()].constant;
    Tensor weights = *constant;
    const std::size_t channel = weights.data.size() / static_cast<std::size_t>(weights.shape[0]);
    for (std::size_t k = 0; k < channel; ++k) weights.data[2 * channel + k] ^= 0x7FU;
    constant = std::make_shared<Tensor>(std::move(weights));
    const auto found = difference(other);
    ASSERT_TRUE(found) << layer.name;
    EXPECT_EQ(found->layer, layer.name);
    EXPECT_THAT(found->place, HasSubstr("example 0, channel 2, row"));
    EXPECT_NE(found->expected, found->got);
  }
  EXPECT_EQ(seen, 2);
}

INSTANTIATE_TEST_SUITE_P(Arrays, NetworkValues, ::testing::Values("hycube_4x4", "hycube_ml_8x8"),
                         [](const auto& suite) { return std::string(suite.param); });

}  // namespace
}  // namespace heddle::session
