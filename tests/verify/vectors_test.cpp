#include "runtime/verify/vectors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <set>

#include "compiler/tensor/tensor.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary.h"

namespace heddle::verify {
namespace {

using frontend::Kernel;
using frontend::Parameter;

Parameter integer(const std::string& name, std::optional<std::int64_t> low = {},
                  std::optional<std::int64_t> high = {}) {
  Parameter parameter;
  parameter.name = name;
  parameter.low = low;
  parameter.high = high;
  return parameter;
}

Parameter buffer(const std::string& name, int bytes, std::optional<std::int64_t> elements) {
  Parameter parameter;
  parameter.name = name;
  parameter.kind = Parameter::Kind::kPointer;
  parameter.bytes = bytes;
  if (elements) parameter.extent_bytes = *elements * bytes;
  return parameter;
}

Kernel kernel_with(std::vector<Parameter> parameters) {
  Kernel kernel;
  kernel.name = "k";
  kernel.parameters = std::move(parameters);
  return kernel;
}

template <class T>
std::vector<T> elements(const session::Argument& argument) {
  std::vector<T> values(argument.buffer.size() / sizeof(T));
  std::memcpy(values.data(), argument.buffer.data(), argument.buffer.size());
  return values;
}

const Vector& named(const std::vector<Vector>& vectors, const std::string& name) {
  for (const Vector& vector : vectors)
    if (vector.name == name) return vector;
  ADD_FAILURE() << "no vector '" << name << "'";
  return vectors.front();
}

TEST(Vectors_Integers, KeepToTheirRange) {
  const Kernel kernel = kernel_with({integer("n", 3, 9)});
  for (const Vector& vector : make_vectors(kernel, {.random = 50, .trip_counts = {4, 100}})) {
    EXPECT_GE(*vector.arguments[0].integer, 3) << vector.name;
    EXPECT_LE(*vector.arguments[0].integer, 9) << vector.name;
  }
}

TEST(Vectors_Edges, HaveTheEndsOfTheRangeAndTheStages) {
  const Kernel kernel = kernel_with({integer("n", 3, 90)});
  std::set<std::int64_t> values;
  for (const Vector& vector : make_vectors(kernel, {.random = 0, .trip_counts = {7, 8}}))
    values.insert(*vector.arguments[0].integer);
  EXPECT_EQ(values, (std::set<std::int64_t>{3, 4, 7, 8, 90}));
}

TEST(Vectors_IntegerWithoutRange, IsNoMoreThanTheSmallestBuffer) {
  const Kernel kernel = kernel_with({integer("n"), buffer("a", 4, 5), buffer("b", 4, 100)});
  for (const Vector& vector : make_vectors(kernel, {.random = 50})) {
    EXPECT_GE(*vector.arguments[0].integer, 0);
    EXPECT_LE(*vector.arguments[0].integer, 5);
  }
}

TEST(Vectors_Buffers, HaveTheirExtentAndTheExtremes) {
  const Kernel kernel = kernel_with({buffer("a", 2, 6)});
  const auto vectors = make_vectors(kernel, {});
  EXPECT_EQ(elements<std::int16_t>(named(vectors, "buffers of the lowest value").arguments[0]),
            std::vector<std::int16_t>(6, -32768));
  EXPECT_EQ(elements<std::int16_t>(named(vectors, "buffers of -1").arguments[0]), std::vector<std::int16_t>(6, -1));
}

TEST(Vectors_Elements, KeepToTheirRange) {
  Parameter parameter = buffer("a", 4, 40);
  parameter.low = -3;
  parameter.high = 5;
  for (const Vector& vector : make_vectors(kernel_with({parameter}), {.random = 20}))
    for (const std::int32_t value : elements<std::int32_t>(vector.arguments[0])) {
      ASSERT_GE(value, -3) << vector.name;
      ASSERT_LE(value, 5) << vector.name;
    }
}

TEST(Vectors_Seed, DecidesTheBytes) {
  const Kernel kernel = kernel_with({buffer("a", 8, 6), integer("n")});
  const auto bytes = [&](std::uint64_t seed) { return make_vectors(kernel, {.seed = seed})[0].arguments[0].buffer; };
  EXPECT_EQ(bytes(1), bytes(1));
  EXPECT_NE(bytes(1), bytes(2));
}

class UserVector : public testing::Test {
 protected:
  void write(const std::map<std::string, tensor::Tensor>& tensors) {
    ASSERT_THAT(tensor::write_npz(path_, tensors), IsOk());
  }
  void TearDown() override { std::filesystem::remove(path_); }

  const std::filesystem::path path_ = test::temporary("user_vector.npz");
  const Kernel kernel_ = kernel_with({integer("n"), buffer("data", 2, 2)});
  const tensor::Tensor data_{tensor::Type::kInt16, {2}, {1, 0, 2, 0}};
};

TEST_F(UserVector, TakesArraysByParameterName) {
  write({{"n", {tensor::Type::kInt8, {}, {0xFE}}}, {"data", data_}});
  const auto vector = read_vector(kernel_, path_);
  ASSERT_THAT(vector, IsOk());
  EXPECT_EQ(vector->arguments[0].integer, -2);
  EXPECT_EQ(vector->arguments[1].buffer, data_.data);
}

TEST_F(UserVector, NamesTheParameterThatIsMissing) {
  write({{"n", {tensor::Type::kInt8, {}, {2}}}, {"date", data_}});
  EXPECT_THAT(read_vector(kernel_, path_), HasError(ErrorCode::kBadInput, "no array 'data'"));
}

TEST_F(UserVector, RefusesABufferThatIsTooSmall) {
  write({{"n", {tensor::Type::kInt8, {}, {2}}}, {"data", {tensor::Type::kInt16, {1}, {1, 0}}}});
  EXPECT_THAT(read_vector(kernel_, path_), HasError(ErrorCode::kBadInput, "'data' needs 4 bytes"));
}

TEST_F(UserVector, RefusesManyElementsForAnInteger) {
  write({{"n", data_}, {"data", data_}});
  EXPECT_THAT(read_vector(kernel_, path_), HasError(ErrorCode::kBadInput, "'n' is an integer"));
}

Parameter real(const std::string& name, const std::string& format, int bytes, std::optional<std::int64_t> elements) {
  Parameter parameter = buffer(name, bytes, elements);
  parameter.format = format;
  if (!elements) parameter.kind = Parameter::Kind::kFloat;
  return parameter;
}

TEST(Vectors_Floats, AreFiniteAtRandomAndExtremeInTurn) {
  const Kernel kernel = kernel_with({real("x", "fp32", 4, 512)});
  const auto vectors = make_vectors(kernel, {.random = 20});
  int moderate = 0;
  int finite_buffers = 0;
  for (int i = 0; i < 20; ++i) {
    const auto values = elements<float>(vectors[static_cast<std::size_t>(i)].arguments[0]);
    finite_buffers += std::ranges::all_of(values, [](float x) { return std::isfinite(x); }) ? 1 : 0;
    moderate += static_cast<int>(
        std::ranges::count_if(values, [](float x) { return std::abs(x) >= 0.01F && std::abs(x) <= 8; }));
  }
  EXPECT_GE(finite_buffers, 10);  // a quarter is filled with extremes
  EXPECT_GE(moderate, 20 * 512 / 2);
  const auto mixed = elements<float>(named(vectors, "buffers of mixed extremes").arguments[0]);
  EXPECT_TRUE(std::ranges::any_of(mixed, [](float x) { return std::isnan(x); }));
  EXPECT_TRUE(std::ranges::any_of(mixed, [](float x) { return std::isinf(x); }));
  EXPECT_TRUE(std::ranges::any_of(mixed, [](float x) { return std::fpclassify(x) == FP_SUBNORMAL; }));
  EXPECT_TRUE(std::ranges::any_of(mixed, [](float x) { return x == 0 && std::signbit(x); }));
  EXPECT_EQ(elements<float>(named(vectors, "buffers of -1").arguments[0])[7], -1.0F);
  EXPECT_EQ(elements<float>(named(vectors, "buffers of the lowest value").arguments[0])[7], -3.40282347e38F);
}

TEST(Vectors_FloatRange, IsKept) {
  Parameter x = real("x", "fp16", 2, 64);
  Parameter scale = real("scale", "fp32", 4, std::nullopt);
  x.real_low = -0.5;
  x.real_high = 1.5;
  scale.real_low = 0.25;
  scale.real_high = 4;
  const Kernel kernel = kernel_with({x, scale});
  for (const Vector& vector : make_vectors(kernel, {.random = 10})) {
    for (const auto code : elements<std::uint16_t>(vector.arguments[0]))
      EXPECT_TRUE(code <= 0x3E00 || (code >= 0x8000 && code <= 0xB800)) << vector.name << ' ' << code;
    const auto value = std::bit_cast<float>(static_cast<std::uint32_t>(*vector.arguments[1].integer));
    EXPECT_GE(value, 0.25F) << vector.name;
    EXPECT_LE(value, 4.0F) << vector.name;
  }
}

TEST(Vectors_Minifloats, UseAllCodesOfTheirWidth) {
  const Kernel kernel = kernel_with({real("x", "e2m1", 1, 256)});
  std::set<std::uint8_t> seen;
  for (const Vector& vector : make_vectors(kernel, {.random = 10}))
    for (const auto code : elements<std::uint8_t>(vector.arguments[0])) seen.insert(code);
  EXPECT_EQ(seen.size(), 16U);
  EXPECT_LT(*seen.rbegin(), 16);
}

}  // namespace
}  // namespace heddle::verify
