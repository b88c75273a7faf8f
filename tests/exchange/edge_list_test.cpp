#include "compiler/exchange/edge_list.h"

#include "compiler/dfg/verify.h"
#include "tests/exchange/support.h"

namespace heddle::exchange {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<ImportedGraph> read(const std::string& text) { return read_graph(text, "a.edges", {}, false); }

/// "0->1@2 ..." by names; the message if the text is refused.
std::string edges(const std::string& text) {
  const auto read_in = read(text);
  if (!read_in) return refusal(read_in);
  std::set<std::string> found;
  for (const dfg::ValueEdge& edge : dfg::value_edges(read_in->graph))
    found.insert(read_in->graph.node(edge.from).name + "->" + read_in->graph.node(edge.to).name +
                 (edge.distance > 0 ? "@" + std::to_string(edge.distance) : ""));
  std::string all;
  for (const std::string& each : found) all += all.empty() ? each : " " + each;
  return all;
}

TEST(EdgeList, SeparatorsAndComments) {
  const std::string expected = "0->1 1->2@3";
  EXPECT_EQ(edges("0 1\n1 2 3\n"), expected);
  EXPECT_EQ(edges("% a comment\n0\t1\t0\t1\r\n1\t2\t3\t1\r\n"), expected);
  EXPECT_EQ(edges("0,1,0,1\n1, 2, 3, 1 // back\n"), expected);
  EXPECT_EQ(edges("0 -> 1;\n1->2 3;# back\n\n"), expected);
}

TEST(EdgeList, ColumnsByName) {
  EXPECT_EQ(edges("source destination distance latency\n0 1 0 1\n1 2 3 1"), "0->1 1->2@3");
  EXPECT_EQ(edges("src,dst,latency,distance\n0,1,1,0\n1,2,1,3"), "0->1 1->2@3");
  const auto graph = read("from,to,latency\n0,1,2\n");
  ASSERT_THAT(graph, IsOk());
  EXPECT_THAT(lines_of(graph->warnings),
              ElementsAre("2: latency 2 of 0 -> 1 is not taken over: latencies are the array's"));
}

TEST(EdgeList, NodesByName) {
  EXPECT_EQ(edges("load mul 0\nmul acc 0\nacc acc 1"), "acc->acc@1 load->mul mul->acc");
  EXPECT_EQ(edges("\"a b\" c 0 1"), "a b->c");
  const auto short_lines = read_graph("a b\nb c", "a.edges", GraphKind::kEdgeList, false);
  ASSERT_THAT(short_lines, IsOk());
  EXPECT_EQ(short_lines->graph.nodes.size(), 3U);
}

TEST(EdgeList, Malformed_IsRefusedWithItsPlace) {
  EXPECT_EQ(edges("0 1\n1 b\n"), "2:3: expected a whole number, as the first edge has, found b");
  EXPECT_EQ(edges("0 1.5\n"), "1:3: expected a whole number or a name, found 1.5");
  EXPECT_EQ(edges("0 1 x\n"), "1:5: expected a whole number for the distance, found x");
  EXPECT_EQ(edges("0 1 0 1 9\n"), "1:1: 5 fields, expected source, destination, and then distance and latency");
  EXPECT_EQ(edges("0 1 70000\n"), "1:5: distance 70000 is not in 0..65535");
  EXPECT_EQ(edges("source destination\n"), "1:1: there is no edge in the file");
  EXPECT_EQ(edges("0 0\n"), "1:1: a cycle without a loop distance: 0 -> 0");
  EXPECT_EQ(refusal(read_graph("\"a 1\n", "a", GraphKind::kEdgeList, false)),
            "1:1: a string without its closing quote");
  EXPECT_EQ(refusal(read_graph("", "a", GraphKind::kEdgeList, false)), "1:1: there is no edge in the file");
}

TEST(EdgeList, ANameOfSeveralLines_StaysInTheComment) {
  const auto named = read_graph("digraph \"a\nb c\" { node [opcode=mov]; x -> y }", "a.dot", {}, false);
  ASSERT_THAT(named, IsOk());
  EXPECT_EQ(edges(write_edge_list(named->graph)), "0->1");
}

TEST(EdgeList, MoreInputsThanPorts_AreMerged_AndTwoOfOneValueAreTwo) {
  EXPECT_EQ(edges("0 1\n0 1\n"), "0->1");
  const auto many = read("0 9\n1 9\n2 9\n3 9\n4 9\n");
  ASSERT_THAT(many, IsOk());
  EXPECT_THAT(lines_of(many->warnings).front(), HasSubstr("4: 9 reads a further value, 3: merged by an inserted"));
}

}  // namespace
}  // namespace heddle::exchange
