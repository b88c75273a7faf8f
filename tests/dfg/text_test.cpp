#include "compiler/dfg/text.h"

#include <gtest/gtest.h>
// rapidcheck's header needs gtest's first.
#include <rapidcheck/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "tests/support/matchers.h"
#include "tests/support/random_graph.h"

namespace heddle::dfg {
namespace {

using testing_support::RandomGraph;
using testing_support::RandomGraphOptions;

/// A random graph with what only files carry: odd names, source lines, sizes, trip counts, missing initial values.
Graph decorated(std::uint64_t seed, int size) {
  RandomGraphOptions options;
  options.nodes = size;
  options.memory_ops = size / 3;
  options.steps = seed % 2 == 0;
  Graph graph = RandomGraph(seed, options).graph();
  Random random(seed + 1);
  const std::vector<std::string> names{
      "", "x", "a b", "sum.1", "q\"uo\\te", "new\nline", "# no; comment", "if", "\xC3\xA9t\xC3\xA9"};
  const auto name = [&] { return names[random.below(names.size())]; };
  graph.name = name();
  for (Array& array : graph.arrays) array.name = name() + array.name;
  for (LiveIn& live_in : graph.live_ins) live_in.name = name() + live_in.name;
  for (LiveOut& live_out : graph.live_outs) live_out.name = name() + live_out.name;
  for (Array& array : graph.arrays)
    if (random.below(2) == 0) array.bytes.reset();
  if (random.below(2) == 0) graph.trip_count = random.between(0, 1'000'000'000'000);
  for (Node& node : graph.nodes) {
    node.name = name();
    if (random.below(3) == 0)
      node.where = {"dir/" + name() + ".c", static_cast<int>(random.below(3)), static_cast<int>(random.below(3))};
    if (is_memory(node.op)) node.offset = random.between(-100, 100);
    for (Operand& operand : node.operands)
      if (operand.initial && random.below(3) == 0) operand.initial.reset();
  }
  return graph;
}

RC_GTEST_PROP(Text_RoundTrip, ParseOfPrintIsTheGraph, (std::uint64_t seed)) {
  const Graph graph = decorated(seed, *rc::gen::inRange(0, 30));
  const std::string text = print_text(graph);
  const Result<Graph> read = parse_text(text, "x.dfg");
  if (!read) RC_FAIL(to_string(read.error()) + "\n" + text);
  RC_ASSERT(*read == graph);
  RC_ASSERT(print_text(*read) == text);
}

RC_GTEST_PROP(Json_RoundTrip, ReadOfWriteIsTheGraph, (std::uint64_t seed)) {
  const Graph graph = decorated(seed, *rc::gen::inRange(0, 30));
  const std::string text = dump_json(to_json(graph));
  const Result<Document> document = parse_json(text, "x.json");
  RC_ASSERT(document.has_value());
  const Result<Graph> read = from_json(*document);
  if (!read) RC_FAIL(to_string(read.error()) + "\n" + text);
  RC_ASSERT(*read == graph);
  RC_ASSERT(dump_json(to_json(*read)) == text);
}

TEST(Text_Print, LoopsReadNaturally) {
  const char* text =
      "graph gemm word 32\n"
      "array A element 4 read\n"
      "live_in n\n"
      "live_out s\n"
      "loops 8, $n\n"
      "%n0 = load_s32 A[_ step 4, -28, $n] if 1 init 0 first 1\n"
      "%n1 = add %n1@1 init 0 first 0, %n0 live_out s\n"
      "%n2 = store_32 A[0 << 2 step 0], %n1 if %n0 when last 1\n"
      "%n3 = load_s32 A[3 when first 0\n";
  std::string sound = text;
  sound.erase(sound.rfind("%n3"));
  const Result<Graph> graph = parse_text(sound, "gemm.dfg");
  ASSERT_THAT(graph, IsOk());
  EXPECT_EQ(print_text(*graph), sound);
  const auto document = parse_json(dump_json(to_json(*graph)), "x.json");
  ASSERT_THAT(document, IsOk());
  const auto read = from_json(*document);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(*read, *graph);
  EXPECT_THAT(parse_text(text, "gemm.dfg"), HasError(ErrorCode::kBadInput, "gemm.dfg:9:"));
}

TEST(Text_Print, ReadsNaturally) {
  const char* text =
      "graph dot word 32 trip 64\n"
      "array A element 1 bytes 64 read\n"
      "array C element 4 write\n"
      "live_in n\n"
      "live_out sum\n"
      "%n0 = add %n0@1 init -1, 1  ; i, dot.c:3:12\n"
      "%n1 = load_s8 A[%n0 << 0 + 16] if %n0\n"
      "%n2 = add %n2@1 init $n, %n1 live_out sum\n"
      "%n3 = store_32 C[%n0 << 2], %n2\n"
      "%n4 = mov &A+4\n"
      "%n5 = load_s8 A[_ + 8 step -1]\n"
      "%n6 = load_s8 A[3 << 1 step $n]\n"
      "order %n1 -> %n3 distance 1\n";
  const Result<Graph> graph = parse_text(text, "dot.dfg");
  ASSERT_THAT(graph, IsOk());
  std::string expected = text;
  expected.replace(expected.find(" << 0"), 5, "");
  EXPECT_EQ(print_text(*graph), expected);
}

struct BadText {
  const char* name;
  const char* line;  ///< follows a sound beginning, as line 6
  const char* error;
};
void PrintTo(const BadText& value, std::ostream* out) { *out << value.name; }

class Text_BadLine : public testing::TestWithParam<BadText> {};

TEST_P(Text_BadLine, IsRefusedWithItsPlace) {
  const std::string text =
      std::string("graph g word 32\narray A element 4\nlive_in n\nlive_out r\n%x = mov 1 live_out r\n") +
      GetParam().line;
  EXPECT_THAT(parse_text(text, "t.dfg"), HasError(ErrorCode::kBadInput, GetParam().error));
}

const BadText kBadLines[] = {
    {"UnknownOperation", "%y = ad %x, 1", "t.dfg:6:6: error: unknown operation 'ad'\nhint: did you mean 'add'?"},
    {"UnknownNode", "%y = add %x, %z1", "t.dfg:6:15: error: no node 'z1'"},
    {"UnknownLiveIn", "%y = mov $m", "t.dfg:6:11: error: no live-in 'm'\nhint: did you mean 'n'?"},
    {"UnknownStep", "%y = load_s32 A[_ step $m]", "t.dfg:6:25: error: no live-in 'm'\nhint: did you mean 'n'?"},
    {"NoIndexAndNoStep", "%y = load_s32 A[_ + 4]", "operand a is missing"},
    {"StepOfABase", "%y = load_s32 A[_ step &A]", "the step of an address generator is a constant or a live-in"},
    {"EdgeOfNoLoop", "%y = add %x@1 init 0 first 0, 1", "inner loop 0 does not exist: the graph has 0"},
    {"EdgeWithoutInitial", "%y = mov %x@1 first 0", "unexpected text"},
    {"GateOfNoEdge", "%y = load_s32 A[0] when 0", "expected first or last"},
    {"EmptyLoop", "loops 0", "an inner loop of 0 iterations"},
    {"LoopsOfNothing", "loops", "t.dfg:6:6: error: expected an operand"},
    {"UnknownArray", "%y = load_s32 B[0]", "t.dfg:6:15: error: no array 'B'"},
    {"UnknownLiveOut", "%y = mov 1 live_out q", "no live-out 'q'"},
    {"TooFewOperands", "%y = add %x", "t.dfg:6:12: error: expected ',': add has 2 operands"},
    {"TooManyOperands", "%y = mov %x, 3", "t.dfg:6:12: error: unexpected text"},
    {"NoOperand", "%y = mov", "t.dfg:6:9: error: expected an operand"},
    {"NumberTooBig", "%y = mov 9223372036854775808", "t.dfg:6:10: error: an operand"},
    {"HexTooBig", "%y = mov 0x10000000000000000", "does not fit 64 bits"},
    {"NumberWithLetters", "%y = mov 12ab", "t.dfg:6:10: error: expected an operand"},
    {"OpenQuote", "%y = mov 1 ; \"abc", "t.dfg:6:14: error: the quoted name does not end"},
    {"BadEscape", "%y = mov 1 ; \"a\\q\"", "expected \\\\, \\\" or \\xHH"},
    {"EscapeOfNoCharacter", "%y = mov 1 ; \"a\\xff\"", "below \\x80"},
    {"NotUtf8", "%y = mov 1 ; \"a\xff\"", "t.dfg:6:16: error: not UTF-8 text"},
    {"SecondLabel", "%x = mov 1", "t.dfg:6:2: error: a second node '%x'"},
    {"SecondGraph", "graph h word 32", "a second graph line"},
    {"SecondArray", "array A element 4", "t.dfg:6:7: error: a second array 'A'"},
    {"Nonsense", "hello", "t.dfg:6:1: error: expected graph, array"},
    {"NoEquals", "%y mov 1", "t.dfg:6:4: error: expected '='"},
    {"DistanceTooBig", "%y = mov %x@99999999999", "the distance does not fit 32 bits"},
    {"DistanceOverLimit", "%y = mov %x@70000", "t.dfg:6:1: error: %n1 (mov): operand a has distance 70000"},
    {"OpenBracket", "%y = load_s32 A[0", "t.dfg:6:18: error: expected ']'"},
    {"StoreWithoutData", "%y = store_32 A[0]", "expected ','"},
    {"BadShift", "%y = load_s32 A[0 << 7]", "t.dfg:6:1: error: %n1 (load_s32): shift 7"},
    {"OrderArrow", "order %x %x", "t.dfg:6:10: error: expected '->'"},
    {"OrderCycle", "order %x -> %x", "cycle within one iteration"},
};

INSTANTIATE_TEST_SUITE_P(All, Text_BadLine, testing::ValuesIn(kBadLines),
                         [](const auto& parameter) { return parameter.param.name; });

TEST(Text_Parse, EmptyOrHeaderlessFileIsRefused) {
  EXPECT_THAT(parse_text("", "t.dfg"), HasError(ErrorCode::kBadInput, "t.dfg:1:1: error: no 'graph NAME word BITS'"));
  EXPECT_THAT(parse_text("# only a comment\n", "t.dfg"), HasError(ErrorCode::kBadInput, "no 'graph"));
}

TEST(Text_Parse, HexadecimalAndCommentsAndOwnLabels) {
  const auto graph = parse_text("# c\ngraph g word 64 # trailing\r\n\n  %my.label = mov 0xFFFFFFFFFFFFFFFF\n", "t");
  ASSERT_THAT(graph, IsOk());
  EXPECT_EQ(graph->nodes[0].operands[0].immediate.value, -1);
}

struct BadJson {
  const char* name;
  const char* node;
  const char* error;
};
void PrintTo(const BadJson& value, std::ostream* out) { *out << value.name; }

class Json_BadNode : public testing::TestWithParam<BadJson> {};

TEST_P(Json_BadNode, IsRefusedWithItsPlace) {
  const std::string text =
      std::string("{\"schema\": \"heddle.dfg/1\", \"name\": \"g\", \"word_bits\": 32,\n \"nodes\": [\n") +
      GetParam().node + "]}";
  const auto document = parse_json(text, "g.json");
  ASSERT_THAT(document, IsOk());
  EXPECT_THAT(from_json(*document), HasError(ErrorCode::kBadInput, GetParam().error));
}

const BadJson kBadNodes[] = {
    {"UnknownOperation", R"({"id": 0, "op": "movv", "a": {"constant": 1}})",
     "g.json:3:17: error: at /nodes/0/op: unknown operation 'movv'\nhint: did you mean 'mov'?"},
    {"UnknownKey", R"({"id": 0, "op": "mov", "aa": {"constant": 1}})", "aa"},
    {"WrongType", R"({"id": 0, "op": "mov", "a": {"constant": "1"}})", "/nodes/0/a/constant"},
    {"Fraction", R"({"id": 0, "op": "mov", "a": {"constant": 1.5}})", "/nodes/0/a/constant"},
    {"NumberTooBig", R"({"id": 0, "op": "mov", "a": {"constant": 18446744073709551615}})", "out of range"},
    {"TwoKinds", R"({"id": 0, "op": "mov", "a": {"constant": 1, "live_in": "n"}})", "exactly one of"},
    {"NodeAndConstant", R"({"id": 0, "op": "mov", "a": {"constant": 1, "node": 0, "distance": 1}})",
     "both node and constant"},
    {"DistanceWithoutNode", R"({"id": 0, "op": "mov", "a": {"constant": 1, "distance": 1}})", "distance without node"},
    {"UnknownLiveIn", R"({"id": 0, "op": "mov", "a": {"live_in": "n"}})", "no live_in 'n'"},
    {"WrongId", R"({"id": 1, "op": "mov", "a": {"constant": 1}})", "node number 0 has id 1"},
    {"ShiftOfMov", R"({"id": 0, "op": "mov", "a": {"constant": 1}, "shift": 1})", "mov has no shift"},
    {"LoadWithoutArray", R"({"id": 0, "op": "load_s8", "a": {"constant": 1}})", "load_s8 needs an array"},
    {"MissingOperand", R"({"id": 0, "op": "mov"})", "g.json:3:1: error: at /nodes/0: %n0 (mov): operand a is missing"},
};

INSTANTIATE_TEST_SUITE_P(All, Json_BadNode, testing::ValuesIn(kBadNodes),
                         [](const auto& parameter) { return parameter.param.name; });

TEST(Dot_Output, IsAcceptedByGraphviz) {
  ASSERT_EQ(std::system("dot -V 2>/dev/null"), 0) << "graphviz is not installed; scripts/setup installs it";
  const std::string path = testing::TempDir() + "heddle_dot_test.dot";
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const Graph graph = decorated(seed, 14);
    std::ofstream(path) << to_dot(graph);
    EXPECT_EQ(
        std::system(
            ("dot -Tsvg -o " + path + ".svg " + path + " 2> " + path + ".log && ! grep -q . " + path + ".log").c_str()),
        0)
        << to_dot(graph);
  }
}

TEST(Dot_Output, DrawsOrderDashedAndDistancesAsLabels) {
  const auto graph =
      parse_text("graph g word 32\n%a = add %a@2 init 0, 1\n%b = mov %a\norder %a -> %b distance 1\n", "g");
  ASSERT_THAT(graph, IsOk());
  const std::string dot = to_dot(*graph);
  EXPECT_NE(dot.find("n0 -> n0 [label=\"@2 init 0\""), std::string::npos) << dot;
  EXPECT_NE(dot.find("n0 -> n1 [label=\"@1\", style=dashed"), std::string::npos) << dot;
}

}  // namespace
}  // namespace heddle::dfg
