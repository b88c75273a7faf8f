#include "compiler/tensor/idx.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>

#include "compiler/base/files.h"
#include "compiler/tensor/elements.h"

namespace heddle::tensor {
namespace {

constexpr std::size_t kLargest = std::size_t{1} << 30U;
constexpr std::size_t kStep = std::size_t{1} << 18U;
constexpr int kGzipWindow = 15 + 16;  // zlib's largest window, with a gzip header

/// What a gzip stream holds; it grows with what is really there.
Result<std::string> unzip(std::string_view bytes, const std::string& file) {
  const auto damaged = [&] { return fail(ErrorCode::kBadInput, "the gzip stream is damaged or cut off", {file}); };
  if (bytes.size() > std::numeric_limits<uInt>::max())
    return fail(ErrorCode::kBadInput, "the file is too large", {file});
  z_stream stream{};
  if (inflateInit2(&stream, kGzipWindow) != Z_OK) return damaged();
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib does not write to it
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string content;
  int state = Z_OK;
  while (state == Z_OK && content.size() <= kLargest) {
    const std::size_t before = content.size();
    content.resize(before + kStep);
    stream.next_out = reinterpret_cast<Bytef*>(content.data() + before);
    stream.avail_out = static_cast<uInt>(kStep);
    state = inflate(&stream, Z_NO_FLUSH);
    content.resize(before + kStep - stream.avail_out);
  }
  const bool all_read = stream.avail_in == 0;
  inflateEnd(&stream);
  if (content.size() > kLargest) return fail(ErrorCode::kBadInput, "the gzip stream holds more than 1 GiB", {file});
  if (state != Z_STREAM_END || !all_read) return damaged();
  return content;
}

Result<Type> type_of(std::uint8_t code, const std::string& file) {
  switch (code) {
    case 0x08: return Type::kUint8;
    case 0x09: return Type::kInt8;
    case 0x0B: return Type::kInt16;
    case 0x0C: return Type::kInt32;
    case 0x0D: return Type::kFloat32;
    case 0x0E: return Type::kFloat64;
    default: return fail(ErrorCode::kBadInput, fmt::format("an IDX file has no element type {:#04x}", code), {file});
  }
}

std::uint32_t big_endian(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char byte : bytes.substr(0, 4)) value = value << 8U | static_cast<std::uint8_t>(byte);
  return value;
}

Result<Tensor> parse_plain(std::string_view bytes, const std::string& file) {
  if (bytes.size() < 4 || bytes[0] != 0 || bytes[1] != 0)
    return fail(ErrorCode::kBadInput, "not an IDX file: its first two bytes are not zero", {file});
  HEDDLE_ASSIGN(const Type type, type_of(static_cast<std::uint8_t>(bytes[2]), file));
  const auto rank = static_cast<std::size_t>(static_cast<std::uint8_t>(bytes[3]));
  if (bytes.size() < 4 + 4 * rank) return fail(ErrorCode::kBadInput, "the extents of the IDX file are cut off", {file});
  Tensor tensor{type, {}, {}};
  std::int64_t wanted = bytes_of(type);
  bool fits = true;
  for (std::size_t axis = 0; axis < rank; ++axis) {
    tensor.shape.push_back(big_endian(bytes.substr(4 + 4 * axis)));
    fits = fits && !__builtin_mul_overflow(wanted, tensor.shape.back(), &wanted);
  }
  const std::string_view body = bytes.substr(4 + 4 * rank);
  if (!fits || static_cast<std::uint64_t>(wanted) != body.size())
    return fail(ErrorCode::kBadInput,
                fmt::format("the extents of the IDX file need {} bytes, the file has {}",
                            fits ? std::to_string(wanted) : "more than 2^63", body.size()),
                {file});
  tensor.data.assign(body.begin(), body.end());
  const auto width = static_cast<std::size_t>(bytes_of(type));
  for (std::size_t at = 0; width > 1 && at < tensor.data.size(); at += width)
    std::reverse(tensor.data.begin() + static_cast<std::ptrdiff_t>(at),
                 tensor.data.begin() + static_cast<std::ptrdiff_t>(at + width));
  return tensor;
}

}  // namespace

Result<Tensor> parse_idx(std::string_view bytes, const std::string& file) {
  if (!bytes.starts_with("\x1F\x8B")) return parse_plain(bytes, file);
  HEDDLE_ASSIGN(const std::string content, unzip(bytes, file));
  return parse_plain(content, file);
}

Result<Tensor> read_idx(const std::filesystem::path& path) {
  HEDDLE_ASSIGN(const std::string bytes, read_file(path));
  return parse_idx(bytes, path.string());
}

Result<Tensor> take_examples(const Tensor& tensor, std::int64_t first, std::int64_t count) {
  const std::int64_t have = tensor.shape.empty() ? 0 : tensor.shape[0];
  if (first < 0 || count < 1 || first > have || count > have - first)
    return fail(ErrorCode::kBadInput, fmt::format("examples {} to {} of {}", first, first + count - 1, have));
  const std::int64_t bytes = static_cast<std::int64_t>(tensor.data.size()) / have;
  Tensor result{tensor.type, tensor.shape, {}};
  result.shape[0] = count;
  result.data.assign(tensor.data.begin() + first * bytes, tensor.data.begin() + (first + count) * bytes);
  return result;
}

Result<Tensor> gray_images(const Tensor& pixels) {
  if (pixels.type != Type::kUint8 || pixels.shape.size() != 3)
    return fail(ErrorCode::kBadInput, fmt::format("images are uint8 of rank 3, this is {} of rank {}",
                                                  name(pixels.type), pixels.shape.size()));
  Tensor images = make_tensor(Type::kFloat32, {pixels.shape[0], 1, pixels.shape[1], pixels.shape[2]});
  std::ranges::transform(pixels.data, elements<float>(images).begin(),
                         [](std::uint8_t pixel) { return static_cast<float>(pixel) / 255.0F; });
  return images;
}

}  // namespace heddle::tensor
