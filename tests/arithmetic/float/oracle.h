// LLVM's APFloat as the oracle of fp16, bf16 and fp32, with NaN made canonical as compiler/numerics says.
#pragma once

#include <cstdint>

#include <llvm/ADT/APFloat.h>

namespace heddle {

/// A code of one of LLVM's formats, and back.
inline llvm::APFloat from_code(const llvm::fltSemantics& semantics, std::uint32_t code) {
  return {semantics, llvm::APInt(llvm::APFloat::getSizeInBits(semantics), code)};
}
inline std::uint32_t to_code(const llvm::APFloat& value) {
  llvm::APFloat canonical = value;
  if (value.isNaN()) canonical = llvm::APFloat::getQNaN(value.getSemantics());
  return static_cast<std::uint32_t>(canonical.bitcastToAPInt().getZExtValue());
}

inline std::uint32_t sum_of(const llvm::fltSemantics& semantics, std::uint32_t a, std::uint32_t b, bool subtract) {
  llvm::APFloat value = from_code(semantics, a);
  const auto nearest = llvm::APFloat::rmNearestTiesToEven;
  subtract ? value.subtract(from_code(semantics, b), nearest) : value.add(from_code(semantics, b), nearest);
  return to_code(value);
}
inline std::uint32_t product_of(const llvm::fltSemantics& semantics, std::uint32_t a, std::uint32_t b) {
  llvm::APFloat value = from_code(semantics, a);
  value.multiply(from_code(semantics, b), llvm::APFloat::rmNearestTiesToEven);
  return to_code(value);
}
}  // namespace heddle
