// Machine words: unsigned 64-bit carriers of which the low `bits` bits count.
#pragma once

#include <cstdint>

namespace heddle::dfg {

/// The low `bits` bits set; 1 <= bits <= 64.
constexpr std::uint64_t word_mask(int bits) { return ~std::uint64_t{0} >> static_cast<unsigned>(64 - bits); }

/// The low `bits` bits as a two's complement number.
constexpr std::int64_t sign_extend(std::uint64_t word, int bits) {
  const auto unused = static_cast<unsigned>(64 - bits);
  return static_cast<std::int64_t>(word << unused) >> unused;
}

}  // namespace heddle::dfg
