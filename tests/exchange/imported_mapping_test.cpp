// Mappings of imported graphs on imported arrays: the checker against seeded faults, and what must not change or raise
// a proved II.
#include <algorithm>
#include <random>

#include "compiler/mapper/solve.h"
#include "tests/exchange/support.h"
#include "tests/mapper/faults.h"
#include "tests/mapper/token_machine.h"

namespace heddle::exchange {
namespace {

constexpr const char* kGraphs[] = {"cgra_mapper.dot", "dot_product.json", "fir.dot", "loop_edges", "old.xml"};

dfg::Graph graph_of(const std::string& text) {
  auto read = read_graph(text, "graph", {}, false);
  EXPECT_THAT(read, IsOk());
  return read ? std::move(read->graph) : dfg::Graph{};
}

/// A row of three PEs as in the file, with the operations that the graphs here need on each, in rows and columns.
arch::Cgra array_of(std::string text) {
  const std::string operations =
      R"("OPS": {"NOP": 1, "ADD": 1, "SUB": 1, "MUL": 1, "OR": 1, "LS": 1, "CMP": 1, "CLT": 1, "SELECT": 1, "MOVC": 1)";
  text = changed(text, R"("OPS": {"NOP": 1, "ADD": 1, "SELECT": 1, "CMERGE": 1, "MUL": 3, "OLOAD": 1, "TWIST": 1)",
                 operations);
  text = changed(text, R"("OPS": {"ADD": 1, "LOAD": 1, "STORE": 1, "OLOAD": 1)",
                 operations + R"(, "LOAD": 2, "STORE": 1)");
  const auto read = read_row(text);
  EXPECT_THAT(read, IsOk());
  return read ? read->cgra : arch::Cgra{};
}

TEST(ImportedMapping, SeededFaults_AreRejected) {
  const arch::Cgra cgra = array_of(data("row.json"));
  mapper::Tally tally;
  for (const char* name : kGraphs) {
    const dfg::Graph graph = graph_of(data(name));
    const mapper::Problem problem{graph, cgra};
    const auto answer = mapper::solve("portfolio", problem, {.seconds = 5}, Context{});
    ASSERT_THAT(answer, IsOk());
    ASSERT_TRUE(answer->mapping) << name << ": " << answer->reason;
    EXPECT_EQ(mapper::replay(problem, *answer->mapping), "") << name;
    Random random(11);
    for (int k = 0; k < 300; ++k) mapper::count(problem, mapper::mutated(*answer->mapping, random, cgra), tally);
  }
  EXPECT_GT(tally.faults, 700);
  EXPECT_EQ(tally.rejected, tally.faults);
  EXPECT_GT(tally.harmless, 5);
}

/// Graphs of TRAM, GenMap and Morpher on Morpher's arrays, as shipped.
TEST(ImportedMapping, SeededFaultsInSharedFiles_AreRejected) {
  const std::filesystem::path root = std::filesystem::path(HEDDLE_SOURCE_DIR) / "../shared/data/cgra";
  if (!std::filesystem::exists(root)) GTEST_SKIP() << "no shared graphs beside the project";
  mapper::Tally tally;
  int mapped = 0;
  for (const char* array : {"hycube_original.json", "stdnoc.json"}) {
    const auto cgra = find_cgra(root / "morpher/adl" / array, "");
    ASSERT_THAT(cgra, IsOk());
    for (const char* name : {"tram/ewf.dot", "tram/fft.dot", "tram/arf.dot", "genmap/benchmark_GenMap_af.dot",
                             "genmap/benchmark_GenMap_sf.dot"}) {
      const auto graph = read_graph(*read_file(root / name), name, {}, false);
      ASSERT_THAT(graph, IsOk());
      const mapper::Problem problem{graph->graph, cgra->cgra};
      const auto answer = mapper::solve("heuristic", problem, {.seconds = 3}, Context{});
      ASSERT_THAT(answer, IsOk());
      if (!answer->mapping) continue;
      ++mapped;
      EXPECT_EQ(mapper::replay(problem, *answer->mapping), "") << name << " on " << array;
      Random random(13);
      for (int k = 0; k < 100; ++k)
        mapper::count(problem, mapper::mutated(*answer->mapping, random, cgra->cgra), tally);
    }
  }
  RecordProperty("faults", tally.faults);
  EXPECT_GE(mapped, 8);
  EXPECT_GT(tally.faults, 300);
  EXPECT_EQ(tally.rejected, tally.faults);
}

/// The proved minimum.
int minimum(const dfg::Graph& graph, const arch::Cgra& cgra) {
  const auto answer = mapper::solve("exact", {graph, cgra}, {.seconds = 30}, Context{});
  EXPECT_THAT(answer, IsOk());
  if (!answer) return 0;
  EXPECT_EQ(answer->outcome, mapper::Outcome::kOptimal) << answer->reason;
  return answer->mapping ? answer->mapping->ii : 0;
}

/// The lines between the first and the last in another order: node and edge statements of DOT, edges of a list.
std::string shuffled(const std::string& text, std::size_t keep_front, std::size_t keep_back) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  std::mt19937 random(3);
  for (std::size_t i = keep_front; i + keep_back + 1 < lines.size(); ++i)
    std::swap(lines[i], lines[i + random() % (lines.size() - keep_back - i)]);
  std::string all;
  for (const std::string& each : lines) all += each + "\n";
  return all;
}

TEST(ImportedMapping, OrderOfStatementsAndNames_KeepTheII) {
  const arch::Cgra cgra = array_of(data("row.json"));
  EXPECT_EQ(minimum(graph_of(shuffled(data("fir.dot"), 2, 1)), cgra), minimum(graph_of(data("fir.dot")), cgra));
  const std::string edges = data("loop_edges");
  EXPECT_EQ(minimum(graph_of(shuffled(edges, 1, 0)), cgra), minimum(graph_of(edges), cgra));
  const std::string numbers = "0 1 0 1\n1 2 0 1\n2 0 1 1\n1 3 0 1\n0 3 0 1\n3 4 0 1\n";
  const std::string names = "q z 0 1\nz b 0 1\nb q 1 1\nz k 0 1\nq k 0 1\nk a 0 1\n";
  EXPECT_EQ(minimum(graph_of(names), cgra), minimum(graph_of(numbers), cgra));
}

TEST(ImportedMapping, MirroredArraysKeepTheII_MoreLinksDoNotRaiseIt) {
  const std::string row = data("row.json");
  std::string mirrored = changed(row, R"({"X": 0, "Y": 0, "MOD": "PE_MEM"})", R"({"X": 2, "Y": 0, "MOD": "PE_MEM"})");
  mirrored = changed(mirrored, R"({"X": 2, "Y": 0, "MOD": "PE"}])", R"({"X": 0, "Y": 0, "MOD": "PE"}])");
  mirrored = changed(mirrored, "\"TO_X\": \"X+1\"", "\"TO_X\": \"X#1\"");
  mirrored = changed(mirrored, "\"TO_X\": \"X-1\"", "\"TO_X\": \"X+1\"");
  mirrored = changed(mirrored, "\"TO_X\": \"X#1\"", "\"TO_X\": \"X-1\"");
  const std::string ring = changed(changed(row, "\"X+1\"", "\"(X+1)%3\""), "\"X-1\"", "\"(X-1)%3\"");
  for (const char* name : kGraphs) {
    const dfg::Graph graph = graph_of(data(name));
    const int before = minimum(graph, array_of(row));
    EXPECT_EQ(minimum(graph, array_of(mirrored)), before) << name;
    EXPECT_LE(minimum(graph, array_of(ring)), before) << name;
  }
}

}  // namespace
}  // namespace heddle::exchange
