// GNU MPFR as the judge of compiler/numerics. Nothing here calls decode, encode or arithmetic of ours: a format is
// given meaning by the formula of its documentation, in MPFR arithmetic, and rounding is MPFR's.
#pragma once

#include <mpfr.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/numerics/format.h"
#include "compiler/numerics/value.h"

namespace heddle::numerics {

/// An MPFR number, of 512 bits unless told otherwise.
class Mpfr {
 public:
  explicit Mpfr(int precision = 512) { mpfr_init2(number_, precision); }
  ~Mpfr() { mpfr_clear(number_); }
  Mpfr(const Mpfr&) = delete;
  Mpfr& operator=(const Mpfr&) = delete;

  /// Implicit, so that it can be passed to MPFR's functions.
  operator mpfr_ptr() { return number_; }  // NOLINT(google-explicit-constructor)

 private:
  mpfr_t number_;
};

/// What the bits of a code say, read by the documentation's formula. Infinities and NaN as such. Exact.
void meaning(const FloatFormat& format, Code code, mpfr_ptr result);
/// The same as a double, which holds every code exactly.
double meaning(const FloatFormat& format, Code code);

/// Rounds to a float format with MPFR: precision Y + 1, its minimal exponent, mpfr_subnormalize. Overflow is decided by
/// the largest value with a finite meaning.
class MpfrRounder {
 public:
  explicit MpfrRounder(const FloatFormat& format);

  /// The code for an exact finite or special number. Nearest-away is decided by comparing the distances to the two
  /// neighbours, since MPFR has no such rounding.
  Code encode(mpfr_srcptr exact, Rounding rounding, Overflow overflow);

  /// All finite magnitudes in rising order of code.
  [[nodiscard]] const std::vector<double>& magnitudes() const { return magnitudes_; }
  /// The value that would follow the largest one if the exponent were unbounded.
  [[nodiscard]] double beyond() const { return beyond_; }

 private:
  [[nodiscard]] Code code_of(bool negative, double magnitude, Rounding rounding, Overflow overflow,
                             bool exact_infinity) const;
  void round_away(mpfr_srcptr magnitude);

  FloatFormat format_;
  std::vector<double> magnitudes_;
  double beyond_ = 0;
  std::optional<Code> infinity_;
  std::optional<Code> nan_;
  Mpfr magnitude_;
  Mpfr rounded_;
  Mpfr other_;
};

/// Every value where rounding to the format can change, and its neighbours: the finite values, the midpoints between
/// them (also the one to `beyond`), each with the doubles just below and above, zero, far values and specials; both
/// signs.
std::vector<double> critical_values(const MpfrRounder& rounder);

/// `format` with each kind of specials that it can have.
std::vector<FloatFormat> with_all_specials(const FloatFormat& format);

}  // namespace heddle::numerics
