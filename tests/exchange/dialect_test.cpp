// What DOT graphs of other tools look like beside TRAM's: small ones of our own in each manner.
#include "compiler/dfg/text.h"
#include "compiler/exchange/node_link.h"
#include "tests/exchange/support.h"

namespace heddle::exchange {
namespace {

using dfg::Port;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

Result<ImportedGraph> read(const std::string& text) { return read_graph(text, "a.dot", {}, false); }

/// "add(x,y@1,)" of that node; the message if the text is refused.
std::string ports(const std::string& text, const std::string& name) {
  const auto read_in = read(text);
  if (!read_in) return refusal(read_in);
  const dfg::Graph& graph = read_in->graph;
  const dfg::Node& each = node(graph, name);
  return std::string(dfg::name(each.op)) + "(" + operand(graph, each, Port::kA) + "," + operand(graph, each, Port::kB) +
         "," + operand(graph, each, Port::kC) + ")";
}

std::vector<std::string> warnings(const std::string& text) {
  const auto read_in = read(text);
  return read_in ? lines_of(read_in->warnings) : std::vector<std::string>{refusal(read_in)};
}

TEST(Dot, DefaultsGoToTheNodesAndEdgesAfterThem) {
  const std::string text =
      "digraph {\n edge [distance=1]\n { node [opcode=load]; l }\n node [opcode=add]\n a; b\n l -> a; a -> b; b -> a }";
  EXPECT_EQ(ports(text, "l"), "load_s32(0,,)");
  EXPECT_EQ(ports(text, "a"), "add(l@1,b@1,)");
  EXPECT_EQ(ports(text, "b"), "add(a@1,0,)");
}

TEST(Dot, StatementsAboutOneNode_AddUp) {
  EXPECT_EQ(ports("digraph { a [shape=box]; b [opcode=mov]; a -> b; a [opcode=mul] }", "a"), "mul(0,0,)");
  EXPECT_EQ(refusal(read("digraph { a [opcode=mul];\n a [opcode=add] }")), "2:2: node a is defined twice");
}

TEST(Dot, BlocksAreEndsOfEdges) {
  const std::string text = "digraph { node [opcode=xor]; {a b} -> subgraph s { c d } -> e }";
  EXPECT_EQ(ports(text, "c"), "xor(a,b,)");
  EXPECT_EQ(ports(text, "d"), "xor(a,b,)");
  EXPECT_EQ(ports(text, "e"), "xor(c,d,)");
}

TEST(Dot, StrictGraphs_HaveAnEdgeOnce_OthersTwice) {
  EXPECT_EQ(ports("digraph { node [opcode=mul]; x -> s; x -> s }", "s"), "mul(x,x,)");
  EXPECT_EQ(ports("strict digraph { node [opcode=mul]; x -> s; x -> s }", "s"), "mul(x,0,)");
  EXPECT_EQ(ports("strict digraph { node [opcode=mul]; x -> s [operand=0]; x -> s [operand=1] }", "s"), "mul(x,x,)");
}

TEST(Dot, NamesInQuotes_OfSeveralPieces_AndHtml) {
  const std::string text =
      "digraph \"a \" + \"b\" {\n \"x:y\" [op=\"AD\\\nD\", label=<<b>n</b>>];\n \"x:y\" -> \"node\":in1:n;\n"
      " \"node\" [opcode=sub] }";
  EXPECT_EQ(ports(text, "node"), "sub(0,x:y,)");
  EXPECT_EQ(read(text)->graph.name, "a b");
  EXPECT_EQ(refusal(read("digraph { a [label=<<b>x</b>]; }")), "1:20: an HTML string without its closing >");
  EXPECT_EQ(refusal(read("digraph { \"a\" + b }")), "1:17: expected a quoted string after +");
}

TEST(Dot, Undirected_IsRefused) {
  const std::string expected = "1:1: expected digraph, found graph: edges of data have a direction";
  EXPECT_EQ(refusal(read("graph {\n a -- b }")), expected);
  EXPECT_EQ(refusal(read("graph g { a -- b }")), expected);
}

TEST(Dot, PortsAndNamedOperands_ArePlaces) {
  const std::string nodes = "digraph { x [op=mov]; y [op=mov]; s [op=OP]; ";
  const auto sub = [&](const std::string& edges, const char* op = "sub") {
    return ports(changed(nodes, "OP", op) + edges + " }", "s");
  };
  EXPECT_EQ(sub("y -> s [operand=RHS]; x -> s [operand=LHS]"), "sub(x,y,)");
  EXPECT_EQ(sub("y -> s:in1; x -> s:in0:w"), "sub(x,y,)");
  EXPECT_EQ(sub("y -> s:1; x -> s:0"), "sub(x,y,)");
  EXPECT_EQ(sub("y -> s [operand=any2input]; x -> s [operand=any2input]"), "sub(y,x,)");
  EXPECT_EQ(sub("y -> s [operand=rhs]; x -> s [operand=lhs]", "gt"), "slt(y,x,)");
  EXPECT_EQ(sub("y -> s [operand=data]; x -> s [operand=addr]", "store"), "store_32(x,y,)");
}

TEST(Dot, OwnResultWithoutADistance_IsOfTheIterationBefore) {
  const std::string text = "digraph {\n a [opcode=add];\n a -> a;\n a -> a [operand=1]; }";
  EXPECT_EQ(ports(text, "a"), "add(a@1,a@1,)");
  EXPECT_THAT(warnings(text), Contains("3: a reads itself, and no distance is given: taken for the value of the "
                                       "iteration before"));
  EXPECT_EQ(refusal(read("digraph {\n a [opcode=add]; a -> a [distance=0] }")),
            "2:2: a cycle without a loop distance: a -> a");
  EXPECT_EQ(refusal(read("digraph {\n a [opcode=add]; b [opcode=add]; a -> b -> a }")),
            "2:2: a cycle without a loop distance: a -> b -> a");
}

TEST(Dot, AccumulatorsReadThemselves) {
  EXPECT_EQ(ports("digraph { x [opcode=input]; s [opcode=ACC]; x -> s }", "s"), "add($,s@1,)");
  EXPECT_EQ(ports("digraph { x [opcode=input]; s [opcode=ACC]; x -> s; s -> s [distance=2] }", "s"), "add($,s@2,)");
}

TEST(Dot, WordsThatNeedAnImmediate) {
  const std::string text = "digraph { x [opcode=mov]; s [opcode=OP]; x -> s [operand=0] }";
  EXPECT_EQ(ports(changed(text, "OP", "not"), "s"), "xor(x,-1,)");
  EXPECT_EQ(ports(changed(text, "OP", "neg"), "s"), "sub(0,x,)");
}

TEST(Dot, WordsThatWeLack_HaveAStandIn_WhichIsSaid) {
  const std::string text = "digraph { x [opcode=mov];\n s [opcode=CAT]; x -> s [operand=1] }";
  EXPECT_EQ(ports(text, "s"), "or(0,x,)");
  EXPECT_THAT(warnings(text), Contains("2: cat of s is none of ours: \"or\" stands in, for mapping the same"));
}

TEST(Dot, ConstantsInEverySpelling) {
  const auto value = [](const std::string& constant) {
    return ports("digraph {\n c [opcode=" + constant + "]; x [opcode=mov]; c -> x }", "x");
  };
  EXPECT_EQ(value("const, const_value=\" 30\""), "mov(30,,)");
  EXPECT_EQ(value("const, constVal=-4"), "mov(-4,,)");
  EXPECT_EQ(value("const, val=0x1F"), "mov(31,,)");
  EXPECT_EQ(value("const_240"), "mov(240,,)");
  EXPECT_EQ(value("const"), "mov($,,)");
  EXPECT_THAT(warnings("digraph {\n c [opcode=const, value=2.5]; x [opcode=mov]; c -> x }"),
              Contains("2: constant c is \"2.5\", no whole number: a word that the host sets stands in"));
}

TEST(Dot, OperationsInLabels) {
  const auto op = [](const std::string& label) {
    return ports("digraph {\n s [label=\"" + label + "\"]; x [label=\"mov\"]; x -> s }", "s");
  };
  EXPECT_EQ(op("ADD"), "add(x,0,)");
  EXPECT_EQ(op("(12) shl"), "shl(x,0,)");
  EXPECT_EQ(op("  %3 = shl i32 1, %i"), "shl(x,0,)");
  EXPECT_EQ(op("7    %cmp = icmp sgt i32 %a, 0"), "slt(x,0,)");
  EXPECT_EQ(op("8  store i32 %a, i32* %b, align 4"), "store_32(0,x,)");
  EXPECT_EQ(op(" mul m BB=body HyIns=ARS,\\n4, ASAP=1"), "ashr(x,0,)");
  EXPECT_EQ(op(">>"), "lshr(x,0,)");
  EXPECT_EQ(op("\u00d7"), "mul(x,0,)");
  EXPECT_EQ(op("17 C_5"), "2:39: s is no operation, it reads nothing");
  EXPECT_EQ(op("cluster 3"), "2:2: node s has no opcode, and its label \"cluster 3\" is no operation");
}

TEST(Dot, OperationsInNames_OnlyWhereNoNodeHasAnOpcode) {
  EXPECT_EQ(ports("digraph { MUL_5; MUL_5 -> add12; Node3load -> add12 }", "add12"), "add(MUL_5,Node3load,)");
  EXPECT_THAT(warnings("digraph {\n MUL_5; MUL_5 -> add12 }"),
              Contains("2: no node has an opcode: operations are read from the names of nodes"));
  EXPECT_EQ(refusal(read("digraph {\n MUL_5; MUL_5 -> x; x [opcode=add] }")), "2:2: node MUL_5 has no opcode");
}

TEST(Dot, LatenciesAreNamed) {
  const std::string text =
      "digraph {\n a [opcode=mul, latency=3];\n b [opcode=add];\n a -> b [latency=2];\n a -> b [lat=1]; }";
  EXPECT_THAT(warnings(text), Contains("2: latency 3 of a is not taken over: latencies are the array's"));
  EXPECT_THAT(warnings(text), Contains("4: latency 2 of a -> b is not taken over: latencies are the array's"));
  EXPECT_THAT(warnings(text), Not(Contains(HasSubstr("latency 1"))));
}

TEST(Dot, BranchesSteerThroughPredicatesAndOrder) {
  const std::string text =
      "digraph {\n c [op=icmp]; br [op=br]; st [op=store]; a [op=add];\n c -> br;\n br -> st;\n br -> a;\n a -> c }";
  EXPECT_EQ(ports(text, "st"), "store_32(0,0,br)");
  const auto graph = read(text);
  ASSERT_THAT(graph, IsOk());
  ASSERT_EQ(graph->graph.order.size(), 1U);
  EXPECT_EQ(graph->graph.order[0].distance, 1);  // the branch is reached from what it steers
  EXPECT_THAT(lines_of(graph->warnings), Contains("5: br steers a, which always runs here: only their order is kept"));
}

TEST(Dot, EdgesOfOrder) {
  const auto graph = read("digraph { s [op=store]; l [op=load]; s -> l [operand=-1, type=order] }");
  ASSERT_THAT(graph, IsOk());
  EXPECT_EQ(graph->graph.order.size(), 1U);
}

TEST(CgraMapper, OperandsAreInTheOrderOfPre) {
  const std::string text = R"([{"id": 1, "org_opt": "add", "in_const": [], "pre": [], "succ": [[3]]},
 {"id": 2, "org_opt": "mul", "in_const": [], "pre": [], "succ": [[3]]},
 {"id": 3, "org_opt": "store", "in_const": [], "pre": [2, 1], "succ": [[]]}])";
  EXPECT_EQ(ports(text, "n3"), "store_32(n1,n2,)");  // in the order of LLVM: the data, then the address
  EXPECT_EQ(ports(changed(text, "[2, 1]", "[1, 2]"), "n3"), "store_32(n2,n1,)");
  EXPECT_THAT(warnings(changed(text, "\"pre\": [], \"succ\": [[3]]},\n {\"id\": 2",
                               "\"pre\": [], \"succ\": [[]]},\n {\"id\": 2")),
              Contains("3: n3 lists n1 in pre, which does not list it in succ: left out"));
  EXPECT_EQ(refusal(read(changed(text, "[2, 1]", "[2, true]"))), "3:59: at /2/pre/1: expected the id of an operation");
}

TEST(Dot, LiveInsOfOneName_AreOne) {
  const auto graph = read("digraph { s [op=add, imm_b=\"$a\"]; a [op=input]; a -> s [operand=0] }");
  ASSERT_THAT(graph, IsOk());
  EXPECT_EQ(graph->graph.live_ins.size(), 1U);
}

TEST(Dot, BranchesOfSeveralValues_AndOfBranches) {
  const std::string text =
      "digraph { a [op=eq]; b [op=eq]; br [op=br]; next [op=br]; p [op=phi]; a -> br; b -> br; br -> next; next -> p }";
  EXPECT_EQ(ports(text, "br"), "or(a,b,)");
  EXPECT_EQ(ports(text, "next"), "mov(br,,)");
  EXPECT_EQ(ports(text, "p"), "select(0,0,next)");
}

TEST(NodeLinkJson, SharesTheWordsOfDot) {
  const std::string text = R"({"directed": true, "nodes": [{"id": 4, "opcode": "load"}, {"id": "s", "Op": "ADD"}],
 "links": [{"source": 4, "target": "s"}, {"source": "s", "target": "s", "distance": 2}]})";
  EXPECT_EQ(ports(text, "s"), "add(4,s@2,)");
  EXPECT_EQ(refusal(read(changed(text, "\"target\": \"s\"}", "\"target\": 5}"))), "2:12: there is no node 5");
  EXPECT_EQ(refusal(read(changed(text, "true", "false"))), "1:14: at /directed: edges of data have a direction");
}

TEST(Json, InNoFormOfAGraph_SaysWhatItFound) {
  EXPECT_THAT(refusal(read("{\"rows\": 4, \"columns\": 4}")), HasSubstr("1:1: not a graph in any form that is known"));
  EXPECT_THAT(refusal(read("{\"rows\": 4, \"columns\": 4}")), HasSubstr("found rows, columns"));
  EXPECT_THAT(refusal(read("{\"ARCH\": {}}")), HasSubstr("an architecture, not a graph"));
  EXPECT_THAT(refusal(read("[{\"x\": 0, \"y\": 1, \"op\": \"add\"}]")), HasSubstr("a configuration of tiles (x, y)"));
}

TEST(GraphvizJson, Subgraphs_AreNoNodes) {
  EXPECT_EQ(ports(R"({"objects": [{"name": "cluster0", "nodes": [1]}, {"name": "a", "opcode": "mov"},
 {"name": "b", "opcode": "mov"}], "edges": [{"tail": 1, "head": 2}]})",
                  "b"),
            "mov(a,,)");
}

}  // namespace
}  // namespace heddle::exchange
