#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>
#include <optional>

#include "compiler/tensor/tensor.h"

namespace heddle::tensor {
namespace {

struct TypeInfo {
  Type type;
  std::string_view name;
  std::string_view descr;  ///< NumPy's, little-endian
  int bytes;
};

constexpr std::array<TypeInfo, 11> kTypes = {{
    {Type::kBool, "bool", "|b1", 1},
    {Type::kInt8, "int8", "|i1", 1},
    {Type::kInt16, "int16", "<i2", 2},
    {Type::kInt32, "int32", "<i4", 4},
    {Type::kInt64, "int64", "<i8", 8},
    {Type::kUint8, "uint8", "|u1", 1},
    {Type::kUint16, "uint16", "<u2", 2},
    {Type::kUint32, "uint32", "<u4", 4},
    {Type::kUint64, "uint64", "<u8", 8},
    {Type::kFloat32, "float32", "<f4", 4},
    {Type::kFloat64, "float64", "<f8", 8},
}};

const TypeInfo& info(Type type) { return kTypes[static_cast<std::size_t>(type)]; }

constexpr std::string_view kMagic = "\x93NUMPY";

/// The text after `'key':` in the header's Python dictionary, or nothing.
std::optional<std::string_view> dictionary_value(std::string_view header, std::string_view key) {
  const std::size_t at = header.find(fmt::format("'{}'", key));
  if (at == std::string_view::npos) return std::nullopt;
  const std::size_t colon = header.find(':', at);
  if (colon == std::string_view::npos) return std::nullopt;
  const std::size_t start = header.find_first_not_of(' ', colon + 1);
  if (start == std::string_view::npos) return std::nullopt;
  return header.substr(start);
}

std::optional<std::vector<std::int64_t>> parse_shape(std::string_view text) {
  if (text.empty() || text.front() != '(') return std::nullopt;
  const std::size_t end = text.find(')');
  if (end == std::string_view::npos) return std::nullopt;
  std::vector<std::int64_t> shape;
  for (std::size_t at = 1; at < end;) {
    if (text[at] == ' ' || text[at] == ',') {
      ++at;
      continue;
    }
    std::int64_t extent = 0;
    const auto [rest, error] = std::from_chars(text.data() + at, text.data() + end, extent);
    if (error != std::errc{} || extent < 0) return std::nullopt;
    shape.push_back(extent);
    at = static_cast<std::size_t>(rest - text.data());
  }
  return shape;
}

/// bytes per element times all extents, or nothing on overflow.
std::optional<std::int64_t> byte_count(const TypeInfo& type, const std::vector<std::int64_t>& shape) {
  std::int64_t count = type.bytes;
  for (const std::int64_t extent : shape)
    if (__builtin_mul_overflow(count, extent, &count)) return std::nullopt;
  return count;
}

/// The header text and where the data begins.
Result<std::pair<std::string_view, std::size_t>> find_header(std::string_view bytes, const std::string& file) {
  if (bytes.substr(0, kMagic.size()) != kMagic) return fail(ErrorCode::kBadInput, "not an .npy file", {file});
  const auto byte = [&](std::size_t at) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at])); };
  if (bytes.size() < 12) return fail(ErrorCode::kBadInput, "truncated .npy header", {file});
  const std::size_t version = byte(6);
  if (version < 1 || version > 3)
    return fail(ErrorCode::kUnsupported, fmt::format(".npy version {}, expected 1 to 3", version), {file});
  const std::size_t start = version == 1 ? 10 : 12;
  std::size_t length = byte(8) | byte(9) << 8U;
  if (version > 1) length |= byte(10) << 16U | byte(11) << 24U;
  if (bytes.size() - start < length) return fail(ErrorCode::kBadInput, "truncated .npy header", {file});
  return std::pair{bytes.substr(start, length), start + length};
}

Result<const TypeInfo*> find_type(std::string_view descr, const std::string& file) {
  for (const TypeInfo& candidate : kTypes)
    if (descr.substr(0, 5) == fmt::format("'{}'", candidate.descr)) return &candidate;
  return fail(ErrorCode::kUnsupported,
              fmt::format("element type {} is not one of bool, (u)int8/16/32/64, float32/64 (little-endian)",
                          descr.substr(0, descr.find(','))),
              {file});
}

}  // namespace

int bytes_of(Type type) { return info(type).bytes; }
std::string_view name(Type type) { return info(type).name; }

std::int64_t Tensor::elements() const {
  std::int64_t count = 1;
  for (const std::int64_t extent : shape) count *= extent;
  return count;
}

Result<Tensor> parse_npy(std::string_view bytes, const std::string& file) {
  HEDDLE_ASSIGN(const auto found, find_header(bytes, file));
  const auto [header, start] = found;
  const auto descr = dictionary_value(header, "descr");
  const auto order = dictionary_value(header, "fortran_order");
  const auto shape_text = dictionary_value(header, "shape");
  if (!descr || !order || !shape_text)
    return fail(ErrorCode::kBadInput, ".npy header lacks 'descr', 'fortran_order' or 'shape'", {file});
  HEDDLE_ASSIGN(const TypeInfo* type, find_type(*descr, file));
  auto shape = parse_shape(*shape_text);
  if (!shape) return fail(ErrorCode::kBadInput, ".npy header has a malformed 'shape'", {file});
  if (order->substr(0, 4) == "True" && shape->size() > 1)
    return fail(ErrorCode::kUnsupported, "Fortran order; save with np.ascontiguousarray", {file});
  const auto wanted = byte_count(*type, *shape);
  const std::size_t available = bytes.size() - start;
  if (!wanted || static_cast<std::uint64_t>(*wanted) != available)
    return fail(ErrorCode::kBadInput,
                fmt::format("the shape needs {} bytes, the file has {}", wanted ? fmt::to_string(*wanted) : "over 2^63",
                            available),
                {file});
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data()) + start;
  return Tensor{type->type, std::move(*shape), {data, data + available}};
}

std::string print_npy(const Tensor& tensor) {
  std::string shape;
  for (const std::int64_t extent : tensor.shape) shape += fmt::format("{}, ", extent);
  if (tensor.shape.size() > 1) shape.resize(shape.size() - 2);
  if (tensor.shape.size() == 1) shape.pop_back();
  std::string header =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", info(tensor.type).descr, shape);
  const std::size_t fixed = kMagic.size() + 4;
  header.append(63 - (fixed + header.size()) % 64, ' ');
  header += '\n';
  std::string text(kMagic);
  text += {'\x01', '\x00', static_cast<char>(header.size() & 0xFFU), static_cast<char>(header.size() >> 8U)};
  text += header;
  text.append(reinterpret_cast<const char*>(tensor.data.data()), tensor.data.size());
  return text;
}

}  // namespace heddle::tensor
