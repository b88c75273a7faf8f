// Loops that the array takes: their graphs, and that interpreting them gives what native code gives.
#include "compiler/dfg/text.h"
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

}  // namespace
}  // namespace heddle::frontend
