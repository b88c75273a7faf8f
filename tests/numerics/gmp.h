// GNU MP integers as values, for tests that need exact integers not ours.
#pragma once

#include <gmp.h>

#include <ostream>

#include "compiler/numerics/wide_int.h"

namespace heddle::numerics {

class Gmp {
 public:
  Gmp() { mpz_init(number_); }
  explicit Gmp(std::uint64_t value) : Gmp() { mpz_set_ui(number_, value); }
  static Gmp from_signed(std::int64_t value) {
    Gmp result;
    mpz_set_si(result.number_, value);
    return result;
  }
  Gmp(const Gmp& other) : Gmp() { mpz_set(number_, other.number_); }
  Gmp& operator=(const Gmp& other) {
    mpz_set(number_, other.number_);
    return *this;
  }
  ~Gmp() { mpz_clear(number_); }

  friend Gmp operator+(const Gmp& a, const Gmp& b) { return apply(mpz_add, a, b); }
  friend Gmp operator-(const Gmp& a, const Gmp& b) { return apply(mpz_sub, a, b); }
  friend Gmp operator*(const Gmp& a, const Gmp& b) { return apply(mpz_mul, a, b); }
  friend bool operator==(const Gmp& a, const Gmp& b) { return mpz_cmp(a.number_, b.number_) == 0; }
  friend std::ostream& operator<<(std::ostream& out, const Gmp& a) {
    char* text = mpz_get_str(nullptr, 16, a.number_);
    out << text;
    void (*release)(void*, std::size_t) = nullptr;
    mp_get_memory_functions(nullptr, nullptr, &release);
    release(text, std::char_traits<char>::length(text) + 1);
    return out;
  }

  [[nodiscard]] Gmp shifted_left(int bits) const {
    Gmp result;
    mpz_mul_2exp(result.number_, number_, static_cast<mp_bitcnt_t>(bits));
    return result;
  }
  /// The residue modulo 2^bits in [-2^(bits-1), 2^(bits-1)).
  [[nodiscard]] Gmp wrapped(int bits) const {
    Gmp result;
    mpz_fdiv_r_2exp(result.number_, number_, static_cast<mp_bitcnt_t>(bits));
    return mpz_tstbit(result.number_, static_cast<mp_bitcnt_t>(bits - 1)) != 0 ? result - Gmp(1).shifted_left(bits)
                                                                               : result;
  }
  /// -1, 0, 1.
  [[nodiscard]] int compare(const Gmp& other) const {
    const int order = mpz_cmp(number_, other.number_);
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }
  [[nodiscard]] mpz_srcptr get() const { return number_; }
  [[nodiscard]] mpz_ptr get() { return number_; }

 private:
  static Gmp apply(void (*operation)(mpz_ptr, mpz_srcptr, mpz_srcptr), const Gmp& a, const Gmp& b) {
    Gmp result;
    operation(result.number_, a.number_, b.number_);
    return result;
  }

  mpz_t number_;
};

/// The integer of the limbs, read as two's complement.
inline Gmp to_gmp(const WideInt& integer) {
  Gmp sum;
  for (int i = 0; i < WideInt::kLimbs; ++i) sum = sum + Gmp(integer.limb(i)).shifted_left(64 * i);
  return sum.wrapped(WideInt::kBits);
}

}  // namespace heddle::numerics
