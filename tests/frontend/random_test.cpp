// Random C kernels: native and interpreted runs agree. HEDDLE_RANDOM_KERNELS sets how many, HEDDLE_RANDOM_FIRST the
// first seed.
#include <cstdlib>

#include "tests/frontend/oracle.h"
#include "tests/support/matchers.h"
#include "tests/support/random_kernel.h"
#include "tests/support/random_number_kernel.h"

namespace heddle::frontend {
namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct Form {
  Nest nest;
  int unroll;
  int unroll_jam;
  int loop_levels = 0;
};

constexpr int kBatches = 10;

class RandomKernel : public testing::TestWithParam<int> {};

TEST_P(RandomKernel, NativeAndInterpretedAgree) {
  const std::uint64_t count = from_environment("HEDDLE_RANDOM_KERNELS", 50) / kBatches;
  const std::uint64_t first =
      from_environment("HEDDLE_RANDOM_FIRST", 1) + static_cast<std::uint64_t>(GetParam()) * count;
  int launches = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const std::string text = random_kernel(seed, random_kernel_options(seed));
    const int factor = static_cast<int>(seed % 4);
    for (const auto& [nest, unroll, jam, levels] :
         {Form{Nest::kInnermost, 1, 1}, Form{Nest::kFlatten, 1, 1}, Form{Nest::kAuto, factor, 1 + factor / 2},
          Form{Nest::kFlatten, 1, 1, 1 + factor}}) {
      CompileOptions options;
      options.target.loop_levels = levels;
      options.target.address_generators = levels > 0 ? 12 : 0;
      options.nest = nest;
      options.unroll = unroll;
      options.unroll_jam = jam;
      options.clang_arguments = {"-fwrapv"};
      const auto program = compile_text(text, options);
      ASSERT_THAT(program, IsOk()) << "seed " << seed;
      for (const std::int64_t size : {5, 6, 11, 24}) {
        int launched = 0;
        auto inputs = random_inputs(program->kernels.front(), seed + static_cast<std::uint64_t>(size), size, 1024);
        inputs.front() = Input::number(size);
        ASSERT_EQ(difference(*program, "kernel", inputs, &launched), "")
            << "seed " << seed << " size " << size << " nest " << static_cast<int>(nest) << " unroll " << unroll << ","
            << jam << " levels " << levels << "\n"
            << text;
        launches += launched;
      }
    }
  }
  EXPECT_GT(launches, 0);
  RecordProperty("launches", launches);
}

/// The same with float and codes of number formats; HEDDLE_RANDOM_KERNELS counts for them, too.
class RandomNumberKernel : public testing::TestWithParam<int> {};

TEST_P(RandomNumberKernel, NativeAndInterpretedAgree) {
  const std::uint64_t count = from_environment("HEDDLE_RANDOM_KERNELS", 50) / kBatches;
  const std::uint64_t first =
      from_environment("HEDDLE_RANDOM_FIRST", 1) + static_cast<std::uint64_t>(GetParam()) * count;
  int launches = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const std::string text = random_number_kernel(seed);
    CompileOptions options;
    options.unroll = 1 + static_cast<int>(seed % 2);
    const auto program = compile_text(text, options);
    ASSERT_THAT(program, IsOk()) << "seed " << seed << "\n" << text;
    for (const std::int64_t size : {5, 12, 24}) {
      int launched = 0;
      auto inputs = random_inputs(program->kernels.front(), seed + static_cast<std::uint64_t>(size), size, 1024);
      inputs.front() = Input::number(size);
      ASSERT_EQ(difference(*program, "kernel", inputs, &launched), "") << "seed " << seed << " size " << size << "\n"
                                                                       << text;
      launches += launched;
    }
  }
  EXPECT_GT(launches, 0);
}

INSTANTIATE_TEST_SUITE_P(Batches, RandomNumberKernel, testing::Range(0, kBatches));
INSTANTIATE_TEST_SUITE_P(Batches, RandomKernel, testing::Range(0, kBatches));

}  // namespace
}  // namespace heddle::frontend
