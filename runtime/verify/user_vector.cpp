#include <fmt/format.h>

#include <cstring>

#include "compiler/base/files.h"
#include "compiler/tensor/tensor.h"
#include "runtime/verify/vectors.h"

namespace heddle::verify {
namespace {

using frontend::Parameter;

bool is_signed(tensor::Type type) {
  return type == tensor::Type::kInt8 || type == tensor::Type::kInt16 || type == tensor::Type::kInt32 ||
         type == tensor::Type::kInt64;
}

bool is_integer(tensor::Type type) { return type != tensor::Type::kFloat32 && type != tensor::Type::kFloat64; }

Result<std::int64_t> integer_of(const Parameter& parameter, const tensor::Tensor& tensor) {
  if (tensor.elements() != 1 || !is_integer(tensor.type))
    return fail(ErrorCode::kBadInput,
                fmt::format("'{}' is an integer, but the array of that name has {} elements of {}", parameter.name,
                            tensor.elements(), tensor::name(tensor.type)));
  std::int64_t value = is_signed(tensor.type) && (tensor.data.back() & 0x80U) != 0 ? -1 : 0;
  std::memcpy(&value, tensor.data.data(), tensor.data.size());
  return value;
}

/// A float or double from an array of its own type; no conversion behind the user's back.
Result<std::int64_t> float_of(const Parameter& parameter, const tensor::Tensor& tensor) {
  const tensor::Type wanted = parameter.format == "fp64" ? tensor::Type::kFloat64 : tensor::Type::kFloat32;
  if (tensor.elements() != 1 || tensor.type != wanted)
    return fail(ErrorCode::kBadInput,
                fmt::format("'{}' is one {}, but the array of that name has {} elements of {}", parameter.name,
                            tensor::name(wanted), tensor.elements(), tensor::name(tensor.type)));
  std::int64_t word = 0;
  std::memcpy(&word, tensor.data.data(), tensor.data.size());
  return word;
}

Result<session::Argument> argument_of(const Parameter& parameter, const tensor::Tensor& tensor) {
  if (parameter.kind == Parameter::Kind::kFloat) {
    HEDDLE_ASSIGN(const std::int64_t word, float_of(parameter, tensor));
    return session::Argument{word, {}};
  }
  if (parameter.kind != Parameter::Kind::kPointer) {
    HEDDLE_ASSIGN(const std::int64_t value, integer_of(parameter, tensor));
    return session::Argument{value, {}};
  }
  const auto bytes = static_cast<std::int64_t>(tensor.data.size());
  if (parameter.extent_bytes && bytes < *parameter.extent_bytes)
    return fail(ErrorCode::kBadInput, fmt::format("'{}' needs {} bytes, but the array of that name has {}",
                                                  parameter.name, *parameter.extent_bytes, bytes));
  return session::Argument{std::nullopt, tensor.data};
}

}  // namespace

Result<Vector> read_vector(const frontend::Kernel& kernel, const std::filesystem::path& path) {
  HEDDLE_ASSIGN(const auto tensors, tensor::read_npz(path));
  std::vector<std::string> names;
  for (const auto& [name, tensor] : tensors) names.push_back(name);
  Vector vector{path.filename().string(), {}};
  for (const Parameter& parameter : kernel.parameters) {
    const auto found = tensors.find(parameter.name);
    if (found == tensors.end() && parameter.is_output && parameter.extent_bytes) {
      vector.arguments.push_back(
          {std::nullopt, std::vector<std::uint8_t>(static_cast<std::size_t>(*parameter.extent_bytes))});
      continue;
    }
    if (found == tensors.end()) {
      const std::string near = nearest_name(parameter.name, names);
      return fail(ErrorCode::kBadInput,
                  fmt::format("{}: no array '{}' for kernel '{}'", path.string(), parameter.name, kernel.name), {},
                  near.empty() ? "" : fmt::format("is it '{}'?", near));
    }
    auto argument = argument_of(parameter, found->second);
    if (!argument) {
      argument.error().message = path.string() + ": " + argument.error().message;
      return fail(std::move(argument).error());
    }
    vector.arguments.push_back(std::move(*argument));
  }
  return vector;
}

}  // namespace heddle::verify
