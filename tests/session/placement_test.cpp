// Layers go where a stated system makes them cheap, and the program computes the same wherever they are.
#include "runtime/session/placement.h"

#include <gtest/gtest.h>

#include <random>

#include "compiler/network/to_integer.h"
#include "runtime/session/network_layers.h"
#include "runtime/session/network_run.h"
#include "tests/session/network_support.h"
#include "tests/support/small_networks.h"

namespace heddle::session {
namespace {

using namespace small_networks;  // NOLINT: a test of networks
using ::testing::HasSubstr;

struct Placement : ::testing::Test {
  Placement() {
    system.name = "test";
    system.array_mhz = 100;
    system.dram = {1e9, 16, 100};
    system.host = {100, 4, 6, 60};
    graph = small_lenet();
    golden = *network::to_integer(graph);
  }

  CompiledProgram placed(Place place, double host_mhz) {
    system.host.mhz = host_mhz;
    CompiledProgram program = compile_network(graph, shipped("hycube_4x4"), folder.path);
    program.system = system;
    EXPECT_THAT(place_layers(program, golden.graph, place, Context()), IsOk());
    return program;
  }

  /// The layers that a run has launches of. The outputs must be those of the evaluator.
  std::vector<std::string> launched(const CompiledProgram& program) {
    std::mt19937 random(5);
    Tensors inputs;
    for (const ValueId id : golden.graph.inputs)
      inputs[golden.graph.value(id).name] = random_floats(random, golden.graph.value(id).type.shape, 1);
    const auto backend = make_interpreter_backend(program.cgra);
    const auto run = run_example(program, golden.graph, inputs, *backend, Context());
    EXPECT_THAT(run, IsOk());
    EXPECT_TRUE(run->outputs == *evaluate(golden.graph, inputs));
    const auto layers = explained_layers(program, golden.graph, Context());
    EXPECT_THAT(layers, IsOk());
    std::vector<std::string> names;
    for (const Json& layer : (*layers)["layers"]) {
      EXPECT_EQ(layer["place"] == "array", layer["launches"] > 0) << layer.dump();
      if (layer["launches"] > 0) names.push_back(layer["name"]);
    }
    return names;
  }

  Folder folder;
  arch::System system;
  Graph graph;
  network::IntegerGraph golden;
};

TEST_F(Placement, FollowsTheCheaperEstimate) {
  const auto all = launched(placed(Place::kArray, 1e-3));
  EXPECT_GE(all.size(), 4U);
  const CompiledProgram program = placed(Place::kAuto, 100);
  const auto some = launched(program);
  std::vector<std::string> expected;
  bool host = false;
  for (const Json& layer : program.report["placement"]["layers"]) {
    const bool on_array = layer["array_cycles"] <= layer["host_cycles"];
    EXPECT_EQ(layer["place"], on_array ? "array" : "host");
    if (on_array) expected.push_back(layer["layer"]);
    host = host || !on_array;
  }
  EXPECT_EQ(some, expected);
  EXPECT_TRUE(host);  // its last matrix is small
}

TEST_F(Placement, AFastHostTakesEverythingAndSaysWhy) {
  const CompiledProgram program = placed(Place::kAuto, 1e6);
  EXPECT_TRUE(launched(program).empty());
  EXPECT_THAT(program.regions.front().host_reason, HasSubstr("the host's core of 'test' takes an estimated"));
  EXPECT_TRUE(launched(placed(Place::kHost, 1e-3)).empty());
}

TEST_F(Placement, IsKeptInTheDirectory) {
  std::ofstream(folder.path / "net.onnx") << "network";
  CompileRequest request;
  request.cgra = shipped("hycube_4x4");
  request.frontend.source = folder.path / "net.onnx";
  const auto module = network_module(graph, request.cgra, "net.onnx", false);
  ASSERT_THAT(module, IsOk());
  set_network(request, *module);
  request.network = "network";
  request.rtl_directory = std::filesystem::path(HEDDLE_SOURCE_DIR) / "rtl";
  request.output = folder.path / "out";
  request.system = system;
  request.place = Place::kHost;
  ASSERT_THAT(compile(request, Context()), IsOk());
  const auto program = load_program(request.output);
  ASSERT_THAT(program, IsOk());
  EXPECT_EQ(*program->system, system);
  EXPECT_EQ(program->regions.front().host_reason, "--place host");
  EXPECT_TRUE(std::filesystem::exists(request.output / kLayersFile));
}

}  // namespace
}  // namespace heddle::session
