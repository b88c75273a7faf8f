#include "compiler/exchange/node_link.h"

#include "compiler/dfg/text.h"
#include "compiler/dfg/verify.h"
#include "tests/exchange/support.h"

namespace heddle::exchange {
namespace {

using dfg::Port;
using ::testing::HasSubstr;

Result<ImportedGraph> read(const std::string& text) { return read_graph(text, "a.dot", {}, false); }

std::string ports(const dfg::Graph& graph, const std::string& name) {
  const dfg::Node& each = node(graph, name);
  return std::string(dfg::name(each.op)) + "(" + operand(graph, each, Port::kA) + "," + operand(graph, each, Port::kB) +
         "," + operand(graph, each, Port::kC) + ")";
}

TEST(Dot, OperandsConstantsInputsAndOutputs_FindTheirPlaces) {
  const auto fir = read(data("fir.dot"));
  ASSERT_THAT(fir, IsOk());
  const dfg::Graph& graph = fir->graph;
  EXPECT_EQ(graph.name, "fir");
  EXPECT_EQ(graph.nodes.size(), 5U);
  EXPECT_EQ(ports(graph, "m0"), "mul($,3,)");
  EXPECT_EQ(ports(graph, "s"), "sub(m1,m0,)");
  EXPECT_EQ(ports(graph, "acc"), "add(s,acc@1,)");
  EXPECT_EQ(ports(graph, "big"), "slt(acc,3,)");
  EXPECT_EQ(node(graph, "acc").live_out, 0);
  EXPECT_EQ(graph.live_ins.size(), 2U);
  EXPECT_TRUE(fir->warnings.empty());
}

TEST(Dot, Malformed_IsRefusedWithItsPlace) {
  const auto said = [](const std::string& what, const std::string& by) {
    return refusal(read(changed(data("fir.dot"), what, by)));
  };
  EXPECT_EQ(said("opcode = SUB", "opcode = SUBX"), "9:17: there is no operation \"SUBX\"");
  EXPECT_EQ(said("[opcode = SUB]", ""), "9:5: node s has no opcode");
  EXPECT_EQ(said("x1 -> m1", "x9 -> m1"), "15:5: there is no node x9");
  EXPECT_EQ(said("acc -> y", "y -> acc"), "18:5: y is an output, nothing can read it");
  EXPECT_EQ(said("acc -> acc [distance=1]", "acc -> s"),
            "9:5: a cycle without a loop distance: s -> acc -> s_merge -> s");
  EXPECT_EQ(said("distance=1", "distance=-1"), "17:36: distance is \"-1\", expected 0 to 65535");
  EXPECT_EQ(said("operand=0", "operand=7"), "13:23: operand is 7, expected 0 to 2");
  EXPECT_EQ(said("x1 -> m1", "x1 -- m1"), "15:8: expected ->: edges of data have a direction");
  EXPECT_EQ(said("digraph fir {", "digraph fir"), "3:5: expected {, found n");
  EXPECT_THAT(said("[shape=box]", "[shape=box"), HasSubstr("4:8: expected =, found ["));
  EXPECT_EQ(said("\n}\n", "\n"), "20:1: expected }, found the end of the file");
  EXPECT_EQ(said("m1 [opcode", "\"m1 [opcode"), "8:5: a string without its closing quote");
}

TEST(Dot, WhatToDotWrites_IsReadAgain) {
  const auto first = read_morpher_graph(data("sum.xml"), "sum.xml", false);
  ASSERT_THAT(first, IsOk());
  const auto again = read(dfg::to_dot(first->graph));
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->warnings.empty());
  // The same but for names and places.
  dfg::Graph expected = first->graph;
  dfg::Graph found = again->graph;
  for (dfg::Graph* graph : {&expected, &found})
    for (dfg::Node& each : graph->nodes) {
      each.name.clear();
      each.where = {};
    }
  expected.name = found.name;
  EXPECT_EQ(dfg::print_text(found), dfg::print_text(expected));
}

TEST(CgraMapper, PhisCloseLoopsAndFollowBranches) {
  const auto dot = read(data("dot_product.json"));
  ASSERT_THAT(dot, IsOk());
  const dfg::Graph& graph = dot->graph;
  EXPECT_EQ(ports(graph, "n0"), "select(n3@1,0,n6@1)");
  EXPECT_EQ(ports(graph, "n3"), "add(n0,4,)");
  EXPECT_EQ(ports(graph, "n8"), "select(n9@1,0,n6)");
  EXPECT_EQ(ports(graph, "n10"), "store_32(0,n9,)");
  const auto picture = read(data("cgra_mapper.dot"));
  ASSERT_THAT(picture, IsOk());
  EXPECT_EQ(ports(picture->graph, "Node0phi"), "or(Node1add@1,0,)");
}

TEST(CgraMapper, Malformed_IsRefusedWithItsPlace) {
  const auto said = [](const std::string& what, const std::string& by) {
    return refusal(read(changed(data("dot_product.json"), what, by)));
  };
  EXPECT_EQ(said("[[1, 2, 3]]", "[[1, 2, 33]]"), "2:121: there is no node n33");
  EXPECT_EQ(said("[[1, 2, 3]]", "[[1, 2, true]]"), "2:121: at /0/succ/0/2: expected the id of an operation");
  EXPECT_EQ(said("\"org_opt\": \"mul\"", "\"org_opt\": \"mull\""), "8:37: there is no operation \"mull\"");
  EXPECT_EQ(said("\"id\": 7, ", ""), "8:3: at /6: id is missing");
  EXPECT_THAT(said("[\n", "[,\n"), HasSubstr("1:2: "));
}

TEST(GraphvizJson, SharesTheWordsOfDot) {
  const std::string text =
      R"({"name": "g", "objects": [{"name": "a", "opcode": "INPUT"}, {"name": "b", "opcode": "ADD"}],
 "edges": [{"tail": 0, "head": 1}, {"tail": 1, "head": 1, "distance": 2}]})";
  const auto graph = read(text);
  ASSERT_THAT(graph, IsOk());
  EXPECT_EQ(ports(graph->graph, "b"), "add($,b@2,)");
  EXPECT_EQ(refusal(read(changed(text, "\"head\": 1}", "\"head\": 5}"))),
            "2:32: at /edges/0/head: there is no object 5");
}

TEST(EdgeList, OperationsFollowFromInputs) {
  const auto graph = read(data("loop_edges"));
  ASSERT_THAT(graph, IsOk());
  EXPECT_EQ(ports(graph->graph, "3"), "add(1,0,)");
  EXPECT_EQ(ports(graph->graph, "0"), "mov(2@1,,)");
  EXPECT_EQ(lines_of(graph->warnings).front(), "7: latency 2 of 3 -> 4 is not taken over: latencies are the array's");
  EXPECT_EQ(refusal(read("0 1 0\n1 x")), "2:3: expected a whole number, as the first edge has, found x");
  EXPECT_EQ(refusal(read("0 1\n1")), "2:1: 1 fields, expected source, destination, and then distance and latency");
  EXPECT_EQ(refusal(read("0 1 -1")), "1:5: distance -1 is not in 0..65535");
  EXPECT_EQ(refusal(read("0 1\n1 2\n2 0\n")), "1:1: a cycle without a loop distance: 0 -> 1 -> 2 -> 0");
}

TEST(EdgeList, WrittenAndReadAgain_KeepsValues) {
  const auto graph = read(data("loop_edges"));
  ASSERT_THAT(graph, IsOk());
  const std::string written = write_edge_list(graph->graph);
  const auto again = read(written);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(dfg::value_edges(again->graph).size(), 6U);
  EXPECT_THAT(written, HasSubstr("\n2 0 1 1\n"));
}

TEST(GraphKind, IsSeenByContent) {
  const auto kind = [](const std::string& text) { return graph_kinds()[static_cast<std::size_t>(detect_graph(text))]; };
  EXPECT_EQ(kind(data("sum.xml")), "morpher-xml");
  EXPECT_EQ(kind(data("fir.dot")), "dot");
  EXPECT_EQ(kind("# x\nStrict Digraph{}"), "dot");
  EXPECT_EQ(kind(data("dot_product.json")), "cgra-mapper-json");
  EXPECT_EQ(kind("{\"objects\": [], \"edges\": []}"), "graphviz-json");
  EXPECT_EQ(kind("{\"schema\": \"heddle.dfg/1\"}"), "heddle-json");
  EXPECT_EQ(kind(data("loop_edges")), "edge-list");
  EXPECT_EQ(kind("# sum\ngraph dot word 32"), "heddle-text");
  EXPECT_EQ(kind(""), "heddle-text");
}

/// TRAM's and GenMap's graphs; TRAM ships each in both forms.
TEST(NodeLink, SharedFiles_AreReadUnchanged) {
  const std::filesystem::path root = std::filesystem::path(HEDDLE_SOURCE_DIR) / "../shared/data/cgra";
  if (!std::filesystem::exists(root)) GTEST_SKIP() << "no shared graphs beside the project";
  int files = 0;
  for (const char* folder : {"tram", "genmap"})
    for (const auto& entry : std::filesystem::directory_iterator(root / folder)) {
      if (entry.path().extension() != ".dot") continue;
      const auto graph = read_graph(*read_file(entry.path()), entry.path(), {}, false);
      ASSERT_THAT(graph, IsOk()) << entry.path();
      ++files;
      auto twin = entry.path();
      twin.replace_extension(".json");
      if (!std::filesystem::exists(twin)) continue;
      const auto other = read_graph(*read_file(twin), twin, {}, false);
      ASSERT_THAT(other, IsOk()) << twin;
      EXPECT_EQ(dfg::value_edges(other->graph).size(), dfg::value_edges(graph->graph).size()) << twin;
    }
  EXPECT_EQ(files, 10);
}

}  // namespace
}  // namespace heddle::exchange
