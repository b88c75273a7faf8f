#include "compiler/numerics/wide_int.h"

#include <fmt/format.h>

#include <bit>

#include "compiler/base/check.h"

namespace heddle::numerics {
namespace {

__extension__ using Wide = unsigned __int128;

}  // namespace

WideInt::WideInt(std::int64_t value) {
  limbs_.fill(value < 0 ? ~std::uint64_t{0} : 0);
  limbs_[0] = static_cast<std::uint64_t>(value);
}

void WideInt::add_shifted(std::uint64_t magnitude, int shift, bool negative) {
  HEDDLE_CHECK(shift >= 0 && shift <= kBits - 64, "a shift outside the integer");
  const Wide wide = Wide{magnitude} << static_cast<unsigned>(shift % 64);
  const std::array<std::uint64_t, 2> parts = {static_cast<std::uint64_t>(wide),
                                              static_cast<std::uint64_t>(wide >> 64U)};
  bool carry = false;
  for (auto i = static_cast<std::size_t>(shift / 64), part = std::size_t{0}; i < kLimbs; ++i, ++part) {
    if (part >= 2 && !carry) return;
    const std::uint64_t operand = part < 2 ? parts[part] : 0;
    const std::uint64_t before = limbs_[i];
    if (negative) {
      limbs_[i] = before - operand - (carry ? 1 : 0);
      carry = before < operand || (carry && before == operand);
    } else {
      limbs_[i] = before + operand + (carry ? 1 : 0);
      carry = limbs_[i] < before || (carry && limbs_[i] == before);
    }
  }
}

WideInt WideInt::times(std::uint64_t factor) const {
  WideInt product;
  Wide carry = 0;
  for (std::size_t i = 0; i < kLimbs; ++i) {
    carry += Wide{limbs_[i]} * factor;
    product.limbs_[i] = static_cast<std::uint64_t>(carry);
    carry >>= 64U;
  }
  return product;
}

WideInt& WideInt::operator+=(const WideInt& other) {
  Wide carry = 0;
  for (std::size_t i = 0; i < kLimbs; ++i) {
    carry += Wide{limbs_[i]} + other.limbs_[i];
    limbs_[i] = static_cast<std::uint64_t>(carry);
    carry >>= 64U;
  }
  return *this;
}

WideInt WideInt::negated() const {
  WideInt result;
  for (std::size_t i = 0; i < kLimbs; ++i) result.limbs_[i] = ~limbs_[i];
  return result += WideInt(1);
}

bool WideInt::is_zero() const { return *this == WideInt(); }

int WideInt::signed_bits() const {
  const std::uint64_t fill = is_negative() ? ~std::uint64_t{0} : 0;
  for (int i = kLimbs - 1; i >= 0; --i) {
    if (limb(i) != fill) return 64 * i + static_cast<int>(std::bit_width(limb(i) ^ fill)) + 1;
  }
  return 1;
}

WideInt WideInt::wrapped(int bits) const {
  HEDDLE_CHECK(bits >= 1 && bits <= kBits, "a register width outside the integer");
  const int top = (bits - 1) / 64;
  const int unused = 64 * (top + 1) - bits;
  WideInt result = *this;
  auto& highest = result.limbs_[static_cast<std::size_t>(top)];
  highest = static_cast<std::uint64_t>(static_cast<std::int64_t>(highest << unused) >> unused);
  const std::uint64_t fill = highest >> 63U != 0 ? ~std::uint64_t{0} : 0;
  for (auto i = static_cast<std::size_t>(top) + 1; i < kLimbs; ++i) result.limbs_[i] = fill;
  return result;
}

Value WideInt::to_value(int exponent) const {
  const WideInt magnitude = is_negative() ? negated() : *this;
  Value value;
  value.negative = is_negative();
  const int excess = std::max(0, magnitude.signed_bits() - 1 - 64);
  const int first = excess / 64;
  const auto offset = static_cast<unsigned>(excess % 64);
  const std::uint64_t above = first + 1 < kLimbs ? magnitude.limb(first + 1) : 0;
  value.significand = static_cast<std::uint64_t>((Wide{above} << 64U | magnitude.limb(first)) >> offset);
  value.exponent = exponent + excess;
  for (int i = 0; i < first; ++i) value.sticky = value.sticky || magnitude.limb(i) != 0;
  value.sticky = value.sticky || (magnitude.limb(first) & ((std::uint64_t{1} << offset) - 1)) != 0;
  return value;
}

std::string WideInt::hex() const {
  const WideInt magnitude = is_negative() ? negated() : *this;
  int top = kLimbs - 1;
  while (top > 0 && magnitude.limb(top) == 0) --top;
  std::string text = fmt::format("{}0x{:x}", is_negative() ? "-" : "", magnitude.limb(top));
  while (--top >= 0) text += fmt::format("{:016x}", magnitude.limb(top));
  return text;
}

int compare(const WideInt& a, const WideInt& b) {
  if (a.is_negative() != b.is_negative()) return a.is_negative() ? -1 : 1;
  for (int i = WideInt::kLimbs - 1; i >= 0; --i) {
    if (a.limb(i) != b.limb(i)) return a.limb(i) < b.limb(i) ? -1 : 1;
  }
  return 0;
}

}  // namespace heddle::numerics
