// Loops that the array takes: their graphs, and that interpreting them gives what native code gives.
#include "compiler/dfg/text.h"
#include "compiler/frontend/clang_messages.h"
#include "tests/frontend/oracle.h"
#include "tests/support/matchers.h"

namespace heddle::frontend {
namespace {

constexpr const char* kVectorAdd = R"(
HEDDLE_KERNEL void vadd(int n, const int *a, const int *b, int *restrict c) {
  for (int i = 0; i < n; i++) c[i] = a[i] + b[i];
})";

constexpr const char* kDot = R"(
HEDDLE_KERNEL int dot(int n, const int *a, const int *b) {
  int s = 0;
  for (int i = 0; i < n; i++) s += a[i] * b[i];
  return s;
})";

constexpr const char* kGemm = R"(
HEDDLE_KERNEL void gemm(const int8_t a[static 96], const int8_t b[static 96], int32_t c[restrict static 256]) {
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < 8; j++) {
      int32_t s = 0;
      for (int k = 0; k < 12; k++) s += a[i * 12 + k] * b[k * 8 + j];
      c[i * 8 + j] = s;
    }
})";

CompileOptions with_nest(Nest nest) {
  CompileOptions options;
  options.nest = nest;
  return options;
}

/// Compiles, runs with random inputs of some sizes, and returns the program if native and interpreted runs agree on
/// all.
Program agreeing(const std::string& text, const std::string& kernel, CompileOptions options = {},
                 std::int64_t largest = 40) {
  auto program = compile_text(text, std::move(options));
  EXPECT_THAT(program, IsOk());
  if (!program) return {};
  const auto found = std::find_if(program->kernels.begin(), program->kernels.end(),
                                  [&](const Kernel& known) { return known.name == kernel; });
  EXPECT_NE(found, program->kernels.end()) << "no kernel " << kernel;
  for (const std::int64_t size : {std::int64_t{0}, std::int64_t{1}, std::int64_t{2}, std::int64_t{7}, largest})
    EXPECT_EQ(difference(*program, kernel, random_inputs(*found, static_cast<std::uint64_t>(size) + 5, size, 1024)), "")
        << "size " << size;
  return *program;
}

TEST(Region_VectorAdd, HasOneCounterAndAgrees) {
  const Program program = agreeing(kVectorAdd, "vadd");
  ASSERT_EQ(program.regions.size(), 1U);
  EXPECT_EQ(program.regions[0].graph.nodes.size(), 5U) << dfg::print_text(program.regions[0].graph);
}

CompileOptions with_generators(int count) {
  CompileOptions options;
  options.target.address_generators = count;
  return options;
}

std::ptrdiff_t stepped(const dfg::Graph& graph) {
  return std::count_if(graph.nodes.begin(), graph.nodes.end(), [](const auto& node) { return node.step.has_value(); });
}

TEST(Region_AddressGenerators, LeaveOnlyTheWork) {
  const Program sum = agreeing(kVectorAdd, "vadd", with_generators(16));
  EXPECT_EQ(sum.regions.at(0).graph.nodes.size(), 4U) << dfg::print_text(sum.regions[0].graph);
  const Program dot = agreeing(kDot, "dot", with_generators(16));
  EXPECT_EQ(dot.regions.at(0).graph.nodes.size(), 4U) << dfg::print_text(dot.regions[0].graph);
  CompileOptions inner = with_generators(16);
  inner.nest = Nest::kInnermost;
  const Program gemm = agreeing(kGemm, "gemm", inner);
  ASSERT_EQ(gemm.regions.size(), 1U);
  EXPECT_EQ(gemm.regions[0].graph.nodes.size(), 4U) << dfg::print_text(gemm.regions[0].graph);
}

TEST(Region_AddressGenerators, WhenTheyRunOutTheRestIsComputed) {
  const Program one = agreeing(kVectorAdd, "vadd", with_generators(1));
  EXPECT_EQ(stepped(one.regions.at(0).graph), 1);
  EXPECT_EQ(one.regions[0].graph.nodes.size(), 5U);
}

TEST(Region_AddressGenerators, StepBackwardsByRunTimeStridesAndUnderPredicates) {
  const Program program =
      agreeing(R"(HEDDLE_KERNEL void kernel(int n, HEDDLE_RANGE(1, 3) int stride, const int *a, int *b) {
    if (n > 40) n = 40;
    for (int i = 0; i < n; i++) { int v = a[(n - 1 - i) * stride + 2]; if (v > 0) b[i * stride + 1] = v + a[5]; }
  })",
               "kernel", with_generators(16));
  ASSERT_EQ(program.regions.size(), 1U);
  EXPECT_EQ(stepped(program.regions[0].graph), 2) << dfg::print_text(program.regions[0].graph);
}

TEST(Region_AddressGenerators, EvenFlattenedNestsStepOnceForAllLoops) {
  CompileOptions options = with_generators(16);
  options.nest = Nest::kFlatten;
  const Program program =
      agreeing(R"(HEDDLE_KERNEL void kernel(const int a[restrict static 96], int b[restrict static 96],
                                                                const int c[restrict static 12]) {
    for (int i = 0; i < 8; i++) for (int j = 0; j < 12; j++) b[i * 12 + j] = a[i * 12 + j] + c[j];
  })",
               "kernel", options);
  ASSERT_EQ(program.regions.size(), 1U);
  EXPECT_EQ(program.regions[0].nest_depth, 2);
  EXPECT_EQ(stepped(program.regions[0].graph), 2) << dfg::print_text(program.regions[0].graph);
}

CompileOptions with_loop_unit(int levels, Nest nest = Nest::kFlatten) {
  CompileOptions options = with_generators(16);
  options.target.loop_levels = levels;
  options.nest = nest;
  return options;
}

TEST(Region_LoopUnit, GemmInOneLaunchIsItsArithmetic) {
  const Program program = agreeing(kGemm, "gemm", with_loop_unit(3));
  ASSERT_EQ(program.regions.size(), 1U);
  EXPECT_EQ(program.regions[0].nest_depth, 3);
  const dfg::Graph& graph = program.regions[0].graph;
  EXPECT_EQ(graph.nodes.size(), 5U) << dfg::print_text(graph);
  EXPECT_EQ(graph.loops, (std::vector{dfg::Immediate::constant(12), dfg::Immediate::constant(8)}));
}

TEST(Region_LoopUnit, OfOneLevelLeavesTheOuterLoopToOperations) {
  const Program program = agreeing(kGemm, "gemm", with_loop_unit(1));
  EXPECT_EQ(program.regions.at(0).graph.loops.size(), 1U);
  EXPECT_GT(program.regions[0].graph.nodes.size(), 5U) << dfg::print_text(program.regions[0].graph);
}

TEST(Region_LoopUnit, TripCountsAndStridesOfTheLaunch) {
  const Program program = agreeing(R"(HEDDLE_KERNEL void kernel(HEDDLE_RANGE(0, 6) int n, HEDDLE_RANGE(0, 5) int m,
      HEDDLE_RANGE(0, 4) int q, const int *restrict a, const int *restrict b, int *restrict c) {
    for (int i = 0; i < n; i++) for (int j = 0; j < m; j++) {
      int s = 7;
      for (int k = 0; k < q; k++) s += a[i * q + k] * b[k * m + j];
      c[i * m + j] = s;
    }
  })",
                                   "kernel", with_loop_unit(3));
  ASSERT_EQ(program.regions.size(), 1U);
  EXPECT_EQ(program.regions[0].graph.nodes.size(), 5U) << dfg::print_text(program.regions[0].graph);
}

TEST(Region_LoopUnit, ConditionsHeldValuesAndIndicesOfNests) {
  agreeing(R"(HEDDLE_KERNEL int kernel(HEDDLE_RANGE(1, 6) int n, HEDDLE_RANGE(1, 5) int m, const int *a, int *c) {
    int most = 0, all = 3;
    for (int i = 0; i < n; i++) {
      int before = c[i] + i;
      int best = -100;
      for (int j = 0; j < m; j++) {
        int row = 0;
        for (int k = 0; k < 3; k++) { row += a[(i + j) * 3 + k] * (k - i); if (row > 9) c[40 + k + j] = row; }
        if (row > best) best = row + (i ^ j);
        all += row;
      }
      if (best > before) c[i] = best; else c[i + 20] = before;
      most = best > most ? best : most;
    }
    return most * 1000 + all;
  })",
           "kernel", with_loop_unit(3));
}

TEST(Region_AddressGenerators, AccessesThatMayAliasStayOrdered) {
  const char* text = R"(HEDDLE_KERNEL void kernel(int n, int *a, int *b) {
    if (n > 40) n = 40;
    for (int i = 0; i < n; i++) { b[i] = a[i + 1]; a[i] = b[i + 2] * 3; }
  })";
  const Program with = agreeing(text, "kernel", with_generators(16));
  const Program without = agreeing(text, "kernel");
  EXPECT_GE(without.regions.at(0).graph.order.size(), 4U);
  EXPECT_EQ(with.regions.at(0).graph.order.size(), without.regions[0].graph.order.size());
}

TEST(Region_DotProduct, ReturnsLiveOut) {
  const Program program = agreeing(kDot, "dot");
  ASSERT_EQ(program.regions.size(), 1U);
  EXPECT_EQ(program.regions[0].graph.live_outs.size(), 1U);
}

TEST(Region_Gemm, InnermostAndFlattenedAgree) {
  const Program innermost = agreeing(kGemm, "gemm", with_nest(Nest::kInnermost));
  ASSERT_EQ(innermost.regions.size(), 1U);
  EXPECT_EQ(innermost.regions[0].nest_depth, 1);
  const Program flattened = agreeing(kGemm, "gemm", with_nest(Nest::kFlatten));
  ASSERT_EQ(flattened.regions.size(), 1U);
  EXPECT_EQ(flattened.regions[0].nest_depth, 3);
  EXPECT_EQ(flattened.regions[0].graph.trip_count, 8 * 8 * 12) << dfg::print_text(flattened.regions[0].graph);
}

/// Kernels of which native and interpreted runs must agree, in whatever form.
struct Sample {
  const char* name;
  const char* text;
};

class Samples : public testing::TestWithParam<Sample> {};

TEST_P(Samples, RunsOnTheArrayAndAgrees) {
  const std::string text = std::string("HEDDLE_KERNEL ") + GetParam().text;
  for (const Nest nest : {Nest::kInnermost, Nest::kAuto}) {
    const Program program = agreeing(text, "kernel", with_nest(nest), 21);
    EXPECT_FALSE(program.regions.empty()) << (program.host_loops.empty() ? "" : program.host_loops[0].reason);
  }
  CompileOptions unrolled;
  unrolled.unroll = 3;
  agreeing(text, "kernel", unrolled, 21);
}

const Sample kSamples[] = {
    {"PredicatedStores", R"(void kernel(int n, const int *restrict a, int *restrict b, int *restrict c) {
       for (int i = 0; i < n; i++) if (a[i] > 0) { b[i] = a[i]; if (a[i] & 1) c[i] = -a[i]; } else c[i] = 7; })"},
    {"SwitchOfCases", R"(int kernel(int n, const uint8_t *a) { int s = 0;
       for (int i = 0; i < n; i++) switch (a[i] & 3) { case 0: s += 5; break; case 1: s ^= i; break; case 2: s *= 3; break; default: s--; }
       return s; })"},
    {"RecurrenceOfTwoIterations", R"(int kernel(int n, int *restrict a) { int x = 1, y = 2;
       for (int i = 0; i < n; i++) { int z = x + y * 3; x = y; y = z; a[i] = x; } return y; })"},
    {"SwappedScalars", R"(int kernel(int n) { int x = 3, y = 4, z = 5;
       for (int i = 0; i < n; i++) { int t = x; x = y; y = z; z = t ^ i; } return x * 100 + y * 10 + z; })"},
    {"DistanceThree", R"(void kernel(int n, int *a) { for (int i = 3; i < n; i++) a[i] = a[i - 3] * 5 + a[i]; })"},
    {"MayAlias",
     R"(void kernel(int n, const int *a, int *b) { for (int i = 1; i < n; i++) b[i] = a[i - 1] + b[i - 1]; })"},
    {"Histogram",
     R"(void kernel(int n, const uint8_t *a, int h[static 256]) { for (int i = 0; i < n; i++) h[a[i]]++; })"},
    {"ShiftedIndex", R"(uint32_t kernel(int n, const uint32_t *a, const uint8_t t[static 256]) { uint32_t s = 7;
       for (int i = 0; i < n; i++) s = (s << 3) + t[(a[i] >> 8) & 255] + t[(uint8_t)(s >> 5)] + t[(a[i] >> 25) + (s >> 26)]; return s; })"},
    {"SignedBytes", R"(void kernel(int n, const int8_t *restrict a, int8_t *restrict b) {
       for (int i = 0; i < n; i++) { int8_t x = (int8_t)(a[i] * 3); b[i] = (int8_t)(x >> 1) < -5 ? (int8_t)(x / 3) : x; } })"},
    {"NarrowAccumulator", R"(int kernel(int n, const uint8_t *a) { uint8_t s = 0; int16_t m = -1;
       for (int i = 0; i < n; i++) { s += a[i]; if (s > m) m = (int16_t)(s - 3); } return s * 1000 + m; })"},
    {"Rotations", R"(uint32_t kernel(int n, const uint32_t *a) { uint32_t s = 1;
       for (int i = 0; i < n; i++) { s = (s << 7 | s >> 25) ^ a[i]; s = (s >> (i & 31)) | (s << (-i & 31)); } return s; })"},
    {"BitCounts", R"(uint32_t kernel(int n, const uint32_t *a) { uint32_t s = 0;
       for (int i = 0; i < n; i++) { uint32_t x = a[i] | 1; s += (uint32_t)__builtin_popcount(x) * 3 + (uint32_t)__builtin_clz(x) + (uint32_t)__builtin_ctz(x ^ 1 | 1u << 31); s ^= __builtin_bswap32(x); }
       return s; })"},
    {"DivisionsByConstants", R"(int kernel(int n, const int16_t *a) { int s = 0;
       for (int i = 0; i < n; i++) s += a[i] / 7 + a[i] % 10 * 3 + a[i] / 8 - a[i] % 16 + (uint8_t)a[i] / 25; return s; })"},
    {"StructFields",
     R"(int kernel(int n, const struct { int16_t x, y; int z; uint8_t w[4]; } *p, int *restrict out) { int s = 0;
       for (int i = 0; i < n; i++) { s += p[i].x * p[i].y - p[i].z; out[i] = p[i].w[i & 3]; } return s; })"},
    {"WalkingPointers",
     R"(void kernel(int n, const int16_t *restrict a, int16_t *restrict b) { int16_t *p = b; const int16_t *q = a + n;
       while (a != q) { if (*a > 5) *p++ = *a; a++; } })"},
    {"ChosenPointer", R"(void kernel(int n, const int *restrict a, const int *restrict b, int *restrict c) {
       for (int i = 0; i < n; i++) { const int *p = i % 3 ? a : b; c[i] = p[i]; } })"},
    {"CountsDown",
     R"(void kernel(int n, const int *restrict a, int *restrict b) { for (int i = n - 1; i >= 0; i -= 2) b[i] = a[n - 1 - i]; })"},
    {"UnsignedCounter",
     R"(void kernel(unsigned n, const int *restrict a, int *restrict b) { for (unsigned i = 0; i < n; i++) b[i] = a[i] + (int)(i * i); })"},
    {"ImperfectNest", R"(void kernel(int n, const int *restrict a, int *restrict b, int *restrict c) {
       for (int i = 0; i < 5; i++) { int s = a[i]; b[i] = s; for (int j = 0; j < n; j++) s += a[j] * (i + 1); c[i] = s; if (s & 1) b[i + 8] = s; } })"},
    {"InPlaceNest",
     R"(void kernel(int a[static 64]) { for (int t = 0; t < 3; t++) for (int i = 1; i < 7; i++) for (int j = 1; j < 7; j++)
       a[i * 8 + j] = (a[i * 8 + j - 1] + a[i * 8 + j + 1] + a[i * 8 - 8 + j] + a[i * 8 + 8 + j]) >> 2; })"},
    {"WrittenBeforeInnerLoop", R"(int kernel(int n, int *a) { int s = 0;
       for (int i = 0; i < 4; i++) { int x = a[i]; for (int j = 0; j < n; j++) { a[j] += x + j; s ^= a[j]; } } return s; })"},
    {"TriangularNest",
     R"(int kernel(int n, const int *a) { int s = 0; for (int i = 0; i < n; i++) for (int j = 0; j <= i; j++) s += a[j] * i; return s; })"},
    {"TwoLoopsInOneFunction",
     R"(int kernel(int n, const int *a, int *restrict b) { int s = 0; for (int i = 0; i < n; i++) s += a[i];
       for (int i = 0; i < n; i++) b[i] = a[i] - s; return s; })"},
    {"WidePositions", R"(long kernel(int n, const int *restrict a, int *restrict b) { long last = -1;
       for (long i = 0; i < n; i++) if (a[i] > 0) b[i] = 1; for (int i = 0; i < n; i++) last += i; return last; })"},
};

std::string name_of_sample(const testing::TestParamInfo<Sample>& sample) { return sample.param.name; }

INSTANTIATE_TEST_SUITE_P(Regions, Samples, testing::ValuesIn(kSamples), name_of_sample);

/// With -fwrapv a sum of int may wrap; LLVM extends it by shifts of 64 bits.
TEST(Region_WrappedIndex, RunsOnTheArrayAndAgrees) {
  for (const Nest nest : {Nest::kInnermost, Nest::kAuto}) {
    CompileOptions options = with_nest(nest);
    options.clang_arguments = {"-fwrapv"};
    const Program program = agreeing(R"(HEDDLE_KERNEL void kernel(int n, const int *a, int16_t *b, int8_t *restrict c) {
      for (int i = 4; i < n; i += 2) {
        for (int j = 0; j < 5; j++) b[i + j * 8 + 3] = (int16_t)(a[2 * i - 7] * j + (int16_t)(a[i] + j) / 2);
        c[(uint8_t)(i * 3 - 5) + (i & 1)] = (int8_t)(a[i - 3] + i) >> 1; } })",
                                     "kernel", options, 21);
    EXPECT_FALSE(program.regions.empty());
    for (const HostLoop& loop : program.host_loops)
      EXPECT_THAT(loop.reason, testing::Not(testing::HasSubstr("64-bit arithmetic")));
  }
}

TEST(Region_OrderEdges, WithoutThemOverlappedIterationsDiffer) {
  auto program =
      compile_text("HEDDLE_KERNEL void kernel(int n, int *a) { for (int i = 3; i < n; i++) a[i] = a[i - 3] * 5; }");
  ASSERT_THAT(program, IsOk());
  const auto inputs = random_inputs(program->kernels[0], 1, 60, 1024);
  EXPECT_EQ(difference(*program, "kernel", inputs), "");
  dfg::Graph& graph = program->regions[0].graph;
  ASSERT_EQ(graph.order.size(), 1U);
  EXPECT_EQ(graph.order[0].distance, 3);
  graph.order.clear();
  EXPECT_THAT(difference(*program, "kernel", inputs), testing::HasSubstr("overlapped"));
}

TEST(Region_WordWidth, WiderAndNarrowerArraysAgree) {
  CompileOptions wide;
  wide.target.word_bits = 64;
  const Program sum = agreeing(
      "HEDDLE_KERNEL long kernel(int n, const long *a) { long s = 0; for (int i = 0; i < n; i++) s += a[i] * i >> 3; "
      "return s; }",
      "kernel", wide);
  EXPECT_EQ(sum.regions.size(), 1U);
  for (const Sample& sample : kSamples) agreeing(std::string("HEDDLE_KERNEL ") + sample.text, "kernel", wide, 9);
  CompileOptions narrow;
  narrow.target.word_bits = 16;
  const Program bytes = agreeing(
      "HEDDLE_KERNEL void kernel(const uint8_t a[restrict static 64], int16_t b[restrict static 64]) {"
      "for (int i = 0; i < 60; i++) b[i] = (int16_t)(a[i] * a[i + 3] - a[i + 1]); }",
      "kernel", narrow);
  EXPECT_EQ(bytes.regions.size(), 1U) << (bytes.host_loops.empty() ? "" : bytes.host_loops[0].reason);
}

TEST(Region_SmallArray, GetsInnerLoopsInsteadOfAFlattenedNest) {
  CompileOptions small;
  small.target.operation_slots = 16;
  const Program program = agreeing(kGemm, "gemm", small);
  ASSERT_EQ(program.regions.size(), 1U);
  EXPECT_EQ(program.regions[0].nest_depth, 1);
}

TEST(Region_Divider, WithoutOneOtherDivisionsStayOnTheHost) {
  CompileOptions options;
  for (const dfg::OpcodeInfo& info : dfg::opcodes())
    if (!dfg::is_division(info.op)) options.target.operations.push_back(info.op);
  const Program program = agreeing(R"(HEDDLE_KERNEL int kernel(int n, const uint8_t *a) { int s = 0;
    for (int i = 0; i < n; i++) s += a[i] / 10;
    for (int i = 0; i < n; i++) s += 1000 / (a[i] | 1);
    return s; })",
                                   "kernel", options);
  ASSERT_EQ(program.regions.size(), 1U);
  ASSERT_EQ(program.host_loops.size(), 1U);
  EXPECT_THAT(program.host_loops[0].reason, testing::HasSubstr("div"));
}

TEST(Compile_Errors, AreClangsOwnAndNameTheCause) {
  EXPECT_THAT(compile_text("int f(int x) { return y; }"),
              HasError(ErrorCode::kBadInput, "use of undeclared identifier 'y'"));
  EXPECT_THAT(compile_text("int f(int x) { return x; }"), HasError(ErrorCode::kBadInput, "no loop found"));
  CompileOptions options;
  options.functions = {"gem"};
  EXPECT_THAT(compile_text(kGemm, options), HasError(ErrorCode::kNotFound, "did you mean 'gemm'?"));
  EXPECT_THAT(compile_file("/nowhere/x.c"), HasError(ErrorCode::kNotFound, "cannot open"));
}

TEST(Compile_BadRange, IsPointedAt) {
  const auto with = [](const std::string& range) {
    return compile_text("HEDDLE_KERNEL void f(int n HEDDLE_RANGE" + range +
                        ", int *a) { for (int i = 0; i < n; i++) a[i] = i; }");
  };
  EXPECT_THAT(with("(0, 5)"), IsOk());
  EXPECT_THAT(with("(5, 0)"), HasError(ErrorCode::kBadInput, "parameter 'n': HEDDLE_RANGE: (5, 0) has no values"));
  EXPECT_THAT(with("(0, 4 - 1)"), HasError(ErrorCode::kBadInput, "two decimal integers of 64 bits, found (0, 4 - 1)"));
}

TEST(ClangMessages_FirstError, IsFoundAmongOtherLines) {
  EXPECT_EQ(first_error("In file included from b.c:2:\na.h:3:14: warning: x\na.h:12:5: error: no\nb.c:1:1: error: z\n"),
            (Mark{"a.h", 12, 5}));
  EXPECT_EQ(first_error("dir:x/c.c:7:9: fatal error: 'n.h' file not found"), (Mark{"dir:x/c.c", 7, 9}));
  EXPECT_EQ(first_error("clang: error: no input files\n"), Mark{});
  EXPECT_EQ(first_error("a.c:99999999999:1: error: x\n"), Mark{});
}

TEST(Compile_Twice, GivesTheSameBytes) {
  const std::string file = std::string(HEDDLE_SOURCE_DIR) + "/workloads/kernels/gemm.c";
  const auto first = compile_file(file);
  const auto second = compile_file(file);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->host_bitcode, second->host_bitcode);
  EXPECT_EQ(first->golden_bitcode, second->golden_bitcode);
  ASSERT_EQ(first->regions.size(), second->regions.size());
  for (std::size_t i = 0; i < first->regions.size(); ++i)
    EXPECT_EQ(dfg::print_text(first->regions[i].graph), dfg::print_text(second->regions[i].graph));
}

TEST(Compile_Kernel, KnowsItsParameters) {
  const auto program = compile_text(R"(static int table[4];
    HEDDLE_KERNEL short kernel(int n HEDDLE_RANGE(0, 8), const uint16_t a[static 8] HEDDLE_RANGE(-3, 4), char *p) {
      for (int i = 0; i < n; i++) table[i & 3] += a[i]; return (short)*p; })");
  ASSERT_THAT(program, IsOk());
  const Kernel& kernel = program->kernels.at(0);
  EXPECT_EQ(kernel.return_bytes, 2);
  ASSERT_EQ(kernel.parameters.size(), 3U);
  EXPECT_EQ(kernel.parameters[0].high, 8);
  EXPECT_EQ(kernel.parameters[1].bytes, 2);
  EXPECT_FALSE(kernel.parameters[1].is_signed);
  EXPECT_TRUE(kernel.parameters[1].is_const);
  EXPECT_EQ(kernel.parameters[1].extent_bytes, 16);
  EXPECT_EQ(kernel.parameters[1].low, -3);
  EXPECT_EQ(kernel.parameters[2].kind, Parameter::Kind::kPointer);
  ASSERT_EQ(program->globals.size(), 1U);
  EXPECT_EQ(program->globals[0].bytes, 16);
}

}  // namespace
}  // namespace heddle::frontend
