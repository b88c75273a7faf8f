// fp_add, fp_mul and fp_mac of fp16, bf16 and fp32 against LLVM's APFloat (fused: MPFR), and fp32 also against the
// processor.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <memory>

#include "Vfp_bf16.h"
#include "Vfp_fp16.h"
#include "Vfp_fp32.h"
#include "tests/arithmetic/float/mpfr_oracle.h"
#include "tests/arithmetic/float/oracle.h"
#include "tests/arithmetic/float/vectors.h"

namespace heddle {
namespace {

constexpr std::uint64_t kSeed = 20261;

struct Results {
  std::uint32_t sum = 0, product = 0, fused = 0;
  bool operator==(const Results&) const = default;
};

void PrintTo(const Results& results, std::ostream* out) {
  *out << std::hex << "sum 0x" << results.sum << " product 0x" << results.product << " fused 0x" << results.fused;
}

struct Operands {
  std::uint32_t a = 0, b = 0, c = 0;
  bool subtract = false;
};

template <class Model>
Results evaluate(Model& model, const Operands& in) {
  model.a_i = in.a;
  model.b_i = in.b;
  model.c_i = in.c;
  model.sub_i = in.subtract;
  model.eval();
  return {model.sum_o, model.product_o, model.fused_o};
}

/// `count` vectors; stops at the first that differs.
template <class Model, class Oracle>
void compare(FloatVectors vectors, std::uint64_t count, const Oracle& oracle) {
  const auto model = std::make_unique<Model>();
  for (std::uint64_t i = 0; i < count; ++i) {
    Operands in;
    in.a = vectors.operand();
    in.b = vectors.operand_near(in.a);
    in.c = vectors.operand_near(oracle.product(in.a, in.b));
    in.subtract = (i & 1U) != 0;
    const Results expected = {oracle.sum(in.a, in.b, in.subtract), oracle.product(in.a, in.b),
                              oracle.fused(in.a, in.b, in.c)};
    ASSERT_EQ(evaluate(*model, in), expected) << std::hex << "a 0x" << in.a << " b 0x" << in.b << " c 0x" << in.c
                                              << (in.subtract ? " subtract" : " add") << std::dec << ", vector " << i;
  }
}

struct Library {
  explicit Library(const llvm::fltSemantics& of) : semantics(of), fused(of) {}
  const llvm::fltSemantics& semantics;
  mutable MpfrFused fused;
  std::uint32_t sum(std::uint32_t a, std::uint32_t b, bool subtract) const { return sum_of(semantics, a, b, subtract); }
  std::uint32_t product(std::uint32_t a, std::uint32_t b) const { return product_of(semantics, a, b); }
};

struct Processor {
  static float value(std::uint32_t code) { return std::bit_cast<float>(code); }
  static std::uint32_t code(float value) {
    return std::isnan(value) ? 0x7FC00000U : std::bit_cast<std::uint32_t>(value);
  }
  static std::uint32_t sum(std::uint32_t a, std::uint32_t b, bool subtract) {
    return code(subtract ? value(a) - value(b) : value(a) + value(b));
  }
  static std::uint32_t product(std::uint32_t a, std::uint32_t b) { return code(value(a) * value(b)); }
  static std::uint32_t fused(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    return code(std::fmaf(value(a), value(b), value(c)));
  }
};

TEST(SameFormat, Fp16_EqualsLibraries) {
  compare<Vfp_fp16>({5, 10, kSeed}, vector_count(10'000'000), Library{llvm::APFloat::IEEEhalf()});
}
TEST(SameFormat, Bf16_EqualsLibraries) {
  compare<Vfp_bf16>({8, 7, kSeed + 1}, vector_count(10'000'000), Library{llvm::APFloat::BFloat()});
}
TEST(SameFormat, Fp32_EqualsLibraries) {
  compare<Vfp_fp32>({8, 23, kSeed + 2}, vector_count(500'000), Library{llvm::APFloat::IEEEsingle()});
}
TEST(SameFormat, Fp32_EqualsProcessor) { compare<Vfp_fp32>({8, 23, kSeed + 3}, vector_count(2'000'000), Processor{}); }

}  // namespace
}  // namespace heddle
