// Dense arrays as bytes with a type and a shape, and NumPy's files for them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"

namespace heddle::tensor {

enum class Type : std::uint8_t {
  kBool,
  kInt8,
  kInt16,
  kInt32,
  kInt64,
  kUint8,
  kUint16,
  kUint32,
  kUint64,
  kFloat32,
  kFloat64
};

int bytes_of(Type type);
/// "int8", "float32", ...
std::string_view name(Type type);

/// Row-major, little-endian. Invariant: data.size() == bytes_of(type) * product(shape).
struct Tensor {
  Type type = Type::kFloat32;
  std::vector<std::int64_t> shape;
  std::vector<std::uint8_t> data;

  [[nodiscard]] std::int64_t elements() const;
  bool operator==(const Tensor&) const = default;
};

/// The .npy format, versions 1 to 3 (NumPy NEP 1). Fails on a truncated file, Fortran order with more than one
/// dimension, big-endian data, or a type that is not in Type. `file` is for messages.
Result<Tensor> parse_npy(std::string_view bytes, const std::string& file);
/// Version 1.0; the bytes are those NumPy writes.
std::string print_npy(const Tensor& tensor);

/// An .npz archive (zip of .npy members, stored or deflated), by member name without ".npy". Members of other names are
/// passed over. Fails on a damaged archive or a malformed member. `file` is for messages.
Result<std::map<std::string, Tensor>> parse_npz(std::string_view bytes, const std::string& file);
Result<std::map<std::string, Tensor>> read_npz(const std::filesystem::path& path);
/// Deterministic: the same tensors give the same bytes. The file appears whole or not at all.
Status write_npz(const std::filesystem::path& path, const std::map<std::string, Tensor>& tensors);

}  // namespace heddle::tensor
