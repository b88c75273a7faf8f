// The elements of a tensor as a span of their C++ type.
#pragma once

#include <cstdint>
#include <span>
#include <type_traits>

#include "compiler/base/check.h"
#include "compiler/tensor/tensor.h"

namespace heddle::tensor {

/// The element type whose values are `T`; bool tensors hold bytes and are seen as std::uint8_t.
template <class T>
constexpr bool holds(Type type) {
  if constexpr (std::is_same_v<T, float>) return type == Type::kFloat32;
  if constexpr (std::is_same_v<T, double>) return type == Type::kFloat64;
  if constexpr (std::is_same_v<T, std::int8_t>) return type == Type::kInt8;
  if constexpr (std::is_same_v<T, std::int16_t>) return type == Type::kInt16;
  if constexpr (std::is_same_v<T, std::int32_t>) return type == Type::kInt32;
  if constexpr (std::is_same_v<T, std::int64_t>) return type == Type::kInt64;
  if constexpr (std::is_same_v<T, std::uint8_t>) return type == Type::kUint8 || type == Type::kBool;
  if constexpr (std::is_same_v<T, std::uint16_t>) return type == Type::kUint16;
  if constexpr (std::is_same_v<T, std::uint32_t>) return type == Type::kUint32;
  if constexpr (std::is_same_v<T, std::uint64_t>) return type == Type::kUint64;
  return false;
}

/// Zeros.
inline Tensor make_tensor(Type type, std::vector<std::int64_t> shape) {
  Tensor tensor{type, std::move(shape), {}};
  tensor.data.resize(static_cast<std::size_t>(tensor.elements() * bytes_of(type)));
  return tensor;
}

/// The elements, row-major. `T` must be the tensor's type.
template <class T>
std::span<const T> elements(const Tensor& tensor) {
  HEDDLE_CHECK(holds<T>(tensor.type), "a tensor read as another type");
  return {reinterpret_cast<const T*>(tensor.data.data()), tensor.data.size() / sizeof(T)};
}
template <class T>
std::span<T> elements(Tensor& tensor) {
  HEDDLE_CHECK(holds<T>(tensor.type), "a tensor written as another type");
  return {reinterpret_cast<T*>(tensor.data.data()), tensor.data.size() / sizeof(T)};
}

/// Calls f(T{}) with the C++ type of the elements (std::uint8_t for bool).
template <class F>
decltype(auto) dispatch(Type type, F&& f) {
  switch (type) {
    case Type::kBool:
    case Type::kUint8: return f(std::uint8_t{});
    case Type::kInt8: return f(std::int8_t{});
    case Type::kInt16: return f(std::int16_t{});
    case Type::kInt32: return f(std::int32_t{});
    case Type::kInt64: return f(std::int64_t{});
    case Type::kUint16: return f(std::uint16_t{});
    case Type::kUint32: return f(std::uint32_t{});
    case Type::kUint64: return f(std::uint64_t{});
    case Type::kFloat32: return f(float{});
    case Type::kFloat64: break;
  }
  return f(double{});
}

}  // namespace heddle::tensor
