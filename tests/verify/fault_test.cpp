// Faults of each kind, made on purpose: the report must say where they begin.
#include "compiler/codegen/layout.h"
#include "tests/verify/support.h"

namespace heddle::verify {
namespace {

class Fault : public testing::Test {
 protected:
  /// Changes a field of the configuration word that holds node `node`.
  void change(dfg::NodeId node, const std::function<void(codegen::PeWord&)>& edit) {
    session::CompiledRegion& region = program_.regions[0];
    const mapper::Placement& placement = region.mapping.nodes[node.index()];
    auto& chunks =
        region.image.words[placement.pe.index()][static_cast<std::size_t>(placement.time % region.mapping.ii)];
    const codegen::Layout layout = codegen::layout(codegen::layout_parameters(program_.cgra, placement.pe));
    codegen::PeWord word = codegen::decode(layout, chunks);
    edit(word);
    chunks = codegen::encode(layout, word);
  }

  /// `sum ^ i` becomes `sum & i`.
  dfg::NodeId change_operation() {
    const dfg::NodeId id = find_node([](const dfg::Node& node) { return node.op == dfg::Opcode::kXor; });
    change(id, [](codegen::PeWord& word) { word.op = static_cast<int>(dfg::Opcode::kAnd); });
    return id;
  }

  template <class Predicate>
  dfg::NodeId find_node(const Predicate& predicate) const {
    const dfg::Graph& graph = program_.regions[0].graph;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i)
      if (predicate(graph.nodes[i])) return dfg::NodeId(static_cast<std::int64_t>(i));
    ADD_FAILURE() << "no such node";
    return dfg::NodeId(0);
  }

  ValueFault first_fault(const Options& options = without_rtl()) {
    const auto report = verify_program(program_, options, {});
    EXPECT_THAT(report, IsOk());
    trace_ = report->trace;
    for (const Mismatch& mismatch : report->mismatches)
      if (mismatch.cause) return *mismatch.cause;
    ADD_FAILURE() << to_text(*report);
    return {};
  }

  session::CompiledProgram program_ = compile_text(kDotText, "mesh_4x4");
  std::string trace_;
};

TEST_F(Fault, WrongStoreDataNamesTheStore) {
  const dfg::NodeId store = find_node([](const dfg::Node& node) { return dfg::is_store(node.op); });
  change(store, [](codegen::PeWord& word) { word.source[1] = 0; });
  const ValueFault fault = first_fault();
  EXPECT_EQ(fault.what, "stored value");
  EXPECT_EQ(fault.operation, "store_32");
  EXPECT_EQ(fault.got, 0U);
  EXPECT_EQ(fault.pe, program_.regions[0].mapping.nodes[store.index()].pe.value);
  EXPECT_EQ(fault.where.line, 10) << "partial[i] = ...";
}

TEST_F(Fault, StoreAddressOutsideItsPlaceNamesTheStore) {
  const dfg::NodeId store = find_node([](const dfg::Node& node) { return dfg::is_store(node.op); });
  change(store, [](codegen::PeWord& word) { word.mem_shift ^= 1; });
  EXPECT_EQ(first_fault().operation, "store_32");
}

TEST_F(Fault, LostLiveOutNamesItsNode) {
  const dfg::NodeId sum = find_node([](const dfg::Node& node) { return node.live_out.has_value(); });
  change(sum, [](codegen::PeWord& word) { word.live_out = 0; });
  const ValueFault fault = first_fault();
  EXPECT_EQ(fault.what.substr(0, 8), "live-out");
  EXPECT_EQ(fault.pe, program_.regions[0].mapping.nodes[sum.index()].pe.value);
}

TEST_F(Fault, WrongOperationNamesCycleIterationAndOperands) {
  const dfg::NodeId mask = change_operation();
  const ValueFault fault = first_fault();
  const auto& region = program_.regions[0];
  EXPECT_EQ(fault.operation, "xor");
  const auto first = static_cast<std::uint64_t>(region.mapping.nodes[mask.index()].time) + 1;
  EXPECT_EQ(fault.array_cycle, first + fault.iteration * static_cast<std::uint64_t>(region.mapping.ii));
  EXPECT_EQ(fault.operands.size(), 2U);
  EXPECT_EQ(fault.where.line, 10);
}

TEST_F(Fault, WritesWavesOfTheLaunch) {
  change_operation();
  Options options = without_rtl();
  options.trace = test_directory() / "waves.fst";
  first_fault(options);
  EXPECT_EQ(trace_, (test_directory() / "waves.systemc.fst").string());
  EXPECT_GT(std::filesystem::file_size(test_directory() / "waves.systemc.fst"), 1000U);
}

}  // namespace
}  // namespace heddle::verify
