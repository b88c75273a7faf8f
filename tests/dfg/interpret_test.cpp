#include "compiler/dfg/interpret.h"

#include "compiler/dfg/text.h"
#include "compiler/dfg/verify.h"
#include "tests/support/matchers.h"

namespace heddle::dfg {
namespace {

Graph parse(const std::string& text) {
  Result<Graph> graph = parse_text(text, "test.dfg");
  EXPECT_THAT(graph, IsOk());
  EXPECT_THAT(verify(*graph, Purpose::kExecution), IsOk());
  return *graph;
}

std::vector<std::uint64_t> run(const std::string& text, std::uint64_t trip_count, std::vector<std::uint8_t>& memory,
                               std::vector<std::uint64_t> live_ins = {}, std::vector<std::uint64_t> bases = {}) {
  const Graph graph = parse(text);
  return interpret(graph, {trip_count, std::move(live_ins), std::move(bases)}, memory);
}

const char* const kDotProduct =
    "graph dot word 32\n"
    "array A element 1 read\n"
    "array B element 1 read\n"
    "live_out sum\n"
    "%i = add %i@1 init -1, 1\n"
    "%a = load_s8 A[%i]\n"
    "%b = load_u8 B[%i + 2]\n"
    "%p = mul %a, %b\n"
    "%s = add %s@1 init 1000, %p live_out sum\n";

TEST(Interpret_DotProduct, SumsSignedTimesUnsigned) {
  std::vector<std::uint8_t> memory{1, 0xFF, 3, 0, 99, 99, 10, 200, 5};
  // 1000 + 1 * 10 + (-1) * 200 + 3 * 5 = 825
  EXPECT_EQ(run(kDotProduct, 3, memory, {}, {0, 4}), std::vector<std::uint64_t>{825});
  EXPECT_EQ(run(kDotProduct, 1, memory, {}, {0, 4}), std::vector<std::uint64_t>{1010});
}

TEST(Interpret_Distances, ReadInitialThenHistory) {
  // Fibonacci with mixed distances and different initial values of one producer.
  const char* text =
      "graph fib word 64\nlive_out f\nlive_out late\n"
      "%f = add %f@1 init 1, %f@2 init 0 live_out f\n"
      "%l = mov %f@5 init $n live_out late\nlive_in n\n";
  std::vector<std::uint8_t> memory;
  // f = 1 + 0, 1 + 0 (initial of distance 2), 1 + 1, 2 + 1, 3 + 2, 5 + 3, ...; late is f five iterations ago.
  EXPECT_EQ(run(text, 1, memory, {77}), (std::vector<std::uint64_t>{1, 77}));
  EXPECT_EQ(run(text, 5, memory, {77}), (std::vector<std::uint64_t>{5, 77}));
  EXPECT_EQ(run(text, 7, memory, {77}), (std::vector<std::uint64_t>{13, 1}));
}

// What address generators load: sums by hand of bytes 1, 2, 4, 8, ... so that each access shows.
TEST(Interpret_Steps, GoUpDownNowhereAndByALiveIn) {
  std::vector<std::uint8_t> memory{1, 2, 4, 8, 16, 32, 64, 128};
  const auto sum = [&](const std::string& access, std::uint64_t trips, std::uint64_t step = 0) {
    const std::string text = "graph g word 32\narray A element 1 read\nlive_in n\nlive_out s\n%v = load_u8 A[" +
                             access + "]\n%s = add %s@1 init 0, %v live_out s\n";
    return run(text, trips, memory, {step}, {0})[0];
  };
  EXPECT_EQ(sum("_ step 1", 1), 1U);
  EXPECT_EQ(sum("_ step 1", 4), 1U + 2 + 4 + 8);
  EXPECT_EQ(sum("_ + 7 step -2", 4), 128U + 32 + 8 + 2);
  EXPECT_EQ(sum("_ + 3 step 0", 5), 5U * 8);
  EXPECT_EQ(sum("1 << 2 step 1", 3), 16U + 32 + 64);
  EXPECT_EQ(sum("_ + 6 step $n", 3, 0xFFFFFFFDU), 64U + 8 + 1);  // -3
  EXPECT_EQ(sum("$n + 1 step $n", 3, 2), 8U + 32 + 128);         // 2 + 1 + 2 * j
}

TEST(Interpret_Steps, AreTakenWhateverThePredicate) {
  // Stores 7 to A[2 * j] in odd iterations only.
  std::vector<std::uint8_t> memory(8, 0);
  run("graph g word 32\narray A element 1 write\n%p = xor %p@1 init 1, 1\n%s = store_8 A[_ step 2], 7 if %p\n", 4,
      memory, {}, {0});
  EXPECT_EQ(memory, (std::vector<std::uint8_t>{0, 0, 7, 0, 0, 0, 7, 0}));
}

// A nest of 2 times 3 times 2 iterations, by hand: inner loop 0 ends with iterations 1, 3, 5, ..., loop 1 with 5
// and 11.
TEST(Interpret_Loops, StepsEdgesAndGatesFollowTheNest) {
  std::vector<std::uint8_t> memory(32, 0);
  const char* text =
      "graph g word 32\narray A element 1 read\narray B element 1 write\nlive_in t\nlive_out sum\nloops 2, $t\n"
      "%v = load_u8 A[_ step 1, 3, -5]\n"                      // 0 1 4 5 8 9, 4 5 8 9 12 13
      "%s = add %s@1 init 100 first 0, %v live_out sum\n"      // starts at 100 with each run of loop 0
      "%c = add 0 init 10 first 1, 0 init 1 last 1\n"          // 10 0 0 0 0 1, 10 0 0 0 0 1
      "%w = store_8 B[_ step 0, 1], %s when last 0\n"          // B[0 .. 5]
      "%x = store_8 B[_ + 8 step 1], %c if %v when first 1\n"  // %v is 0 in iteration 0, 4 in iteration 6
      "%y = store_8 B[_ + 8 step 1], %c when last 1\n";
  for (std::uint8_t i = 0; i < 16; ++i) memory[i] = i;
  EXPECT_EQ(run(text, 12, memory, {3}, {0, 16})[0], 100U + 12 + 13);
  EXPECT_EQ(std::vector<std::uint8_t>(memory.begin() + 16, memory.begin() + 22),
            (std::vector<std::uint8_t>{101, 109, 117, 109, 117, 125}));
  EXPECT_EQ(memory[16 + 8 + 0], 0);
  EXPECT_EQ(memory[16 + 8 + 5], 1);
  EXPECT_EQ(memory[16 + 8 + 6], 10);
}

TEST(Interpret_Loops, OfOneIterationEndWithTheLoopsInThem) {
  std::vector<std::uint8_t> memory;
  const char* text =
      "graph g word 32\nlive_in a\nlive_in b\nlive_out n\nloops $a, $b\n"
      "%n = add %n@1 init 0 first 1, 1 live_out n\n";
  EXPECT_EQ(run(text, 7, memory, {1, 1})[0], 1U);
  EXPECT_EQ(run(text, 7, memory, {1, 3})[0], 1U);
  EXPECT_EQ(run(text, 8, memory, {3, 1})[0], 2U);
  EXPECT_EQ(run(text, 9, memory, {0xFFFFFFFF, 0xFFFFFFFF})[0], 9U);
}

TEST(Interpret_Memory, AddressesWrapAndStoresAreLittleEndian) {
  const char* text =
      "graph m word 32\narray A element 2 read write\nlive_out r\n"
      "%s = store_16 A[$i << 1], 0x12345678\n"
      "%r = load_s16 A[$i << 1] live_out r\n"
      "live_in i\norder %s -> %r\n";
  std::vector<std::uint8_t> memory(8, 0);
  EXPECT_EQ(run(text, 1, memory, {5}, {0})[0], 0x5678U);  // byte address 10 is 2 modulo 8
  EXPECT_EQ(memory, (std::vector<std::uint8_t>{0, 0, 0x78, 0x56, 0, 0, 0, 0}));
  memory.assign(8, 0);
  run(text, 1, memory, {0xFFFFFFFF}, {4});  // index -1: byte address 2
  EXPECT_EQ(memory[2], 0x78);
}

TEST(Interpret_Predicate, FalseLoadIsZeroAndFalseStoreDoesNothing) {
  const char* text =
      "graph p word 32\narray A element 1 read write\nlive_out r\nlive_in c\n"
      "%r = load_u8 A[0] if $c live_out r\n"
      "%s = store_8 A[1], 9 if $c\n";
  std::vector<std::uint8_t> memory{7, 8};
  EXPECT_EQ(run(text, 1, memory, {0}, {0})[0], 0U);
  EXPECT_EQ(memory[1], 8);
  EXPECT_EQ(run(text, 1, memory, {4}, {0})[0], 7U);
  EXPECT_EQ(memory[1], 9);
}

TEST(Interpret_Observer, SeesEveryOperationInOrder) {
  const Graph graph =
      parse("graph o word 32\narray A element 1 write\n%i = add %i@1 init -1, 1\n%s = store_8 A[%i], %i if %i\n");
  std::vector<std::uint8_t> memory(4);
  std::vector<std::string> seen;
  interpret(graph, {2, {}, {1}}, memory, [&](NodeId id, std::uint64_t j, std::uint64_t v, std::uint64_t a, bool did) {
    seen.push_back(std::to_string(id.value) + ":" + std::to_string(j) + ":" + std::to_string(v) + ":" +
                   std::to_string(a) + (did ? "!" : ""));
  });
  EXPECT_EQ(seen, (std::vector<std::string>{"0:0:0:0", "1:0:0:1", "0:1:1:0", "1:1:0:2!"}));
}

TEST(Interpret_SixteenBits, WordsWrap) {
  const char* text = "graph w word 16\nlive_out r\n%r = add %r@1 init 65535, 2 live_out r\n";
  std::vector<std::uint8_t> memory;
  EXPECT_EQ(run(text, 1, memory)[0], 1U);
}

}  // namespace
}  // namespace heddle::dfg
