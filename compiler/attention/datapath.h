// The arithmetic of the window-attention array, bit for bit: docs/attention.md, "The arithmetic". SystemC and RTL
// compute the same codes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/numerics/format.h"
#include "compiler/numerics/value.h"

namespace heddle::attention {

/// Bits and units of the steps.
inline constexpr int kScoreFraction = 20;   ///< of products q * k of floats, and of their sum
inline constexpr int kProductBits = 53;     ///< of such a product, which is limited to them
inline constexpr int kScoreBits = 40;       ///< of a score, which is limited to them
inline constexpr int kFactorBits = 17;      ///< of the scale's integer factor
inline constexpr int kLogitFraction = 14;   ///< of a logit in base 2
inline constexpr int kLogitBits = 30;       ///< so logits are in [-2^15, 2^15)
inline constexpr int kMaximumStep = 4;      ///< running maxima are multiples of it
inline constexpr int kWeightFraction = 20;  ///< of a weight p, which is at most 1
inline constexpr int kWeightSegments = 64;  ///< of 2^f
inline constexpr int kSumBits = 36;
inline constexpr int kOutputFraction = 28;  ///< of products p * v of floats, and of their sum z
inline constexpr int kMixedBits = 45;       ///< of such a product, which is limited to them
inline constexpr int kOutputBits = 64;
inline constexpr int kLargestShift = 60;  ///< a larger one clears

/// Formats at the array's ports.
struct Ports {
  numerics::ScalarFormat operand;  ///< of queries, keys, values
  numerics::ScalarFormat output;
  bool operator==(const Ports&) const = default;
};

/// scale * log2(e) (times the scales of integer codes) as factor * 2^exponent, factor of kFactorBits bits.
struct LogitScale {
  std::uint32_t factor = 0;
  int exponent = 0;
  bool operator==(const LogitScale&) const = default;
};
/// `scale` is positive and finite. Rounded to nearest even.
LogitScale logit_scale(double scale);

/// Refuses what the array has no arithmetic for: unsigned or block formats, floats of more than 16 bits, integers other
/// than int8; outputs that are neither a float of at most 16 bits nor int8.
Status check_ports(const Ports& ports);

/// Step 1: sum q * k, in units of 2^-kScoreFraction (floats) or 1 (integers). Codes must be finite.
std::int64_t score(const Ports& ports, std::span<const numerics::Code> query, std::span<const numerics::Code> key);
/// Step 2: the logit in base 2, an integer of kLogitBits bits.
std::int32_t logit(const Ports& ports, std::int64_t score, const LogitScale& scale);
/// Step 4: 2^x for x <= 0 in units of 2^-kLogitFraction; in units of 2^-kWeightFraction.
std::uint32_t weight(std::int32_t x);

/// What a core and the softmax unit hold of a row.
struct RowState {
  bool empty = true;  ///< no key seen
  std::int32_t maximum = 0;
  std::uint64_t sum = 0;
  std::vector<std::int64_t> output;
};
RowState empty_row(int head_dim);
/// A key's share of a row: step 4, and how far what was there moves.
struct Weighted {
  std::uint32_t weight = 0;  ///< 0: the row does not see the key
  std::int32_t shift = 0;    ///< 0 to kLargestShift
  bool clear = false;
};
/// Steps 3 to 5 for a key that the row sees.
Weighted weigh(RowState& row, std::int32_t logit);
/// Step 6.
void mix(const Ports& ports, std::span<std::int64_t> output, const Weighted& weighted,
         std::span<const numerics::Code> value);
/// Both.
void see(const Ports& ports, RowState& row, std::int32_t logit, std::span<const numerics::Code> value);

/// Step 7. `output_scale`: for integer outputs, what a value code is worth in output codes (as a logit_scale of that
/// number); 1 otherwise.
std::vector<numerics::Code> finish(const Ports& ports, const RowState& row, const LogitScale& output_scale);

}  // namespace heddle::attention
