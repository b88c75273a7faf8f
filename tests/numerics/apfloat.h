// LLVM's APFloat as the judge of compiler/numerics: the formats it knows, by our names.
#pragma once

#include <llvm/ADT/APFloat.h>

#include <string>
#include <vector>

#include "compiler/numerics/format.h"
#include "compiler/numerics/value.h"

namespace heddle::numerics {

struct ApFormat {
  std::string name;
  const llvm::fltSemantics& semantics;

  [[nodiscard]] FloatFormat format() const { return parse_float_format(name).value(); }
};

/// The nine formats of up to 8 bits that LLVM 19 has.
inline std::vector<ApFormat> ap_small_formats() {
  using llvm::APFloat;
  return {{"e5m2ieee", APFloat::Float8E5M2()},     {"e5m2fnuz", APFloat::Float8E5M2FNUZ()},
          {"e4m3ieee", APFloat::Float8E4M3()},     {"e4m3fn", APFloat::Float8E4M3FN()},
          {"e4m3fnuz", APFloat::Float8E4M3FNUZ()}, {"e4m3fnuz:bias=11", APFloat::Float8E4M3B11FNUZ()},
          {"e3m2", APFloat::Float6E3M2FN()},       {"e2m3", APFloat::Float6E2M3FN()},
          {"e2m1", APFloat::Float4E2M1FN()}};
}

inline std::vector<ApFormat> ap_wide_formats() {
  using llvm::APFloat;
  return {{"fp16", APFloat::IEEEhalf()}, {"bf16", APFloat::BFloat()}, {"fp32", APFloat::IEEEsingle()}};
}

inline llvm::RoundingMode ap_rounding(Rounding rounding) {
  if (rounding == Rounding::kNearestAway) return llvm::RoundingMode::NearestTiesToAway;
  return rounding == Rounding::kTowardZero ? llvm::RoundingMode::TowardZero : llvm::RoundingMode::NearestTiesToEven;
}

inline llvm::APFloat ap_decode(const ApFormat& format, Code code) {
  return {format.semantics, llvm::APInt(llvm::APFloat::getSizeInBits(format.semantics), code)};
}

inline Code ap_code(const llvm::APFloat& number) { return static_cast<Code>(number.bitcastToAPInt().getZExtValue()); }

/// The code of a double. NaN payloads and signs are outside what is compared: callers take any NaN for any other.
inline Code ap_encode(const ApFormat& format, double x, Rounding rounding) {
  llvm::APFloat number(x);
  bool loses = false;
  number.convert(format.semantics, ap_rounding(rounding), &loses);
  return ap_code(number);
}

}  // namespace heddle::numerics
