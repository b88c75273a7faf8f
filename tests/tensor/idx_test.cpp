#include "compiler/tensor/idx.h"

#include <zlib.h>

#include "compiler/tensor/elements.h"
#include "tests/support/matchers.h"

namespace heddle::tensor {
namespace {

/// Two images of 2x3 pixels, as the format's text writes them.
std::string two_images() {
  return std::string("\0\0\x08\x03\0\0\0\x02\0\0\0\x02\0\0\0\x03", 16) +
         std::string("\0\x01\x02\x03\x04\x05\xFF\x33\0\0\0\0", 12);
}

std::string gzipped(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(text.size() + 100, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

TEST(Idx_Parse, PlainAndGzipped) {
  for (const std::string& bytes : {two_images(), gzipped(two_images())}) {
    const auto images = parse_idx(bytes, "x.idx");
    ASSERT_THAT(images, IsOk());
    EXPECT_EQ(images->shape, (std::vector<std::int64_t>{2, 2, 3}));
    EXPECT_EQ(images->data, (std::vector<std::uint8_t>{0, 1, 2, 3, 4, 5, 255, 0x33, 0, 0, 0, 0}));
  }
}

TEST(Idx_Parse, ElementsOfSeveralBytes) {
  const auto tensor = parse_idx(std::string("\0\0\x0B\x01\0\0\0\x02\x01\x02\xFF\xFE", 12), "x.idx");
  ASSERT_THAT(tensor, IsOk());
  EXPECT_EQ(elements<std::int16_t>(*tensor)[0], 0x0102);
  EXPECT_EQ(elements<std::int16_t>(*tensor)[1], -2);
}

TEST(Idx_Parse, RefusesDamage) {
  for (const std::string& good : {two_images(), gzipped(two_images())}) {
    for (std::size_t length = 0; length < good.size(); ++length)
      EXPECT_FALSE(parse_idx(good.substr(0, length), "x.idx")) << length;
    EXPECT_FALSE(parse_idx(good + "x", "x.idx"));
  }
  EXPECT_THAT(
      parse_idx(two_images() + "x", "x.idx"),
      HasError(ErrorCode::kBadInput, "x.idx: error: the extents of the IDX file need 12 bytes, the file has 13"));
  EXPECT_THAT(parse_idx(std::string("\0\0\x07\x01\0\0\0\x01x", 9), "x.idx"),
              HasError(ErrorCode::kBadInput, "no element type 0x07"));
  // Extents whose product overflows, and a small file that claims gigabytes.
  EXPECT_THAT(parse_idx(std::string("\0\0\x0E\x03\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 16), "x.idx"),
              HasError(ErrorCode::kBadInput, "more than 2^63"));
  EXPECT_FALSE(parse_idx(std::string("\0\0\x08\x01\xFF\xFF\xFF\xFFx", 9), "x.idx"));
}

TEST(Idx_Images, ArePixelsOverTheLargest) {
  const auto images = gray_images(parse_idx(two_images(), "x.idx").value());
  ASSERT_THAT(images, IsOk());
  EXPECT_EQ(images->shape, (std::vector<std::int64_t>{2, 1, 2, 3}));
  EXPECT_EQ(elements<float>(*images)[6], 1.0F);
  EXPECT_EQ(elements<float>(*images)[7], 0.2F);
  EXPECT_FALSE(gray_images(*images));
  const auto second = take_examples(*images, 1, 1);
  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(elements<float>(*second)[0], 1.0F);
  EXPECT_THAT(take_examples(*images, 1, 2), HasError(ErrorCode::kBadInput, "examples 1 to 2 of 2"));
}

}  // namespace
}  // namespace heddle::tensor
