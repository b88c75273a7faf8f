// Integers wide enough for an exact sum of products of any two formats here.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "compiler/numerics/value.h"

namespace heddle::numerics {

/// A two's complement integer of 768 bits. The widest need is fp32 by fp32: 554 bits for one product, 32 for the length
/// of the sum, 32 for a multiplier, one for the sign. Arithmetic is modulo 2^768.
class WideInt {
 public:
  static constexpr int kLimbs = 12;
  static constexpr int kBits = 64 * kLimbs;

  WideInt() = default;
  explicit WideInt(std::int64_t value);

  /// Adds (-1)^negative * magnitude * 2^shift; 0 <= shift <= kBits - 64.
  void add_shifted(std::uint64_t magnitude, int shift, bool negative);
  /// this * factor.
  [[nodiscard]] WideInt times(std::uint64_t factor) const;
  WideInt& operator+=(const WideInt& other);
  [[nodiscard]] WideInt negated() const;

  [[nodiscard]] bool is_negative() const { return limbs_.back() >> 63U != 0; }
  [[nodiscard]] bool is_zero() const;
  /// The least number of bits of a two's complement integer that holds this; 1 for 0 and -1.
  [[nodiscard]] int signed_bits() const;
  /// The low `bits` bits read as a two's complement integer: what a register of that width holds. 1 <= bits <= kBits.
  [[nodiscard]] WideInt wrapped(int bits) const;
  /// this * 2^exponent, cut to its top 64 significant bits and `sticky`.
  [[nodiscard]] Value to_value(int exponent) const;
  /// The low 64 bits.
  [[nodiscard]] std::int64_t low() const { return static_cast<std::int64_t>(limbs_.front()); }
  /// 64 bits from bit 64 * index; index < kLimbs.
  [[nodiscard]] std::uint64_t limb(int index) const { return limbs_[static_cast<std::size_t>(index)]; }
  /// Hexadecimal with a sign, for messages.
  [[nodiscard]] std::string hex() const;

  bool operator==(const WideInt&) const = default;

 private:
  std::array<std::uint64_t, kLimbs> limbs_{};  // the lowest first
};

/// -1, 0, 1.
int compare(const WideInt& a, const WideInt& b);

}  // namespace heddle::numerics
