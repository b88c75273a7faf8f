// Number formats as values, each with one textual name. What a code means is `decode` in value.h.
//
// int8, uint4, int8:narrow, int8:affine: integers of 2 to 32 bits. narrow: without the most negative code, so that the
// range is symmetric; affine: quantised with a zero point.
//
// e4m3, ue4m4, e3m0: minifloats of 3 to 8 bits: a sign bit (none after "u"), X exponent and Y mantissa bits; all codes
// finite, bias 2^(X-1) - 1, subnormals. e4m3fn, e5m2ieee, e4m3fnuz: the same with special codes (fnuz: bias 2^(X-1)).
// e4m3:bias=11: another bias; e4m3:nosub: subnormal codes read as zero, subnormal results become zero.
//
// fp16, bf16, fp32: IEEE binary16, bfloat16, IEEE binary32.
//
// mxfp8_e4m3, mxfp8_e5m2, mxfp6_e3m2, mxfp6_e2m3, mxfp4, mxint8, nvfp4: blocks with a shared scale; ":k=16" another
// block size, ":ceil" or ":even" another rule for the shared exponent (not nvfp4).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/base/result.h"

namespace heddle::numerics {

/// Which codes of a minifloat are not finite numbers.
enum class Specials : std::uint8_t {
  kNone,  ///< none: every code is finite
  kFn,    ///< the all-ones code of each sign is NaN, no infinity (OCP E4M3)
  kIeee,  ///< the largest exponent holds infinity (mantissa 0) and NaN (the rest)
  kFnuz,  ///< negative zero is the only NaN, no infinity (unsigned formats have none: rejected)
};

/// How a value between two codes is decided.
enum class Rounding : std::uint8_t { kNearestEven, kNearestAway, kTowardZero, kStochastic };

/// What a value beyond the largest finite one becomes. kIeee: infinity (NaN where the format has no infinity; the
/// largest value where it has neither); under kTowardZero the largest finite value, as IEEE 754 says.
enum class Overflow : std::uint8_t { kSaturate, kIeee };

inline constexpr int kMaxIntBits = 32;
inline constexpr int kMaxBias = 256;

/// Two's complement or unsigned integers of 2 to 32 bits.
struct IntFormat {
  int bits = 8;
  bool is_signed = true;
  bool narrow = false;  ///< the most negative code is not used, so that the range is symmetric
  bool affine = false;  ///< a tensor of it has a zero point

  [[nodiscard]] std::int64_t min() const;
  [[nodiscard]] std::int64_t max() const;
  bool operator==(const IntFormat&) const = default;
};

/// A binary floating-point format. The bits of a code, from the top: sign (if signed), exponent, mantissa.
/// value = (-1)^sign * 2^(max(exponent, 1) - bias) * (exponent != 0 ? 1 + m/2^Y : m/2^Y)
struct FloatFormat {
  int exponent_bits = 4;  ///< X >= 1, at most 8
  int mantissa_bits = 3;  ///< Y >= 0, at most 23
  bool is_signed = true;
  Specials specials = Specials::kNone;
  int bias = 7;
  bool subnormals = true;

  [[nodiscard]] int bits() const { return exponent_bits + mantissa_bits + (is_signed ? 1 : 0); }
  /// Exponent of the least significant bit of subnormals and of the smallest normals: every finite value is a multiple
  /// of 2^this.
  [[nodiscard]] int min_exponent() const { return 1 - bias - mantissa_bits; }
  /// Exponent of the leading bit of the largest finite value (`emax` in the OCP text).
  [[nodiscard]] int max_exponent() const;
  /// The code of the largest finite value, which is also the number of finite nonzero magnitudes if subnormals are on.
  [[nodiscard]] std::uint32_t max_finite_code() const;
  bool operator==(const FloatFormat&) const = default;
};

using ScalarFormat = std::variant<IntFormat, FloatFormat>;

/// How the shared scale of a block is chosen from the largest magnitude in it (OCP MX v1.0 section 6.3 and its
/// variants).
enum class SharedExponent : std::uint8_t {
  kFloor,  ///< floor(log2 max) - emax, as the OCP text says
  kCeil,   ///< the smallest power of two with which the maximum does not saturate
  kEven,   ///< floor(log2 of the maximum rounded (RNE) to the element's precision) - emax
};

/// `block` elements that share a scale: E8M0 powers of two (OCP MX) or, for NVFP4, e4m3fn with one more float32 scale
/// per tensor.
struct BlockFormat {
  ScalarFormat element = FloatFormat{};
  int block = 32;  ///< 16, 32 or 64
  SharedExponent rule = SharedExponent::kFloor;
  bool e4m3_scale = false;  ///< NVFP4
  bool operator==(const BlockFormat&) const = default;
};

using Format = std::variant<IntFormat, FloatFormat, BlockFormat>;

/// Reads a name. Fails with kBadInput, saying what is wrong with it and the nearest valid names.
Result<Format> parse_format(std::string_view name);
/// The same for a name that must be a minifloat, fp16, bf16 or fp32 / an element format.
Result<FloatFormat> parse_float_format(std::string_view name);
Result<ScalarFormat> parse_scalar_format(std::string_view name);

/// The one name of a format: parse_format(name(f)) == f for every format that has a name. Other valid floats (more than
/// 8 bits, not IEEE) are written in the same way, but parse_format refuses them.
std::string name(const Format& format);
std::string name(const IntFormat& format);
std::string name(const FloatFormat& format);
std::string name(const ScalarFormat& format);
std::string name(const BlockFormat& format);

int bits(const ScalarFormat& format);

/// The 27 signed (or 27 unsigned: X + Y bits, Y up to 7) minifloats of 3 to 8 bits without specials, by width, then by
/// exponent bits.
std::vector<FloatFormat> minifloats(bool is_signed);

/// A float with the bias its name implies.
FloatFormat minifloat(int exponent_bits, int mantissa_bits, Specials specials = Specials::kNone, bool is_signed = true);
/// 2^(X-1) - 1; 2^(X-1) for fnuz, whose largest exponent is a normal one.
int default_bias(int exponent_bits, Specials specials);

/// An OCP MX format with blocks of 32, and NVFP4 with blocks of 16.
BlockFormat block_format(const ScalarFormat& element, SharedExponent rule = SharedExponent::kFloor);
BlockFormat nvfp4();

/// Whether a format made by hand is possible: parse_format gives none that is not.
Status validate(const IntFormat& format);
Status validate(const FloatFormat& format);

FloatFormat fp16();
FloatFormat bf16();
FloatFormat fp32();

}  // namespace heddle::numerics
