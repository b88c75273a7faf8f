// Quantised networks from the graph to launches: the compiled program against the integer evaluator, which shares no
// code with the lowering.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "compiler/network/to_integer.h"
#include "runtime/session/backend.h"
#include "tests/session/network_support.h"
#include "tests/support/matchers.h"
#include "tests/support/small_networks.h"

namespace heddle::session {
namespace {

using namespace small_networks;  // NOLINT: a test of networks

struct NetworkProgram : ::testing::Test {
  void expect_equal(const Graph& graph, const std::string& array, std::size_t regions, double magnitude = 1.2) {
    expect_equal(graph, shipped(array), regions, regions, magnitude);
  }
  /// Every result element and every value between layers, natively and with launches interpreted.
  void expect_equal(const Graph& graph, const arch::Cgra& array, std::size_t regions, std::size_t launches,
                    double magnitude = 1.2) {
    const IntegerGraph integer = *to_integer(graph);
    EXPECT_EQ(integer.remainders.size(), floats);
    const CompiledProgram program = compile_network(graph, array, folder.path);
    EXPECT_GE(program.regions.size(), regions) << program.report.dump(1);
    EXPECT_TRUE(program.report["operators"].empty() || floats > 0) << program.report["operators"].dump(1);
    for (const CompiledRegion& region : program.regions)
      for (const dfg::Node& operation : region.graph.nodes) {
        dots += dfg::is_packed(operation.op) ? 1 : 0;
        ++operations[operation.op];
      }
    std::mt19937 random(3);
    for (int round = 0; round < 3; ++round) {
      const Tensor x = random_floats(random, graph.value(graph.inputs[0]).type.shape, magnitude);
      const auto expected = *evaluate(integer.graph, {{"x", x}});
      const Tensor& y = expected.begin()->second;
      const std::vector<Argument> arguments{{std::nullopt, x.data},
                                            {std::nullopt, std::vector<std::uint8_t>(y.data.size())}};
      const auto golden = run_kernel(program, "network", arguments, nullptr, Context());
      ASSERT_TRUE(golden) << golden.error().message;
      EXPECT_EQ(golden->arguments[1].buffer, y.data);
      const auto backend = make_interpreter_backend(program.cgra);
      const auto run = run_kernel(program, "network", arguments, backend.get(), Context());
      ASSERT_TRUE(run) << run.error().message;
      EXPECT_EQ(run->arguments[1].buffer, y.data);
      EXPECT_EQ(run->globals, golden->globals);
      const auto fast = make_fast_backend(program.cgra);
      const auto counted = run_kernel(program, "network", arguments, fast.get(), Context());
      ASSERT_TRUE(counted) << counted.error().message;
      EXPECT_EQ(counted->globals, golden->globals);
      std::size_t launched = 0;
      ASSERT_EQ(counted->launches.size(), run->launches.size());
      for (std::size_t k = 0; k < run->launches.size(); ++k) {
        launched += run->launches[k].refused.empty() ? 1 : 0;
        EXPECT_EQ(counted->launches[k].cycles, run->launches[k].cycles);
      }
      EXPECT_GE(launched, launches);
    }
  }

  Folder folder;
  int dots = 0;  ///< operations on packed integers of the regions
  std::map<dfg::Opcode, int> operations;
  std::size_t floats = 0;  ///< operators that stay float
};

/// A small array with packed integers and a loop unit.
arch::Cgra packed_array() {
  arch::Cgra cgra = shipped("hycube_nest_4x4");
  for (arch::PeClass& kind : cgra.classes)
    for (const dfg::Opcode op : arch::operations_named("packed", cgra.word_bits)) kind.operations[op] = {2, 1};
  return cgra;
}

TEST_F(NetworkProgram, LenetIsTheIntegerEvaluator) { expect_equal(small_lenet(), "hycube_8x8", 6); }
TEST_F(NetworkProgram, ResidualsAndDepthwiseConvolutionsToo) { expect_equal(small_residual(8), "hycube_4x4", 6); }
TEST_F(NetworkProgram, ShortcutsByPadsAndSlicesToo) { expect_equal(small_shortcut(false), "hycube_4x4", 6); }
TEST_F(NetworkProgram, LayersThatDoNotFitAreSeveralLaunches) {
  arch::Cgra small = shipped("hycube_4x4");
  small.scratchpad.bank_bytes = 512;
  expect_equal(small_lenet(), small, 9, 15);
}
TEST_F(NetworkProgram, PaddedMaximaAndChannelsOfBiasOnlyToo) { expect_equal(small_stem(), "hycube_4x4", 5); }
TEST_F(NetworkProgram, OnWhichTheMapperGaveUpIsLoadedAgain) {
  const auto module = network_module(small_stem(), shipped("hycube_4x4"), "net.onnx", false);
  ASSERT_THAT(module, IsOk());
  std::ofstream(folder.path / "net.onnx") << "network";
  CompileRequest request;
  request.cgra = shipped("hycube_4x4");
  request.frontend.source = folder.path / "net.onnx";
  set_network(request, *module);
  request.mapper.seconds = 1e-9;
  request.rtl_directory = std::filesystem::path(HEDDLE_SOURCE_DIR) / "rtl";
  request.output = folder.path / "out";
  const auto program = compile(request, Context());
  ASSERT_THAT(program, IsOk());
  EXPECT_EQ(program->report["regions"][0]["status"], "not_found");
  EXPECT_THAT(load_program(request.output), IsOk());
}
TEST_F(NetworkProgram, TiesGoToEven) { expect_equal(halves(), "hycube_4x4", 1, 100); }
TEST_F(NetworkProgram, FourBitsToo) { expect_equal(small_residual(4), "hycube_4x4", 6); }

TEST_F(NetworkProgram, ProductsOfActivationsToo) {
  floats = 1;
  expect_equal(small_attention(), "hycube_4x4", 9);
}
TEST_F(NetworkProgram, TransformersAsExportersWriteThemToo) { expect_equal(small_transformer(), "hycube_4x4", 13); }
TEST_F(NetworkProgram, ConvolutionsOfGroupsToo) { expect_equal(small_groups(), "hycube_4x4", 6); }
TEST_F(NetworkProgram, DetectorsToo) { expect_equal(small_detector(), "hycube_4x4", 14); }
TEST_F(NetworkProgram, ProductsOfActivationsThatNoTileFitsToo) {
  floats = 1;
  arch::Cgra small = shipped("hycube_4x4");
  small.scratchpad.bank_bytes = 64;
  expect_equal(small_attention(), small, 6, 6);
}

// Channels of 1, 6, 3, 8 and 12: as they are, widened to words, and whole words; signed and unsigned codes.
TEST(NetworkModule, ScalarsAndArraysOfOneElementAreReshaped) {
  Maker m(1);
  const ValueId x = *m.b.input("x", {Type::kFloat32, {1, 1}});
  const ValueId scalar = *m.b.add1(Reshape{{}}, {x}, "scalar");
  const ValueId doubled = *m.b.add1(Binary{BinaryKind::kAdd}, {scalar, scalar}, "doubled");
  m.b.mark_output(*m.b.add1(Reshape{{1, 1, 1}}, {doubled}, "y"));
  m.b.mark_output(scalar);
  const auto module = network_module(*std::move(m.b).finish(), shipped("hycube_4x4"), "n.onnx", false);
  EXPECT_THAT(module, IsOk());
}
TEST(NetworkModule, WithoutElementsIsRefused) {
  Maker m(1);
  const ValueId x = *m.b.input("x", {Type::kFloat32, {2, 3}});
  m.b.mark_output(*m.b.add1(Slice{{0, 3}, {1, 1}, {2, 0}}, {x}, "none"));
  const auto module = network_module(*std::move(m.b).finish(), shipped("hycube_4x4"), "n.onnx", false);
  EXPECT_THAT(module, HasError(ErrorCode::kUnsupported, "'none' has no elements (float32[2,0])"));
}
TEST_F(NetworkProgram, PackedWordsToo) {
  expect_equal(small_lenet(), packed_array(), 6, 6);
  EXPECT_GE(dots, 40);
}
TEST_F(NetworkProgram, PackedWordsOfThreeChannelsToo) {
  expect_equal(small_residual(8), packed_array(), 6, 6);
  EXPECT_GE(dots, 10);
}
TEST_F(NetworkProgram, PackedWordsBesideSlicesAndPadsToo) {
  expect_equal(small_shortcut(false), packed_array(), 6, 6);
  EXPECT_GE(dots, 40);
}
// Words of eight codes: signed and unsigned, channels of 6 and 12 widened.
TEST_F(NetworkProgram, PackedNibblesToo) {
  expect_equal(small_chain(4, false), packed_array(), 8, 8);
  EXPECT_GE(operations[dfg::Opcode::kS4Dot], 10);
  EXPECT_GE(operations[dfg::Opcode::kUs4Dot], 10);
}
TEST_F(NetworkProgram, PackedNibblesOfSixChannelsToo) {
  expect_equal(small_lenet(4), packed_array(), 6, 6);
  EXPECT_GE(operations[dfg::Opcode::kUs4Dot], 10);
}
TEST_F(NetworkProgram, SparseWeightsToo) {
  expect_equal(small_chain(8, true), packed_array(), 8, 8);
  EXPECT_GE(operations[dfg::Opcode::kB8Pick], 10);
}
// Only the first convolution has signed codes, and the last product.
TEST_F(NetworkProgram, WordsOfOneChannelToo) {
  expect_equal(small_signal(1), packed_array(), 5, 5);
  EXPECT_GE(operations[dfg::Opcode::kS8Dot], 8);
}
TEST_F(NetworkProgram, WordsOfOneChannelAtStridesToo) {
  expect_equal(small_signal(2), packed_array(), 5, 5);
  EXPECT_GE(operations[dfg::Opcode::kS8Dot], 8);
}
TEST_F(NetworkProgram, FiveBitsAreNoNibbles) {
  expect_equal(small_chain(5, false), packed_array(), 8, 8);
  EXPECT_EQ(operations[dfg::Opcode::kS4Dot] + operations[dfg::Opcode::kUs4Dot], 0);
  EXPECT_EQ(operations[dfg::Opcode::kB8Pick], 0);
}
TEST_F(NetworkProgram, ArraysWithoutPackedWordsHaveNoDotProducts) {
  expect_equal(small_shortcut(false), "hycube_nest_4x4", 6);
  EXPECT_EQ(dots, 0);
}

}  // namespace
}  // namespace heddle::session
