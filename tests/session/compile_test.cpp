// Compiled programs as directories: complete or absent, the same bytes every time, and no damaged file gets past
// loading.
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "runtime/session/program_json.h"
#include "tests/session/support.h"
#include "tests/support/matchers.h"

namespace heddle::session {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const fs::path kSource = HEDDLE_SOURCE_DIR;

/// Two loops, one of them nested, and a global.
constexpr const char* kTwoLoops = R"(
#include "heddle/kernel.h"
int total;
HEDDLE_KERNEL void scale(int n HEDDLE_RANGE(0, 64), int a[restrict static 64], int factor) {
  for (int i = 0; i < n; i++) a[i] *= factor;
  for (int i = 0; i < n; i++) total += a[i] & 7;
}
)";

struct Compile : ::testing::Test {
  Compile() {
    root = fs::path(::testing::TempDir()) / ("compile_" + std::to_string(getpid()));
    fs::create_directories(root);
    request.cgra = *arch::find("mesh_2x2", kSource / "workloads" / "architectures");
    request.frontend.include_directory = kSource / "workloads" / "include";
    request.rtl_directory = kSource / "rtl";
    request.output = root / "out";
    source(kTwoLoops);
  }
  ~Compile() override { fs::remove_all(root); }

  void source(const std::string& text) {
    request.frontend.source = root / "source.c";
    std::ofstream(request.frontend.source) << text;
  }
  [[nodiscard]] Result<CompiledProgram> compiled(int jobs = 1) const {
    Context context;
    context.jobs = jobs;
    return compile(request, context);
  }
  /// Files of the output by name, without the times in the report.
  [[nodiscard]] std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(request.output)) {
      if (!entry.is_regular_file()) continue;
      std::istringstream lines(read_file(entry.path()).value());
      for (std::string line; std::getline(lines, line);) {
        if (line.find("map_seconds") == std::string::npos)
          found[fs::relative(entry.path(), request.output)] += line + "\n";
      }
    }
    return found;
  }

  fs::path root;
  CompileRequest request;
};

/// Equal loops under other names; the third one differs in a constant, the fourth in an operation.
constexpr const char* kEqualLoops = R"(
#include "heddle/kernel.h"
HEDDLE_KERNEL void one(int n, int a[restrict static 64], int b[restrict static 64]) {
  for (int i = 0; i < n; i++) a[i] = b[i] * 3 + (a[i] >> 2);
}
HEDDLE_KERNEL void two(int m, int other[restrict static 64], int more[restrict static 64]) {
  for (int k = 0; k < m; k++) other[k] = more[k] * 3 + (other[k] >> 2);
}
HEDDLE_KERNEL void three(int n, int a[restrict static 64], int b[restrict static 64]) {
  for (int i = 0; i < n; i++) a[i] = b[i] * 5 + (a[i] >> 2);
}
HEDDLE_KERNEL void four(int n, int a[restrict static 64], int b[restrict static 64]) {
  for (int i = 0; i < n; i++) a[i] = (b[i] ^ 3) + (a[i] >> 2);
}
)";

TEST_F(Compile, EqualRegions_AreMappedOnce) {
  source(kEqualLoops);
  const auto program = compiled(2);
  ASSERT_THAT(program, IsOk());
  ASSERT_EQ(program->regions.size(), 4U);
  const Json& regions = program->report["regions"];
  for (std::size_t k = 0; k < 4; ++k) {
    const bool taken = regions[k]["attempts"] == 0;
    EXPECT_EQ(taken, k == 1) << regions[k];
  }
  EXPECT_THAT(regions[1]["reason"].get<std::string>(), HasSubstr("the graph is that of one_"));
  EXPECT_EQ(program->regions[1].image.words, program->regions[0].image.words);
  // Alone, the second loop is mapped to the same.
  request.frontend.functions = {"two"};
  const auto alone = compiled();
  ASSERT_THAT(alone, IsOk());
  EXPECT_EQ(alone->regions[0].image.words, program->regions[1].image.words);
  EXPECT_EQ(alone->report["regions"][0]["mii"], regions[1]["mii"]);
}

TEST_F(Compile, Program_IsWrittenWhole) {
  ASSERT_THAT(compiled(), IsOk());
  for (const char* name :
       {"program.json", "arch.json", "report.json", "host.bc", "golden.bc", "rtl/files.f", "rtl/cgra_top.sv"}) {
    EXPECT_TRUE(fs::exists(request.output / name)) << name;
  }
  std::set<std::string> kinds;
  for (const auto& entry : fs::directory_iterator(request.output / "regions")) {
    const std::string name = entry.path().stem().string();
    kinds.insert(name.substr(name.rfind('.') + 1));
  }
  EXPECT_THAT(kinds, ::testing::ElementsAre("dfg", "image", "mapping"));
}

TEST_F(Compile, Report_FollowsItsSchema) {
  const auto program = compiled();
  ASSERT_THAT(program, IsOk());
  const auto document = parse_json(dump_json(program->report), "report.json");
  const Json schema = Json::parse(read_file(kSource / "workloads" / "schema" / "report.json").value());
  EXPECT_THAT(validate_schema(*document, schema), IsOk());
  ASSERT_EQ(program->report["regions"].size(), 2U);
  const Json& first = program->report["regions"][0];
  EXPECT_EQ(first["function"], "scale");
  EXPECT_EQ(first["line"], 5);
  EXPECT_GE(first["ii"].get<int>(), first["mii"]["total"].get<int>());
}

TEST_F(Compile, Loaded_IsWhatWasCompiled) {
  const auto program = compiled();
  ASSERT_THAT(program, IsOk());
  const auto loaded = load_program(request.output);
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(program_to_json(*loaded), program_to_json(*program));
  EXPECT_EQ(loaded->report, program->report);
  ASSERT_EQ(loaded->regions.size(), program->regions.size());
  for (std::size_t k = 0; k < loaded->regions.size(); ++k) {
    EXPECT_EQ(loaded->regions[k].graph, program->regions[k].graph);
    EXPECT_EQ(loaded->regions[k].image.words, program->regions[k].image.words);
    EXPECT_EQ(loaded->regions[k].mapping.banks, program->regions[k].mapping.banks);
  }
}

TEST_F(Compile, Twice_SameBytesOnAnyNumberOfThreads) {
  ASSERT_THAT(compiled(1), IsOk());
  const auto once = files();
  ASSERT_THAT(compiled(4), IsOk());
  EXPECT_EQ(files(), once);
}

TEST_F(Compile, BrokenC_GivesClangsMessageAndNoFile) {
  source("int f(int x) { return x + ; }\n");
  EXPECT_THAT(compiled(), HasError(ErrorCode::kBadInput, "expected expression"));
  EXPECT_EQ(std::distance(fs::directory_iterator(root), fs::directory_iterator()), 1) << "only the source";
}

TEST_F(Compile, ArrayTooSmall_IsInfeasibleAndNamesTheLoop) {
  request.cgra.config_depth = 1;
  const auto program = compiled();
  EXPECT_THAT(program, HasError(ErrorCode::kInfeasible, "the loop of 'scale' cannot run on mesh_2x2"));
  EXPECT_THAT(program, HasError(ErrorCode::kInfeasible, "source.c:5"));
  EXPECT_FALSE(fs::exists(request.output));
}

TEST_F(Compile, ArraysLargerThanTheScratchpad_SaidWithSizes) {
  const std::string loops =
      "int big[20000], small[16];\nMARK void fill(void) {\n"
      "  for (int i = 0; i < 20000; i++) big[i] = i * small[i & 15];\n}\n";
  const std::string reason = "arrays need 80064 bytes";
  source("#define MARK __attribute__((annotate(\"heddle.kernel\")))\n" + loops);
  EXPECT_THAT(compiled(), HasError(ErrorCode::kInfeasible, reason));
  source("#define MARK\n" + loops);  // nobody insists: the loop stays on the host
  const auto program = compiled();
  ASSERT_THAT(program, IsOk());
  EXPECT_EQ(program->report["totals"]["mapped"], 0);
  EXPECT_THAT(program->report["host"][0]["reason"].get<std::string>(), HasSubstr("; the scratchpad has"));
}

TEST_F(Compile, UnmarkedLoopThatDoesNotMap_StaysOnTheHost) {
  request.cgra.config_depth = 1;
  source(
      "int f(int n, const int *a) { int s = 0; for (int i = 0; i < n; i++) s += a[i] * a[i] + (a[i] >> 3) * (a[i] ^ "
      "s); return s; }\n");
  const auto program = compiled();
  ASSERT_THAT(program, IsOk());
  ASSERT_EQ(program->regions.size(), 1U);
  EXPECT_EQ(program->regions[0].mapping.ii, 0);
  EXPECT_EQ(program->report["regions"][0]["ii"], 0);
  ASSERT_EQ(program->report["host"].size(), 1U);
  EXPECT_NE(program->report["host"][0]["reason"], "");
  const auto loaded = load_program(request.output);
  ASSERT_THAT(loaded, IsOk());
  EXPECT_EQ(loaded->regions[0].mapping.ii, 0);
}

TEST_F(Compile, OutputOfAnotherKind_IsLeftAlone) {
  fs::create_directories(request.output);
  std::ofstream(request.output / "thesis.txt") << "years of work";
  EXPECT_THAT(compiled(), HasError(ErrorCode::kBadInput, "is left alone"));
  EXPECT_TRUE(fs::exists(request.output / "thesis.txt"));
}

TEST_F(Compile, OutputOfAnEarlierCompilation_IsReplaced) {
  ASSERT_THAT(compiled(), IsOk());
  std::ofstream(request.output / "regions" / "old.dfg.json") << "{}";
  ASSERT_THAT(compiled(), IsOk());
  EXPECT_FALSE(fs::exists(request.output / "regions" / "old.dfg.json"));
}

TEST_F(Compile, UnrollAuto_IsNeverWorsePerIteration) {
  const auto per_iteration = [](const CompiledProgram& program) {
    double sum = 0;
    for (const Json& region : program.report["regions"])
      sum += region["ii"].get<double>() / region["unroll"].get<double>();
    return sum;
  };
  request.output.clear();
  const auto once = compiled();
  ASSERT_THAT(once, IsOk());
  request.frontend.unroll = 0;
  const auto chosen = compiled();
  ASSERT_THAT(chosen, IsOk());
  EXPECT_LE(per_iteration(*chosen), per_iteration(*once));
  EXPECT_EQ(chosen->report["options"]["unroll"], "auto");
}

TEST_F(Compile, UnrollAuto_KeepsTheWholeNestOnTheArray) {
  request.cgra = *arch::find("hycube_4x4", kSource / "workloads" / "architectures");
  request.frontend.source = kSource / "workloads" / "kernels" / "gemm.c";
  request.output.clear();
  request.frontend.unroll = 0;
  const auto chosen = compiled();
  ASSERT_THAT(chosen, IsOk());
  ASSERT_EQ(chosen->report["regions"].size(), 1U);
  EXPECT_EQ(chosen->report["regions"][0]["nest_depth"], 3);
}

TEST_F(Compile, UnrollAuto_UnrollsWhereItPays) {
  request.cgra = *arch::find("hycube_4x4", kSource / "workloads" / "architectures");
  request.frontend.source = kSource / "workloads" / "kernels" / "fir.c";
  request.output.clear();
  request.frontend.unroll = 0;
  const auto chosen = compiled();
  ASSERT_THAT(chosen, IsOk());
  EXPECT_GT(chosen->report["regions"][0]["unroll"], 1);
}

/// The factor kept has the fewest cycles an iteration of all that were mapped, and no smaller one has as few.
TEST_F(Compile, UnrollAuto_SaysWhatItTriedAndKeepsTheBest) {
  request.cgra = *arch::find("hycube_4x4", kSource / "workloads" / "architectures");
  request.frontend.source = kSource / "workloads" / "kernels" / "sad.c";
  request.output.clear();
  request.frontend.unroll = 0;
  const auto chosen = compiled();
  ASSERT_THAT(chosen, IsOk());
  const Json& tried = chosen->report["unrolling"];
  ASSERT_EQ(tried.size(), 5U);
  double least = 1e9;
  int factor = 0;
  int kept = 0;
  for (const Json& entry : tried) {
    const bool mapped = entry.contains("cycles_per_iteration");
    EXPECT_TRUE(mapped || !entry.value("note", std::string()).empty()) << entry;
    if (entry["kept"].get<bool>()) kept = entry["factor"].get<int>();
    if (!mapped || entry["cycles_per_iteration"].get<double>() >= least) continue;
    least = entry["cycles_per_iteration"].get<double>();
    factor = entry["factor"].get<int>();
  }
  EXPECT_EQ(kept, factor);
  EXPECT_GT(kept, 1);
  EXPECT_EQ(chosen->report["regions"][0]["unroll"], kept);
  EXPECT_EQ(compiled(3)->report["unrolling"], tried);
}

TEST_F(Compile, UnrollAuto_DoesNotMapWhatCannotBeBetter) {
  request.cgra = *arch::find("hycube_4x4", kSource / "workloads" / "architectures");
  request.frontend.source = kSource / "workloads" / "kernels" / "dot_product.c";
  request.output.clear();
  request.frontend.unroll = 0;
  const auto chosen = compiled();
  ASSERT_THAT(chosen, IsOk());
  for (const Json& entry : chosen->report["unrolling"])
    EXPECT_EQ(entry.contains("cycles_per_iteration"), entry["factor"] == 1) << entry;
  EXPECT_EQ(chosen->report["regions"][0]["unroll"], 1);
}

TEST_F(Compile, TruncatedFile_IsNamedWhenLoading) {
  ASSERT_THAT(compiled(), IsOk());
  std::vector<fs::path> json;
  for (const auto& entry : fs::recursive_directory_iterator(request.output)) {
    if (entry.path().extension() == ".json") json.push_back(entry.path());
  }
  ASSERT_EQ(json.size(), 3U + 2U * 3U);
  for (const fs::path& path : json) {
    const std::string whole = read_file(path).value();
    ASSERT_THAT(write_file(path, whole.substr(0, whole.size() / 2)), IsOk());
    EXPECT_THAT(load_program(request.output), HasError(ErrorCode::kBadInput, path.filename().string()));
    ASSERT_THAT(write_file(path, whole), IsOk());
  }
  EXPECT_THAT(load_program(request.output), IsOk());
}

TEST_F(Compile, MissingRegionFile_IsNamedWhenLoading) {
  ASSERT_THAT(compiled(), IsOk());
  const fs::path image = request.output / "regions" / (load_program(request.output)->regions[0].name + ".image.json");
  fs::remove(image);
  const auto loaded = load_program(request.output);
  ASSERT_FALSE(loaded.has_value());
  EXPECT_THAT(to_string(loaded.error()), HasSubstr(image.filename().string()));
}

TEST_F(Compile, BitcodeOfAnotherProgram_IsRefused) {
  ASSERT_THAT(compiled(), IsOk());
  ASSERT_THAT(write_file(request.output / "host.bc", bitcode("int f(void) { return 1; }")), IsOk());
  EXPECT_THAT(load_program(request.output), HasError(ErrorCode::kBadInput, "host.bc"));
}

TEST_F(Compile, MappingOfAnotherArchitecture_IsRefused) {
  ASSERT_THAT(compiled(), IsOk());
  const auto other = arch::find("mesh_4x4", kSource / "workloads" / "architectures");
  ASSERT_THAT(write_file(request.output / "arch.json", dump_json(arch::to_json(*other))), IsOk());
  EXPECT_THAT(load_program(request.output), HasError(ErrorCode::kBadInput, "mapping.json"));
}

TEST_F(Compile, UnknownKeyInProgramJson_IsPointedAt) {
  ASSERT_THAT(compiled(), IsOk());
  Json json = Json::parse(read_file(request.output / "program.json").value());
  json["has_man"] = true;
  ASSERT_THAT(write_file(request.output / "program.json", dump_json(json)), IsOk());
  EXPECT_THAT(load_program(request.output), HasError(ErrorCode::kBadInput, "unknown key \"has_man\""));
}

// Configuration words changed their layout when number formats came: what was compiled before says so and nothing else,
// however much of it differs.
TEST_F(Compile, ProgramOfAnotherVersion_SaysSo) {
  ASSERT_THAT(compiled(), IsOk());
  const auto with_version = [&](const std::filesystem::path& file, const char* schema) {
    Json json = Json::parse(read_file(file).value());
    json["schema"] = schema;
    json["not a key of today"] = 1;
    return write_file(file, dump_json(json));
  };
  const std::string image = "regions/" + load_program(request.output)->regions[0].name + ".image.json";
  for (const auto& [file, old, later] : {std::tuple{image, "heddle.image/1", "heddle.image/3"},
                                         {std::string("program.json"), "heddle.program/1", "heddle.program/3"}}) {
    ASSERT_THAT(with_version(request.output / file, later), IsOk());
    EXPECT_THAT(load_program(request.output), HasError(ErrorCode::kBadInput, "the file is of a later version"));
    ASSERT_THAT(with_version(request.output / file, old), IsOk());
    const auto refused = load_program(request.output);
    EXPECT_THAT(refused, HasError(ErrorCode::kBadInput, "the file is of an earlier version"));
    EXPECT_THAT(refused, HasError(ErrorCode::kBadInput, file));
    EXPECT_THAT(refused.error().hint, testing::HasSubstr("make the file again"));
  }
}

TEST_F(Compile, ReportOfAnotherShape_IsPointedAt) {
  ASSERT_THAT(compiled(), IsOk());
  Json json = Json::parse(read_file(request.output / "report.json").value());
  json["regions"][0]["ii"] = "two";
  ASSERT_THAT(write_file(request.output / "report.json", dump_json(json)), IsOk());
  EXPECT_THAT(load_program(request.output), HasError(ErrorCode::kBadInput, "/regions/0/ii"));
}

TEST_F(Compile, RangeWithoutValuesInProgramJson_IsPointedAt) {
  ASSERT_THAT(compiled(), IsOk());
  Json json = Json::parse(read_file(request.output / "program.json").value());
  json["kernels"][0]["parameters"][0]["low"] = 5;
  json["kernels"][0]["parameters"][0]["high"] = 4;
  ASSERT_THAT(write_file(request.output / "program.json", dump_json(json)), IsOk());
  EXPECT_THAT(load_program(request.output), HasError(ErrorCode::kBadInput, "/kernels/0/parameters/0"));
  json["kernels"][0]["parameters"][0]["high"] = 18446744073709551615U;
  ASSERT_THAT(write_file(request.output / "program.json", dump_json(json)), IsOk());
  EXPECT_THAT(load_program(request.output), HasError(ErrorCode::kBadInput, "out of range"));
}

TEST_F(Compile, EmptyDirectory_IsNotAProgram) {
  EXPECT_THAT(load_program(root), HasError(ErrorCode::kNotFound, "is not a compiled program"));
}

}  // namespace
}  // namespace heddle::session
