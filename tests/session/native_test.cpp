// Running host programs natively: calls of any signature, globals, output, and every way a program can end.
#include "tests/session/support.h"
#include "tests/support/matchers.h"

namespace heddle::session {
namespace {

using ::testing::ElementsAre;

const Context kContext;

Result<RunOutcome> call(const CompiledProgram& program, const std::vector<Argument>& arguments = {}) {
  return run_kernel(program, "f", arguments, nullptr, kContext);
}

Result<RunOutcome> main_of(const std::string& text, const std::vector<std::string>& argv = {"program"}) {
  return run_main(program_of(text), argv, nullptr, kContext);
}

TEST(RunKernel, IntegersOfEverySize_ArriveAndReturnWithTheirSign) {
  const auto program = program_of(
      "long f(signed char a, unsigned char b, short c, unsigned d, long e) { return a * 1000000L + b + c + d + e; }");
  const auto outcome = call(program, {integer(-3), integer(255), integer(-2), integer(7), integer(1L << 40)});
  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->return_value, -3000000L + 255 - 2 + 7 + (1L << 40));
}

TEST(RunKernel, NarrowResults_AreExtendedByTheirType) {
  EXPECT_EQ(call(program_of("signed char f(int x) { return x; }"), {integer(200)})->return_value, -56);
  EXPECT_EQ(call(program_of("unsigned char f(int x) { return x; }"), {integer(200)})->return_value, 200);
}

TEST(RunKernel, BuffersComeBackChanged_AndLeaveTheArgumentsAlone) {
  const auto program = program_of("void f(int n, int *a) { for (int i = 0; i < n; i++) a[i] *= 2; }");
  const std::vector<Argument> arguments = {integer(3), buffer<int>({1, 2, 3})};
  const auto outcome = call(program, arguments);
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(values<int>(outcome->arguments[1]), ElementsAre(2, 4, 6));
  EXPECT_THAT(values<int>(arguments[1]), ElementsAre(1, 2, 3));
}

TEST(RunKernel, ElevenArgumentsReachTheStack_InOrder) {
  const auto program = program_of(
      "int f(int a,int b,int c,int d,int e,int f_,int g,int h,int i,int j,int k) { return "
      "a+2*b+3*c+4*d+5*e+6*f_+7*g+8*h+9*i+10*j+11*k; }");
  EXPECT_EQ(call(program, std::vector<Argument>(11, integer(1)))->return_value, 66);
}

TEST(RunKernel, GlobalsStartAfreshInEveryRun_AndAreCollected) {
  auto program = program_of("static int counter = 5; int f(void) { return ++counter; }");
  program.globals = {{"counter", 4, false, ""}};
  for (int round = 0; round < 2; ++round) {
    const auto outcome = call(program);
    ASSERT_THAT(outcome, IsOk());
    EXPECT_EQ(outcome->return_value, 6);
    ASSERT_EQ(outcome->globals.size(), 1U);
    EXPECT_THAT(outcome->globals[0].second, ElementsAre(6, 0, 0, 0));
  }
}

TEST(RunKernel, PointersInGlobals_ReadAsZero) {
  auto program = program_of("struct { int tag; int *at; } cell = {7, 0}; void f(int *p) { cell.at = p; }");
  program.globals = {{"cell", 16, false, ""}};
  const auto outcome = call(program, {buffer<int>({1})});
  ASSERT_THAT(outcome, IsOk());
  EXPECT_THAT(outcome->globals[0].second, ElementsAre(7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
}

TEST(RunKernel, UnknownFunctionFails_WithTheNearestName) {
  const auto outcome = run_kernel(program_of("int gemmm(void) { return 0; }"), "gemm", {}, nullptr, kContext);
  EXPECT_THAT(outcome, HasError(ErrorCode::kNotFound, "no function 'gemm'"));
  EXPECT_THAT(outcome, HasError(ErrorCode::kNotFound, "gemmm"));
}

TEST(RunKernel, TooFewArgumentsFails_WithBothNumbers) {
  EXPECT_THAT(call(program_of("int f(int a, int b) { return a + b; }"), {integer(1)}),
              HasError(ErrorCode::kBadInput, "'f' takes 2 arguments, 1 given"));
}

TEST(RunKernel, UndefinedSymbolFails_AndIsNamed) {
  EXPECT_THAT(call(program_of("int nowhere(void); int f(void) { return nowhere(); }")),
              HasError(ErrorCode::kBadInput, "nowhere"));
}

TEST(RunKernel, DamagedBitcodeFails_Politely) {
  CompiledProgram program;
  program.golden_bitcode = "not bitcode at all";
  EXPECT_THAT(call(program), HasError(ErrorCode::kBadInput, "damaged bitcode"));
}

TEST(RunKernel, NullDereferenceIsCaught_AndNamed) {
  EXPECT_THAT(call(program_of("int f(long p) { return *(volatile int *)p; }"), {integer(0)}),
              HasError(ErrorCode::kBadInput, "segmentation fault"));
}

TEST(RunKernel, DivisionByZeroIsCaught_AndTheNextRunWorks) {
  const auto program = program_of("int f(int a, int b) { return a / b; }");
  EXPECT_THAT(call(program, {integer(1), integer(0)}), HasError(ErrorCode::kBadInput, "division by zero"));
  EXPECT_EQ(call(program, {integer(6), integer(3)})->return_value, 2);
}

TEST(RunKernel, EndlessRecursionIsCaught_OnItsOwnStack) {
  const auto program =
      program_of("int f(int n) { volatile char room[4096]; room[n & 4095] = 1; return f(n + 1) + room[7]; }");
  EXPECT_THAT(call(program, {integer(0)}), HasError(ErrorCode::kBadInput, "segmentation fault"));
}

TEST(RunMain, PrintfIsCaptured_InOrderWithWrite) {
  const auto outcome = main_of(
      "#include <stdio.h>\n#include <unistd.h>\nint main(void) { printf(\"one \"); fflush(stdout); write(1, \"two \", "
      "4); puts(\"three\"); return 3; }");
  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->standard_output, "one two three\n");
  EXPECT_EQ(outcome->return_value, 3);
}

TEST(RunMain, ExitEndsTheProgramOnly_AfterItsHandlers) {
  const auto outcome = main_of(
      "#include <stdio.h>\n#include <stdlib.h>\nvoid bye(void) { puts(\"bye\"); }\nint main(void) { atexit(bye); "
      "puts(\"hello\"); exit(42); }");
  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->return_value, 42);
  EXPECT_EQ(outcome->standard_output, "hello\nbye\n");
}

TEST(RunMain, AbortIsAnError_NotTheEndOfTheProcess) {
  EXPECT_THAT(main_of("#include <stdlib.h>\nint main(void) { abort(); }"), HasError(ErrorCode::kBadInput, "abort()"));
}

TEST(RunMain, FailedAssertionIsAnError_NotTheEndOfTheProcess) {
  EXPECT_THAT(main_of("#include <assert.h>\nint main(int argc, char **argv) { assert(argc > 1); return 0; }"),
              HasError(ErrorCode::kBadInput, "abort()"));
}

TEST(RunMain, ArgumentsArrive_WithTheirTerminator) {
  const auto outcome = main_of(
      "#include <string.h>\nint main(int argc, char **argv) { return argc * 100 + (int)strlen(argv[1]) * 10 + "
      "(argv[argc] == 0); }",
      {"program", "four"});
  EXPECT_EQ(outcome->return_value, 241);
}

TEST(RunMain, HeapAndSortWork_AndNewMemoryIsZero) {
  const auto outcome = main_of(R"(
    #include <stdlib.h>
    #include <string.h>
    static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
    int main(void) {
      int *a = malloc(4 * sizeof *a);
      int zero = a[3] == 0;
      a = realloc(a, 100 * sizeof *a);
      for (int i = 0; i < 100; i++) a[i] = (i * 37) % 100;
      qsort(a, 100, sizeof *a, compare);
      char *copy = strdup("from the C library");
      free(copy);
      void *aligned = 0;
      int bad = posix_memalign(&aligned, 256, 10) || (unsigned long)aligned % 256;
      return zero && !bad && a[0] == 0 && a[99] == 99;
    })");
  ASSERT_THAT(outcome, IsOk());
  EXPECT_EQ(outcome->return_value, 1);
}

TEST(RunMain, WithoutMainFails_Plainly) {
  auto program = program_of("int f(void) { return 0; }");
  program.has_main = false;
  EXPECT_THAT(run_main(program, {}, nullptr, kContext), HasError(ErrorCode::kNotFound, "no main"));
}

}  // namespace
}  // namespace heddle::session
