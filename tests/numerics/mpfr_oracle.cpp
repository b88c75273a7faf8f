#include "tests/numerics/mpfr_oracle.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace heddle::numerics {
namespace {

/// Restores MPFR's exponent range, which is global to the thread.
class ExponentRange {
 public:
  ExponentRange() : min_(mpfr_get_emin()), max_(mpfr_get_emax()) {}
  ~ExponentRange() {
    mpfr_set_emin(min_);
    mpfr_set_emax(max_);
  }
  ExponentRange(const ExponentRange&) = delete;
  ExponentRange& operator=(const ExponentRange&) = delete;

 private:
  mpfr_exp_t min_;
  mpfr_exp_t max_;
};

enum class Kind { kFinite, kInfinity, kNan };

Kind kind_of(const FloatFormat& format, unsigned field, unsigned mantissa, bool negative) {
  const unsigned top_field = (1U << format.exponent_bits) - 1;
  const unsigned top_mantissa = (1U << format.mantissa_bits) - 1;
  switch (format.specials) {
    case Specials::kNone: return Kind::kFinite;
    case Specials::kFn: return field == top_field && mantissa == top_mantissa ? Kind::kNan : Kind::kFinite;
    case Specials::kFnuz: return negative && field == 0 && mantissa == 0 ? Kind::kNan : Kind::kFinite;
    case Specials::kIeee: break;
  }
  if (field != top_field) return Kind::kFinite;
  return mantissa == 0 ? Kind::kInfinity : Kind::kNan;
}

}  // namespace

void meaning(const FloatFormat& format, Code code, mpfr_ptr result) {
  const unsigned mantissa = code % (1U << format.mantissa_bits);
  const unsigned field = code / (1U << format.mantissa_bits) % (1U << format.exponent_bits);
  const bool negative = format.is_signed && (code >> (format.mantissa_bits + format.exponent_bits)) % 2 != 0;
  const Kind kind = kind_of(format, field, mantissa, negative);
  if (kind == Kind::kNan) return mpfr_set_nan(result);
  if (kind == Kind::kInfinity) return mpfr_set_inf(result, negative ? -1 : 1);
  // (-1)^sign * 2^(max(exponent, 1) - bias) * (exponent != 0 ? 1 + m / 2^Y : m / 2^Y)
  mpfr_set_ui(result, mantissa, MPFR_RNDN);
  mpfr_div_ui(result, result, 1U << format.mantissa_bits, MPFR_RNDN);
  if (field != 0) mpfr_add_ui(result, result, 1, MPFR_RNDN);
  if (field == 0 && !format.subnormals) mpfr_set_zero(result, 1);
  Mpfr power;
  mpfr_set_si(power, std::max(static_cast<int>(field), 1) - format.bias, MPFR_RNDN);
  mpfr_exp2(power, power, MPFR_RNDN);
  mpfr_mul(result, result, power, MPFR_RNDN);
  if (negative) mpfr_neg(result, result, MPFR_RNDN);
}

double meaning(const FloatFormat& format, Code code) {
  Mpfr number;
  meaning(format, code, number);
  return mpfr_get_d(number, MPFR_RNDN);
}

MpfrRounder::MpfrRounder(const FloatFormat& format) : format_(format), rounded_(format.mantissa_bits + 1), other_(512) {
  const Code codes = Code{1} << (format.exponent_bits + format.mantissa_bits);
  for (Code code = 0; code < codes; ++code) {
    const double value = meaning(format, code);
    if (std::isfinite(value)) magnitudes_.push_back(value);
    if (std::isinf(value)) infinity_ = code;
    // The first NaN with the top mantissa bit set is the quiet one without payload.
    const Code quiet = format.mantissa_bits > 0 ? Code{1} << (format.mantissa_bits - 1) : 0;
    if (std::isnan(value) && !nan_ && (code & quiet) != 0) nan_ = code;
    if (std::isnan(value) && format.mantissa_bits == 0) nan_ = code;
  }
  if (format.is_signed && std::isnan(meaning(format, codes)) && !nan_) nan_ = codes;
  // What the code after the largest finite one would mean if all codes were finite and there were one more exponent
  // bit.
  FloatFormat wider = format;
  wider.specials = Specials::kNone;
  wider.exponent_bits += 1;
  beyond_ = meaning(wider, static_cast<Code>(magnitudes_.size()));
}

Code MpfrRounder::code_of(bool negative, double magnitude, Rounding rounding, Overflow overflow,
                          bool exact_infinity) const {
  const Code sign = negative && format_.is_signed ? Code{1} << (format_.exponent_bits + format_.mantissa_bits) : 0;
  const double largest = magnitudes_.back();
  if (magnitude > largest) {
    const bool stays = overflow == Overflow::kSaturate || (rounding == Rounding::kTowardZero && !exact_infinity);
    if (!stays && infinity_) return sign | *infinity_;
    if (!stays && nan_) return *nan_;
    magnitude = largest;
  }
  // Without subnormals the first codes all mean zero; lower_bound gives the first of them, code 0.
  if (!format_.subnormals && magnitude < std::ldexp(1.0, 1 - format_.bias)) magnitude = 0;
  const auto code =
      static_cast<Code>(std::lower_bound(magnitudes_.begin(), magnitudes_.end(), magnitude) - magnitudes_.begin());
  return code == 0 && format_.specials == Specials::kFnuz ? 0 : sign | code;
}

void MpfrRounder::round_away(mpfr_srcptr magnitude) {
  // rounded_ holds the value rounded toward zero; the next one is a spacing higher.
  const double low = mpfr_get_d(rounded_, MPFR_RNDN);
  const int exponent = low == 0 ? -10000 : std::ilogb(low);
  const double spacing = std::ldexp(1.0, std::max(exponent, 1 - format_.bias) - format_.mantissa_bits);
  mpfr_set_d(other_, low, MPFR_RNDN);
  mpfr_add_d(other_, other_, spacing / 2, MPFR_RNDN);
  if (mpfr_cmp(magnitude, other_) >= 0) mpfr_set_d(rounded_, low + spacing, MPFR_RNDN);
}

Code MpfrRounder::encode(mpfr_srcptr exact, Rounding rounding, Overflow overflow) {
  if (mpfr_nan_p(exact) != 0) return nan_.value_or(0);
  const bool negative = mpfr_signbit(exact) != 0;
  if (negative && !format_.is_signed) return 0;
  if (mpfr_inf_p(exact) != 0) return code_of(negative, INFINITY, rounding, overflow, true);
  mpfr_abs(magnitude_, exact, MPFR_RNDN);
  {
    const ExponentRange restored;
    // MPFR's exponents are those of 0.1xxx: one more than ours.
    mpfr_set_emin(2 - format_.bias - format_.mantissa_bits);
    const mpfr_rnd_t mode = rounding == Rounding::kNearestEven ? MPFR_RNDN : MPFR_RNDZ;
    int ternary = mpfr_set(rounded_, magnitude_, mode);
    ternary = mpfr_check_range(rounded_, ternary, mode);
    mpfr_subnormalize(rounded_, ternary, mode);
  }
  if (rounding == Rounding::kNearestAway) round_away(magnitude_);
  return code_of(negative, mpfr_get_d(rounded_, MPFR_RNDN), rounding, overflow, false);
}

std::vector<double> critical_values(const MpfrRounder& rounder) {
  std::vector<double> points;
  std::vector<double> steps = rounder.magnitudes();
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  steps.push_back(rounder.beyond());
  double last = 0;
  for (const double value : steps) {
    for (const double point : {value, (last + value) / 2}) {
      points.insert(points.end(), {point, std::nextafter(point, 0.0), std::nextafter(point, INFINITY)});
    }
    last = value;
  }
  const double top = rounder.beyond();
  points.insert(points.end(), {1.25 * top, 1.5 * top, 2 * top, 1e30 * top, std::numeric_limits<double>::max(), INFINITY,
                               NAN, 5e-324, 1e-300, rounder.magnitudes()[1] * 1e-30});
  const std::size_t positive = points.size();
  for (std::size_t i = 0; i < positive; ++i) points.push_back(-points[i]);
  return points;
}

std::vector<FloatFormat> with_all_specials(const FloatFormat& format) {
  std::vector<FloatFormat> formats;
  for (const Specials specials : {Specials::kNone, Specials::kFn, Specials::kIeee, Specials::kFnuz}) {
    const FloatFormat variant = minifloat(format.exponent_bits, format.mantissa_bits, specials, format.is_signed);
    if (validate(variant)) formats.push_back(variant);
  }
  return formats;
}

}  // namespace heddle::numerics
