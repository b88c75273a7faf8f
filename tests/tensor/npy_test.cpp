#include <filesystem>

#include "compiler/base/files.h"
#include "compiler/tensor/tensor.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary.h"

namespace heddle::tensor {
namespace {

namespace fs = std::filesystem;

// What NumPy 1.24 writes for np.array([[1, -2, 3]], dtype=np.int16), byte by byte.
std::string numpy_int16_1x3() {
  std::string text("\x93NUMPY\x01\x00\x76\x00", 10);
  text += "{'descr': '<i2', 'fortran_order': False, 'shape': (1, 3), }";
  text.append(128 - 1 - text.size(), ' ');
  text += '\n';
  return text + std::string("\x01\x00\xFE\xFF\x03\x00", 6);
}

TEST(Npy_Parse, NumpysOwnBytes) {
  const auto tensor = parse_npy(numpy_int16_1x3(), "x.npy");
  ASSERT_THAT(tensor, IsOk());
  EXPECT_EQ(tensor->type, Type::kInt16);
  EXPECT_EQ(tensor->shape, (std::vector<std::int64_t>{1, 3}));
  EXPECT_EQ(tensor->data, (std::vector<std::uint8_t>{1, 0, 0xFE, 0xFF, 3, 0}));
}

TEST(Npy_Print, GivesNumpysOwnBytes) {
  EXPECT_EQ(print_npy(parse_npy(numpy_int16_1x3(), "x.npy").value()), numpy_int16_1x3());
}

TEST(Npy_Parse, RefusesDamage) {
  const std::string good = numpy_int16_1x3();
  for (std::size_t length = 0; length < good.size(); ++length)
    EXPECT_FALSE(parse_npy(good.substr(0, length), "x.npy")) << length;
  EXPECT_THAT(parse_npy(good + "x", "x.npy"), HasError(ErrorCode::kBadInput, "needs 6 bytes, the file has 7"));
  std::string big_endian = good;
  big_endian[big_endian.find('<')] = '>';
  EXPECT_THAT(parse_npy(big_endian, "x.npy"), HasError(ErrorCode::kUnsupported, "'>i2'"));
}

TEST(Npy_RoundTrip, EveryTypeAndRank) {
  for (int type = 0; type <= static_cast<int>(Type::kFloat64); ++type) {
    for (const std::vector<std::int64_t>& shape : {std::vector<std::int64_t>{}, {5}, {0}, {2, 3}, {2, 1, 4}}) {
      Tensor tensor{static_cast<Type>(type), shape, {}};
      const std::int64_t bytes = tensor.elements() * bytes_of(tensor.type);
      for (std::int64_t i = 0; i < bytes; ++i) tensor.data.push_back(static_cast<std::uint8_t>(i * 37 + type));
      const auto back = parse_npy(print_npy(tensor), "x.npy");
      ASSERT_THAT(back, IsOk());
      EXPECT_EQ(*back, tensor);
    }
  }
}

TEST(Npz_RoundTrip, SameTensorsSameBytes) {
  const fs::path directory = test::temporary("npz");
  fs::create_directories(directory);
  const std::map<std::string, Tensor> tensors{{"a", {Type::kInt8, {3}, {1, 2, 3}}},
                                              {"b", {Type::kUint32, {1}, {4, 5, 6, 7}}}};
  ASSERT_THAT(write_npz(directory / "one.npz", tensors), IsOk());
  ASSERT_THAT(write_npz(directory / "two.npz", tensors), IsOk());
  EXPECT_EQ(read_npz(directory / "one.npz").value(), tensors);
  EXPECT_EQ(read_file(directory / "one.npz").value(), read_file(directory / "two.npz").value());
}

TEST(Npz_Read, DamagedAndMissingFiles) {
  const fs::path directory = test::temporary("npz");
  fs::create_directories(directory);
  ASSERT_THAT(write_file(directory / "bad.npz", "PK nothing"), IsOk());
  EXPECT_THAT(read_npz(directory / "bad.npz"), HasError(ErrorCode::kBadInput, "cannot read as .npz"));
  EXPECT_THAT(read_npz(directory / "none.npz"), HasError(ErrorCode::kNotFound, "cannot open"));
}

TEST(Npz_Read, AMemberThatClaimsGigabytesIsDamagedNotAllocated) {
  const auto good = read_file(fs::path(HEDDLE_SOURCE_DIR) / "tests/fuzz/corpus/npz/stored.npz");
  const auto bad = read_file(fs::path(HEDDLE_SOURCE_DIR) / "tests/fuzz/corpus/npz/claims_4_gib.npz");
  ASSERT_THAT(good, IsOk());
  ASSERT_THAT(bad, IsOk());
  EXPECT_EQ(parse_npz(*good, "good").value().size(), 2U);
  EXPECT_THAT(parse_npz(*bad, "bad"), HasError(ErrorCode::kBadInput, "bad"));
  std::string flipped = *good;
  flipped[flipped.find("\1\2\3")] = 9;  // a byte of data: the checksum no longer holds
  EXPECT_THAT(parse_npz(flipped, "flipped"), HasError(ErrorCode::kBadInput, "damaged"));
}

// Written by NumPy itself, where the shared material is at hand.
TEST(Npz_Read, NumpysArchive) {
  const fs::path file = fs::path(HEDDLE_SOURCE_DIR) / "../shared/models/resnet20_cifar10.reference.npz";
  if (!fs::exists(file)) GTEST_SKIP() << "no shared models beside the project";
  const auto tensors = read_npz(file);
  ASSERT_THAT(tensors, IsOk());
  EXPECT_FALSE(tensors->empty());
}

}  // namespace
}  // namespace heddle::tensor
