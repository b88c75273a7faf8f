#include "compiler/exchange/morpher_graph.h"

#include "compiler/dfg/verify.h"
#include "tests/exchange/support.h"

namespace heddle::exchange {
namespace {

using dfg::Opcode;
using dfg::Port;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<ImportedGraph> read_sum(const std::string& text) { return read_morpher_graph(text, "sum.xml", false); }

TEST(MorpherGraph, EveryForm_BecomesItsOperation) {
  const auto read = read_sum(data("sum.xml"));
  ASSERT_THAT(read, IsOk());
  const dfg::Graph& graph = read->graph;
  EXPECT_THAT(dfg::verify(graph, dfg::Purpose::kMapping), IsOk());
  const auto ports = [&](const std::string& name) {
    const dfg::Node& each = node(graph, name);
    return std::string(dfg::name(each.op)) + "(" + operand(graph, each, Port::kA) + "," +
           operand(graph, each, Port::kB) + "," + operand(graph, each, Port::kC) + ")";
  };
  EXPECT_EQ(ports("LOADB_7"), "load_s8(64,,)");
  EXPECT_EQ(ports("CMERGE_3"), "select(0,0,LOADB_7)");
  EXPECT_EQ(ports("SELECT_0"), "or(CMERGE_3,ADD_1@1,)");
  EXPECT_EQ(ports("ADD_1"), "add(SELECT_0,4,)");
  EXPECT_EQ(ports("CGT_2"), "slt(9,SELECT_0,)");  // SELECT_0 > 9
  EXPECT_EQ(ports("LOAD_4"), "load_s32(ADD_1,,)");
  EXPECT_EQ(ports("MUL_5"), "mul(LOAD_4,LOAD_4,)");
  EXPECT_EQ(ports("STORE_6"), "store_32(128,MUL_5,CGT_2)");
  EXPECT_EQ(ports("ADD_8_if"), "select(0,ADD_8,LOADB_7)");  // NPB: where it is 0
  ASSERT_EQ(graph.order.size(), 2U);
  EXPECT_EQ(graph.order[0].distance + graph.order[1].distance, 1);
  EXPECT_THAT(lines_of(read->warnings),
              ElementsAre("13: ADD_8 has a predicate, which add cannot have here: a \"select\" is inserted after it"));
}

TEST(MorpherGraph, OldDialect_WithoutQuotesAndIterations_IsRead) {
  const auto read = read_morpher_graph(data("old.xml"), "old.xml", false);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->graph.live_ins.size(), 1U);
  EXPECT_EQ(node(read->graph, "OSTORE_6").live_out, 0);
  EXPECT_EQ(node(read->graph, "LS_5").op, Opcode::kShl);
  const auto memory = read_morpher_graph(data("old.xml"), "old.xml", true);
  ASSERT_THAT(memory, IsOk());
  EXPECT_EQ(node(memory->graph, "OLOAD_4").op, Opcode::kLoadS32);
  EXPECT_EQ(operand(memory->graph, node(memory->graph, "OSTORE_6"), Port::kB), "LS_5");
}

TEST(MorpherGraph, CycleWithoutDistance_IsNamed) {
  const auto read = read_sum(changed(data("sum.xml"), "idx=\"0\" nextiter=\"1\"", "idx=\"0\" nextiter=\"0\""));
  EXPECT_EQ(refusal(read), "24:1: a cycle without a loop distance: SELECT_0 -> ADD_1 -> SELECT_0");
  const auto self = read_sum(changed(data("sum.xml"), "idx=\"0\" nextiter=\"1\"", "idx=\"1\" nextiter=\"0\""));
  EXPECT_EQ(refusal(self), "36:2: a cycle without a loop distance: 1 -> 1");
}

/// Morpher's own mapper takes an edge that goes to no later level for one to the next iteration.
TEST(MorpherGraph, WithoutNextiter_LevelsTellWhatGoesBack) {
  const std::string loop =
      R"(<DFG><Node idx="1"ASAP="0"><OP>SELECT</OP><Outputs><Output idx="2" type="I1"/></Outputs></Node>
<Node idx="2"ASAP="1"CONST="4"><OP>ADD</OP><Outputs>
<Output idx="1" type="I2"/></Outputs></Node></DFG>)";
  const auto read = read_sum(loop);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(operand(read->graph, node(read->graph, "SELECT_1"), Port::kB), "ADD_2@1");
  EXPECT_EQ(lines_of(read->warnings).front(),
            "3: the edge from ADD_2 to SELECT_1 goes to no later level (ASAP), and the file has no nextiter: taken for "
            "one to the next iteration");
  const auto without_levels = read_sum(changed(changed(loop, "ASAP=\"0\"", ""), "ASAP=\"1\"", ""));
  EXPECT_EQ(refusal(without_levels), "1:6: a cycle without a loop distance: SELECT_1 -> ADD_2 -> SELECT_1");
}

TEST(MorpherGraph, OneRootAroundAll_IsRead) {
  const auto read = read_sum("<root>\n" + data("sum.xml") + "</root>");
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->graph.nodes.size(), 10U);
  EXPECT_EQ(refusal(read_sum("<root><root/></root>")), "1:7: expected <DFG> or <MutexBB>, found <root>");
}

TEST(MorpherGraph, TagLeftOpen_IsClosedWithARemark) {
  const auto read =
      read_sum(changed(data("sum.xml"), "idx=\"2\" nextiter=\"0\" type=\"I1\"/>", "idx=\"2\" nextiter=\"0\" "));
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(operand(read->graph, node(read->graph, "CGT_2"), Port::kB), "SELECT_0");
  EXPECT_THAT(lines_of(read->warnings),
              ::testing::IsSupersetOf({std::string("28: the tag <Output does not end: taken as closed"),
                                       std::string("28: the edge from SELECT_0 to CGT_2 has no type: the first operand "
                                                   "that is free")}));
}

TEST(MorpherGraph, AccumulatorsOfFlex_AndWhatIsNotTakenOver) {
  const auto read = read_sum(R"(<ITER stride="1"></ITER>
<DFG count="3"><Node idx="1" SHIFT="2" OFFSET="0"><OP>LOAD</OP><Outputs><Output idx="2" type="I1"/></Outputs></Node>
<Node idx="2"><OP>ACCUM</OP><Inputs><Input idx="1"/><Input idx="2"/></Inputs></Node></DFG>)");
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(operand(read->graph, node(read->graph, "ACCUM_2"), Port::kA), "LOAD_1");
  EXPECT_EQ(operand(read->graph, node(read->graph, "ACCUM_2"), Port::kB), "ACCUM_2@1");
  EXPECT_THAT(lines_of(read->warnings),
              ElementsAre("1: ITER: a generator of loop counters is not modelled: a node that it feeds reads 0",
                          "2: SHIFT 2 of LOAD_1 is not taken over", "2: count is 3, and there are 2 nodes",
                          "3: ACCUM_2 lists input 2, which has no <Output> to it: left out"));
}

TEST(MorpherGraph, NumberGivenTwice_InputsTellApart) {
  const std::string twice = R"(<DFG><Node idx="1"><OP>MOVC</OP><Outputs><Output idx="2" type="I1"/></Outputs></Node>
<Node idx="2"><OP>ADD</OP><Inputs><Input idx="1"/></Inputs></Node>
<Node idx="3"><OP>MOVC</OP><Outputs><Output idx="2" type="I1"/></Outputs></Node>
<Node idx="2"><OP>MUL</OP><Inputs><Input idx="3"/></Inputs></Node></DFG>)";
  const auto read = read_sum(twice);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(operand(read->graph, node(read->graph, "ADD_2"), Port::kA), "MOVC_1");
  EXPECT_EQ(operand(read->graph, node(read->graph, "MUL_2_2"), Port::kA), "MOVC_3");
  EXPECT_EQ(lines_of(read->warnings).front(), "4: node 2 is defined again: edges to it are told apart by <Inputs>");
}

TEST(MorpherGraph, SecondValueOnAPort_IsMerged) {
  const auto read = read_sum(changed(data("sum.xml"), "type=\"PS\"", "type=\"I1\""));
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(operand(read->graph, node(read->graph, "STORE_6"), Port::kB), "STORE_6_merge");
  EXPECT_EQ(node(read->graph, "STORE_6_merge").op, Opcode::kOr);
  EXPECT_THAT(lines_of(read->warnings), ::testing::Contains(HasSubstr("further value, MUL_5: merged")));
}

TEST(MorpherGraph, Malformed_IsRefusedWithItsPlace) {
  const auto said = [](const std::string& what, const std::string& by) {
    return refusal(read_sum(changed(data("sum.xml"), what, by)));
  };
  EXPECT_EQ(said("CGT", "CGTT"), "41:5: there is no operation \"CGTT\"");
  EXPECT_EQ(said("idx=\"4\" nextiter", "idx=\"44\" nextiter"), "37:2: <Output> names node 44, which does not exist");
  EXPECT_EQ(said("CONST=\"64\"", "CONST=\"6x\""), "7:42: CONST is \"6x\", expected a whole number");
  EXPECT_EQ(said("type=\"I3\"", "type=\"I4\""), "50:31: type is \"I4\", expected I1, I2, I3, P or PS");
  EXPECT_EQ(said("<OP>MUL</OP>", ""), "57:1: node 5 has no <OP>");
  EXPECT_EQ(said("nextiter=\"1\"", "nextiter=\"-1\""), "36:2: distance -1 is not in 0..65535");
  EXPECT_THAT(said("</DFG>", "</DFG><X/>"), HasSubstr("expected <DFG> or <MutexBB>, found <X>"));
  EXPECT_EQ(refusal(read_sum("<DFG></DFG>")), "1:1: the graph has no operation");
  EXPECT_EQ(refusal(read_sum("<MutexBB/>")), "1:1: there is no <DFG>");
}

/// All of Morpher's and PANORAMA's graphs that are at hand; two hold a cycle.
TEST(MorpherGraph, SharedFiles_AreReadUnchanged) {
  const std::filesystem::path root = std::filesystem::path(HEDDLE_SOURCE_DIR) / "../shared/data/cgra";
  if (!std::filesystem::exists(root)) GTEST_SKIP() << "no shared graphs beside the project";
  int read = 0;
  int cyclic = 0;
  for (const char* folder : {"morpher/dfg", "panorama"})
    for (const auto& entry : std::filesystem::directory_iterator(root / folder)) {
      if (entry.path().extension() != ".xml") continue;
      const auto graph = read_morpher_graph(*read_file(entry.path()), entry.path(), false);
      if (entry.path().filename().string().starts_with("realgsm")) {
        EXPECT_THAT(refusal(graph), HasSubstr("a cycle without a loop distance")) << entry.path();
        ++cyclic;
        continue;
      }
      EXPECT_THAT(graph, IsOk()) << entry.path();
      ++read;
    }
  EXPECT_EQ(read, 24);
  EXPECT_EQ(cyclic, 2);
}

}  // namespace
}  // namespace heddle::exchange
