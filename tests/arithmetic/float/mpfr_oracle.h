// Fused multiply-add of a small IEEE format by MPFR, correctly rounded, with subnormals.
// LLVM 19's APFloat::fusedMultiplyAdd is no oracle here: it rounds some subnormal results wrongly. fp16: 0x2FFD *
// 0x87FF + 0x0040 is
// -(255.50018 - 64) = -191.50018 units of the last place, so 0x80C0, but LLVM says 0x80BF.
#pragma once

#include <cstdint>

#include <llvm/ADT/APFloat.h>
#include <mpfr.h>

#include "tests/arithmetic/float/oracle.h"

namespace heddle {

/// Changes MPFR's exponent range for the thread.
class MpfrFused {
 public:
  /// A format of at most 24 significant bits.
  explicit MpfrFused(const llvm::fltSemantics& semantics) : semantics_(semantics) {
    for (auto* operand : {a_, b_, c_}) mpfr_init2(operand, 24);
    mpfr_init2(result_, static_cast<mpfr_prec_t>(llvm::APFloat::semanticsPrecision(semantics)));
  }
  ~MpfrFused() {
    for (auto* number : {a_, b_, c_, result_}) mpfr_clear(number);
  }
  MpfrFused(const MpfrFused&) = delete;
  MpfrFused& operator=(const MpfrFused&) = delete;

  std::uint32_t operator()(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    set_range(-200, 200);
    mpfr_set_flt(a_, float_of(a), MPFR_RNDN);
    mpfr_set_flt(b_, float_of(b), MPFR_RNDN);
    mpfr_set_flt(c_, float_of(c), MPFR_RNDN);
    // MPFR's significands are in [1/2, 1).
    const int smallest = llvm::APFloat::semanticsMinExponent(semantics_) + 2 -
                         static_cast<int>(llvm::APFloat::semanticsPrecision(semantics_));
    set_range(smallest, llvm::APFloat::semanticsMaxExponent(semantics_) + 1);
    const int ternary = mpfr_fma(result_, a_, b_, c_, MPFR_RNDN);
    mpfr_subnormalize(result_, ternary, MPFR_RNDN);
    llvm::APFloat rounded(mpfr_get_flt(result_, MPFR_RNDN));
    bool inexact = false;
    rounded.convert(semantics_, llvm::APFloat::rmNearestTiesToEven, &inexact);
    return to_code(rounded);
  }

 private:
  static void set_range(mpfr_exp_t low, mpfr_exp_t high) {
    mpfr_set_emin(low);
    mpfr_set_emax(high);
  }
  float float_of(std::uint32_t code) const {
    llvm::APFloat value = from_code(semantics_, code);
    bool inexact = false;
    value.convert(llvm::APFloat::IEEEsingle(), llvm::APFloat::rmNearestTiesToEven, &inexact);
    return value.convertToFloat();
  }

  const llvm::fltSemantics& semantics_;
  mpfr_t a_, b_, c_, result_;
};

}  // namespace heddle
