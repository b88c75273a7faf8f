// Every subcommand on files that the one before wrote.
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <map>

#include "compiler/base/files.h"
#include "compiler/tensor/tensor.h"
#include "tests/cli/harness.h"
#include "tests/support/matchers.h"

namespace heddle::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

fs::path fresh(const std::string& name) {
  const fs::path path = fs::path(testing::TempDir()) / ("heddle_cli_" + std::to_string(::getpid()) + "_" + name);
  fs::remove_all(path);
  return path;
}

class CompiledGemm : public testing::Test {
 protected:
  void SetUp() override {
    const Ran ran = run_heddle({"compile", "gemm", "--arch", "hycube_4x4", "-o", directory_.string()});
    ASSERT_EQ(ran.status, 0) << ran.err;
    table_ = ran.out;
  }
  void TearDown() override { fs::remove_all(directory_); }
  [[nodiscard]] Ran heddle(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin() + 1, directory_.string());
    return run_heddle(arguments);
  }
  [[nodiscard]] std::string region() const {
    return Json::parse(*read_file(directory_ / "report.json"))["regions"][0]["name"];
  }

  const fs::path directory_ = fresh("gemm");
  std::string table_;
};

TEST_F(CompiledGemm, CompilePrintsTheTableAndWritesThePage) {
  EXPECT_THAT(table_, HasSubstr("MII = max(rec, res, mem, route, reg)"));
  EXPECT_THAT(*read_file(directory_ / "report.html"), HasSubstr("heddle.page/1"));
  EXPECT_THAT(*read_file(directory_ / "sources.json"), HasSubstr("HEDDLE_KERNEL"));
}

TEST_F(CompiledGemm, ReportJsonFollowsItsSchema) {
  const auto schema = parse_json(run_heddle({"schema", "report"}).out, "schema");
  const auto report = parse_json(*read_file(directory_ / "report.json"), "report.json");
  ASSERT_THAT(schema, IsOk());
  ASSERT_THAT(report, IsOk());
  EXPECT_THAT(validate_schema(*report, schema->root), IsOk());
}

TEST_F(CompiledGemm, ExplainNamesTheBindingBound) {
  EXPECT_THAT(heddle({"explain"}).out, HasSubstr("critical cycle:"));
  const Json object = Json::parse(heddle({"explain", "--format=json"}).out);
  EXPECT_EQ(object["schema"], "heddle.explain/1");
  EXPECT_EQ(object["regions"][0]["mapping"]["gap"], 0);
  const Ran wrong = heddle({"explain", region() + "x"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.err, HasSubstr("did you mean '" + region() + "'?"));
}

TEST_F(CompiledGemm, ReportDrawsARegionAsSvg) {
  EXPECT_THAT(heddle({"report", "--svg", region()}).out, testing::StartsWith("<svg "));
  EXPECT_EQ(heddle({"report", "--svg", "nothing"}).status, 2);
}

TEST_F(CompiledGemm, SimulateCountsCyclesByPhaseAndFollowsItsSchema) {
  const Ran ran =
      heddle({"simulate", "--backend", "interpreter", "--args", "4", "--args", "5", "--args", "6", "--format=json"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  const auto schema = parse_json(run_heddle({"schema", "simulation"}).out, "schema");
  const auto simulation = parse_json(ran.out, "simulation.json");
  ASSERT_THAT(simulation, IsOk());
  EXPECT_THAT(validate_schema(*simulation, schema->root), IsOk());
  EXPECT_GT(simulation->root["cycles"]["run"], 0);
  EXPECT_EQ(simulation->root["outputs"][0]["name"], "c");
}

TEST_F(CompiledGemm, SimulateTwiceGivesTheSameOutputsOnTwoBackends) {
  const auto outputs = [&](const char* backend) {
    return Json::parse(heddle({"simulate", "--backend", backend, "--seed", "7", "--format=json"}).out)["outputs"];
  };
  EXPECT_EQ(outputs("interpreter"), outputs("systemc"));
}

TEST_F(CompiledGemm, SimulateTakesInputsFromNpzAndWritesOutputs) {
  const fs::path input = directory_ / "in.npz";
  const fs::path output = directory_ / "out.npz";
  const tensor::Tensor size{tensor::Type::kInt32, {1}, {1, 0, 0, 0}};
  tensor::Tensor matrix{tensor::Type::kInt8, {256}, std::vector<std::uint8_t>(256, 0)};
  matrix.data[0] = 5;
  tensor::Tensor result{tensor::Type::kInt32, {256}, std::vector<std::uint8_t>(1024, 0)};
  ASSERT_THAT(
      tensor::write_npz(input, {{"m", size}, {"n", size}, {"k", size}, {"a", matrix}, {"b", matrix}, {"c", result}}),
      IsOk());
  const Ran ran = heddle({"simulate", "--inputs", input.string(), "-o", output.string()});
  ASSERT_EQ(ran.status, 0) << ran.err;
  const auto tensors = tensor::read_npz(output);
  ASSERT_THAT(tensors, IsOk());
  EXPECT_EQ(tensors->at("c").data[0], 25);  // 1x1x1: 5 * 5
}

TEST_F(CompiledGemm, SimulateRefusesWrongArguments) {
  EXPECT_THAT(heddle({"simulate", "--kernel", "gemn"}).err, HasSubstr("did you mean 'gemm'?"));
  EXPECT_EQ(heddle({"simulate", "--args", "many"}).status, 2);
  EXPECT_EQ(heddle({"simulate", "--backend", "interpreter", "--trace", "x.vcd"}).status, 2);
}

TEST_F(CompiledGemm, VerifyOfTwoBackendsIsEqualAndLeavesItsResult) {
  const Ran ran = heddle({"verify", "--backends", "interpreter", "--backends", "systemc", "--vectors", "1"});
  EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
  EXPECT_TRUE(fs::exists(directory_ / "verification.json"));
  EXPECT_EQ(heddle({"report"}).status, 0);
  EXPECT_THAT(*read_file(directory_ / "report.html"), HasSubstr("heddle.verify/1"));
}

TEST_F(CompiledGemm, VerifyOfAFlippedConfigurationBitIsNegative) {
  const fs::path path = directory_ / "regions" / (region() + ".image.json");
  Json image = Json::parse(*read_file(path));
  // The first chunk holds const[0] of an operation of PE (0,0).
  std::string word = image["words"][0][0];
  word[7] = word[7] == '1' ? '3' : '1';
  image["words"][0][0] = word;
  ASSERT_THAT(write_file(path, dump_json(image)), IsOk());
  const Ran ran = heddle({"verify", "--backends", "systemc", "--vectors", "1"});
  EXPECT_EQ(ran.status, 1) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("const[0]"));
}

/// Everything in the directory by name; report.json and the page hold the time that the mapper took.
std::map<std::string, std::string> contents(const fs::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    const std::string name = entry.path().lexically_relative(directory).string();
    if (entry.is_regular_file() && !name.starts_with("report.")) files[name] = *read_file(entry.path());
  }
  return files;
}

TEST(Compile_SameTwice, GivesTheSameBytes) {
  const auto compiled = [](const char* name) {
    const fs::path directory = fresh(name);
    EXPECT_EQ(run_heddle({"compile", "fir", "--arch", "mesh_4x4", "-o", directory.string()}).status, 0);
    auto files = contents(directory);
    fs::remove_all(directory);
    return files;
  };
  EXPECT_EQ(compiled("once"), compiled("twice"));
}

TEST(Compile_Interrupted, ExitsWith130AndLeavesNothing) {
  const std::atomic<bool> interrupted{true};
  const fs::path directory = fresh("interrupted");
  const Ran ran = run_heddle({"compile", "gemm", "--arch", "hycube_4x4", "-o", directory.string()}, &interrupted);
  EXPECT_EQ(ran.status, 130) << ran.out << ran.err;
  EXPECT_FALSE(fs::exists(directory));
}

TEST(Compile_BadInput, NamesTheNearest) {
  EXPECT_THAT(run_heddle({"compile", "gem", "--arch", "hycube_4x4", "-o", "x"}).err, HasSubstr("did you mean 'gemm'?"));
  EXPECT_THAT(run_heddle({"compile", "gemm", "--arch", "hycub_4x4", "-o", "x"}).err, HasSubstr("hycube_4x4"));
  EXPECT_EQ(run_heddle({"compile", "gemm", "--arch", "hycube_4x4"}).status, 2);
  const Ran attention = run_heddle({"compile", "gemm", "--arch", "heddle_attn_8", "-o", "x"});
  EXPECT_EQ(attention.status, 2);
  EXPECT_THAT(attention.err, HasSubstr("\"heddle_attn_8\" is a window-attention array"));
  EXPECT_EQ(run_heddle({"compile", "gemm", "--arch", "hycube_4x4", "-o", "x", "--unroll", "some"}).status, 2);
  EXPECT_FALSE(fs::exists("x"));
}

TEST(Compile_ClangOptions, ReachClang) {
  const fs::path source = fresh("options.c");
  const fs::path output = fresh("options");
  ASSERT_THAT(write_file(source, "void f(int n, int *restrict a) { for (int i = 0; i < n; i++) a[i] = VALUE; }\n"),
              IsOk());
  const std::vector<std::string> base{"compile", source.string(), "--arch", "mesh_2x2", "-o", output.string()};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), base.begin(), base.end());
    return run_heddle(more);
  };
  EXPECT_EQ(with({"-DVALUE=3", "-std=c11"}).status, 0);
  EXPECT_THAT(with({"-DVALUE=3", "-std=c12345"}).err, HasSubstr("c12345"));
  EXPECT_THAT(with({}).err, HasSubstr("VALUE"));
  fs::remove_all(output);
}

TEST(Compile_BrokenC, ShowsTheCompilersOwnMessage) {
  const fs::path source = fresh("broken.c");
  ASSERT_THAT(write_file(source, "int f(void) { return 1 }\n"), IsOk());
  const Ran ran = run_heddle({"compile", source.string(), "--arch", "hycube_4x4", "-o", fresh("broken").string()});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("expected ';'"));
}

TEST(Map_DfgOfACompiledProgram, FindsAMappingAndWritesIt) {
  const fs::path graph = fresh("g.dfg");
  const fs::path mapping = fresh("m.json");
  ASSERT_THAT(write_file(graph, "graph g word 32\nlive_out r\n%a = add %a@1 init 0, 1 live_out r\n"), IsOk());
  const Ran ran = run_heddle({"map", graph.string(), "--arch", "mesh_2x2", "-o", mapping.string(), "--format=json"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(Json::parse(ran.out)["ii"], 1);
  EXPECT_EQ(Json::parse(*read_file(mapping))["schema"], "heddle.mapping/1");
  EXPECT_THAT(run_heddle({"map", graph.string(), "--arch", "mesh_2x2", "--dot"}).out, HasSubstr("digraph"));
}

TEST(ExportCommand, WritesFormsOfOthers) {
  const std::string fir = (fs::path(HEDDLE_SOURCE_DIR) / "tests/exchange/data/fir.dot").string();
  EXPECT_THAT(run_heddle({"export", fir, "--to", "edge-list"}).out, HasSubstr("\n3 3 1 1\n"));
  EXPECT_THAT(run_heddle({"export", fir, "--to", "heddle-text"}).out, HasSubstr("graph fir word 32"));
  const fs::path file = fresh("mrrg.json");
  EXPECT_EQ(run_heddle({"export", "mesh_2x2", "--to", "mrrg", "--ii", "2", "-o", file.string()}).status, 0);
  EXPECT_EQ(Json::parse(*read_file(file))["ii"], 2);
  const Ran deep = run_heddle({"export", "mesh_2x2", "--to", "mrrg", "--ii", "999"});
  EXPECT_EQ(deep.status, 2);
  EXPECT_THAT(deep.err, HasSubstr("--ii is 999, expected 1 to 64"));
}

TEST(MapCommand, FilesOfMorpher_AreReadAndTheirFaultsHavePlaces) {
  const fs::path data = fs::path(HEDDLE_SOURCE_DIR) / "tests/exchange/data";
  const fs::path mapping = fresh("sum.json");
  const std::vector<std::string> command = {"map", (data / "sum.xml").string(), "--arch", "mesh_4x4", "-o", mapping};
  const Ran ran = run_heddle(command);
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("sum.xml:13:2: ADD_8 has a predicate"));
  EXPECT_TRUE(fs::exists(mapping));
  const Ran forced = run_heddle({"map", (data / "sum.xml").string(), "--from", "heddle-json", "--arch", "mesh_4x4"});
  EXPECT_EQ(forced.status, 2);
  EXPECT_THAT(forced.err, HasSubstr("sum.xml:1:1"));
  const Ran lacks = run_heddle({"map", (data / "sum.xml").string(), "--arch", (data / "row.json").string()});
  EXPECT_EQ(lacks.status, 1);
  EXPECT_THAT(lacks.out + lacks.err, HasSubstr("load_s8"));
}

/// Four PEs without registers, and a graph that needs II 3 there though its bound is 2.
constexpr const char* kFourPes = R"(schema: heddle.arch/1
name: four
word_bits: 32
grid: {rows: 2, columns: 2}
config_depth: 5
max_stages: 6
pe_classes:
  pe: {operations: {alu: }, registers: 0, rf_read_ports: 1, rf_write_ports: 1, constants: 4, live_outs: 1}
placement:
  legend: {c: pe}
  picture: |
    cc
    cc
links: [mesh]
scratchpad: {banks: 1, bank_bytes: 1024, ports: 1, layout: blocked}
)";
constexpr const char* kCrossed =
    "graph t word 32\nlive_out r\n%c = add 1, 2\n%a = add %c, 1\n%b = add %c, %a@1 init 0\n%d = add %b, %c live_out "
    "r\n";

TEST(Map_Proof, IsWrittenWithItsFormula) {
  const fs::path folder = fresh("proof");
  fs::create_directories(folder);
  const std::string graph = folder / "t.dfg", arch = folder / "four.yaml", proof = folder / "t.drat";
  ASSERT_THAT(write_file(graph, kCrossed), IsOk());
  ASSERT_THAT(write_file(arch, kFourPes), IsOk());
  const Ran ran = run_heddle({"map", graph, "--arch", arch, "--solver", "exact", "--proof", proof});
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("is impossible for all schedules"));
  EXPECT_THAT(*read_file(proof + ".cnf"), HasSubstr("c there is a mapping of 't' on 'four' with II"));
  EXPECT_THAT(*read_file(proof), HasSubstr(" 0\n"));
  const Ran bound = run_heddle({"map", graph, "--arch", "mesh_4x4", "--proof", folder / "none.drat"});
  EXPECT_EQ(bound.status, 0) << bound.err;
  EXPECT_THAT(bound.out, HasSubstr("the lower bound itself shows"));
  EXPECT_FALSE(fs::exists(folder / "none.drat"));
}

TEST(Map_Infeasible, ExitsWithOne) {
  const fs::path graph = fresh("h.dfg");
  ASSERT_THAT(write_file(graph, "graph g word 32\nlive_out r\n%a = mul %a@1 init 7, 3 live_out r\n"), IsOk());
  const Ran ran = run_heddle({"map", graph.string(), "--arch", "mesh_2x2", "--max-ii", "1"});
  EXPECT_EQ(ran.status, 1) << ran.out << ran.err;
}

TEST(List_All, NamesKernelsAndArchitectures) {
  const Json object = Json::parse(run_heddle({"list", "--format=json"}).out);
  EXPECT_GE(object["kernels"].size(), 30U);
  EXPECT_GE(object["architectures"].size(), 8U);
  EXPECT_GE(object["attention_arrays"].size(), 9U);
  for (const Json& row : object["kernels"]) EXPECT_NE(row["description"], "") << row["name"];
}

}  // namespace
}  // namespace heddle::cli
