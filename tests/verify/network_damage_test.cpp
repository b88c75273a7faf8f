// One damage in a compiled network, or in the golden model that stands for a program with a wrong number: the verifier
// names layer, channel and element.
#include "compiler/network/to_integer.h"
#include "runtime/session/network_module.h"
#include "runtime/verify/kinds.h"
#include "runtime/verify/verify.h"
#include "tests/session/network_support.h"
#include "tests/support/small_networks.h"

namespace heddle::verify {
namespace {

using namespace small_networks;  // NOLINT: a test of networks
using session::CompiledProgram;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;

/// small_lenet, its golden model, and it compiled.
struct Compiled {
  Compiled() : golden(network::to_integer(small_lenet())->graph) {
    const session::Folder folder;
    program = session::compile_network(small_lenet(), session::shipped("hycube_4x4"), folder.path);
  }
  Graph golden;
  CompiledProgram program;
};

/// What the verifier says of one input on the engine.
Report verified(const Graph& golden, const CompiledProgram& program, Engine engine = Engine::kFast) {
  Options options;
  options.vectors = 1;
  options.edge_cases = false;
  options.engines = {engine};
  options.network = std::make_shared<const Graph>(golden);
  auto report = verify_program(program, options, Context());
  EXPECT_THAT(report, IsOk());
  return report ? std::move(*report) : Report();
}

/// The first thing that it finds.
std::string first_found(const Graph& golden, const CompiledProgram& program) {
  const Report report = verified(golden, program);
  return report.mismatches.empty() ? "nothing" : report.mismatches[0].what;
}

/// The last node of this kind whose constant `input` has several elements, if there is a constant.
template <class Op>
std::size_t last_node(const Graph& graph) {
  std::size_t found = 0;
  for (std::size_t k = 0; k < graph.nodes.size(); ++k) {
    if (!std::holds_alternative<Op>(graph.nodes[k].op)) continue;
    const auto& constant = graph.value(graph.nodes[k].inputs[1]).constant;
    if (constant && constant->elements() > 1) found = k;
  }
  return found;
}

/// Another constant in the place of an input of a node.
template <class T, class Change>
Graph with_changed(const Graph& graph, std::size_t node, std::int64_t element, const Change& change) {
  Graph other = graph;
  auto& constant = other.values[other.nodes[node].inputs[1].index()].constant;
  Tensor changed = *constant;
  T& value = tensor::elements<T>(changed)[static_cast<std::size_t>(element)];
  value = change(value);
  constant = std::make_shared<Tensor>(std::move(changed));
  return other;
}

TEST(NetworkDamage, WrongNumbersAreToldByLayerChannelAndElement) {
  const Compiled whole;
  const Graph& golden = whole.golden;
  EXPECT_EQ(first_found(golden, whole.program), "nothing");

  const std::size_t conv = last_node<network::IntegerConv>(golden);
  const Tensor& weights = *golden.value(golden.nodes[conv].inputs[1]).constant;
  const auto far = [](std::int8_t weight) { return static_cast<std::int8_t>(weight < 0 ? 127 : -127); };
  EXPECT_THAT(
      first_found(with_changed<std::int8_t>(golden, conv, weights.elements() - 1, far), whole.program),
      AllOf(HasSubstr("layer "), HasSubstr("example 0, channel " + std::to_string(weights.shape[0] - 1) + ", row")));

  const std::size_t requantize = last_node<network::Requantize>(golden);
  const auto half = [](std::int32_t multiplier) { return multiplier / 2; };
  EXPECT_THAT(first_found(with_changed<std::int32_t>(golden, requantize, 1, half), whole.program),
              AllOf(HasSubstr("layer "), ContainsRegex("channel 1, row|element \\(0, 1\\)")));

  Graph other = golden;
  std::get<network::IntegerConv>(other.nodes[conv].op).x_zero += 1;
  EXPECT_THAT(first_found(other, whole.program), AllOf(HasSubstr("layer "), HasSubstr("example 0, channel ")));
}

/// Where a product is.
struct Product {
  session::CompiledRegion* region = nullptr;
  arch::PeId pe;
};

/// Makes a sum of a product, in the configuration of the first region that multiplies.
Product damage_configuration(CompiledProgram& program) {
  for (session::CompiledRegion& region : program.regions) {
    const auto multiplies = [](const dfg::Node& node) { return node.op == dfg::Opcode::kMul; };
    const auto node = std::ranges::find_if(region.graph.nodes, multiplies);
    if (region.mapping.ii == 0 || node == region.graph.nodes.end()) continue;
    const mapper::Placement& place = region.mapping.nodes[static_cast<std::size_t>(node - region.graph.nodes.begin())];
    const codegen::Layout layout = codegen::layout(codegen::layout_parameters(program.cgra, place.pe));
    auto& chunks = region.image.words[place.pe.index()][static_cast<std::size_t>(place.time % region.mapping.ii)];
    codegen::PeWord word = codegen::decode(layout, chunks);
    word.op = static_cast<int>(dfg::Opcode::kAdd);
    chunks = codegen::encode(layout, word);
    return {&region, place.pe};
  }
  ADD_FAILURE() << "no region multiplies";
  return {};
}

TEST(NetworkDamage, AConfigurationWordIsToldByLayerAndPe) {
  Compiled whole;
  const Product product = damage_configuration(whole.program);
  const std::string& name = product.region->name;
  const Report report = verified(whole.golden, whole.program, Engine::kSystemc);
  ASSERT_EQ(report.faults.size(), 1U);
  EXPECT_EQ(report.faults[0].region, name);
  EXPECT_THAT(report.faults[0].message, HasSubstr("field op"));
  ASSERT_FALSE(report.mismatches.empty());
  EXPECT_THAT(report.mismatches[0].what,
              AllOf(HasSubstr("layer " + name.substr(0, name.find("__"))), HasSubstr("example 0")));
  ASSERT_TRUE(report.mismatches[0].cause);
  EXPECT_EQ(report.mismatches[0].cause->region, name);
  EXPECT_EQ(report.mismatches[0].cause->pe, static_cast<int>(product.pe.index()));
}

/// On SystemC alone: the RTL of an array takes minutes to verilate.
TEST(NetworkKinds, AreEqualAndADamagedOneIsNot) {
  Compiled whole;
  KindsOptions options;
  options.rtl = false;
  const auto report = verify_kinds(whole.program, whole.golden, options, Context());
  ASSERT_THAT(report, IsOk());
  EXPECT_TRUE(report->equal()) << to_text(*report);
  EXPECT_GE(report->kinds.size(), 4U);
  std::size_t regions = 0;
  for (const KindResult& kind : report->kinds) regions += kind.regions;
  EXPECT_EQ(regions, whole.program.regions.size());

  const Product product = damage_configuration(whole.program);
  const auto damaged = verify_kinds(whole.program, whole.golden, options, Context());
  ASSERT_THAT(damaged, IsOk());
  EXPECT_FALSE(damaged->equal());
  for (const KindResult& kind : damaged->kinds)
    EXPECT_EQ(kind.differences.empty(), kind.region != product.region->name) << to_text(*damaged);
}

}  // namespace
}  // namespace heddle::verify
