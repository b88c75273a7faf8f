// What the families of golden functions are made with: the parsed text, and access to lanes of packed values.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/numerics/dot.h"
#include "runtime/verify/golden.h"

namespace heddle::verify {

/// FAMILY:FORMATS[:OPTION...], taken apart. Modifiers of formats ("bias=11", "k=16") stay with the formats.
struct GoldenText {
  std::string whole;
  std::string family;
  std::string formats;
  std::map<std::string, std::string> options;  ///< "acc" -> "24"; flags have empty values
  std::optional<int> accumulator_bits;         ///< of the design's port

  [[nodiscard]] bool has(const std::string& option) const { return options.contains(option); }
  /// The number of an option in [low, high], or `otherwise` where it is not given.
  [[nodiscard]] Result<int> number(const std::string& option, int low, int high, int otherwise) const;
  /// Rounding by rne, rna, rtz; overflow by sat, inf, with this default.
  [[nodiscard]] Result<numerics::RoundingMode> rounding(numerics::Overflow overflow) const;
};

using FormatPair = std::pair<numerics::ScalarFormat, numerics::ScalarFormat>;

/// "F" (twice the same) or "FxG".
Result<FormatPair> parse_pair(std::string_view text);

inline std::uint64_t low_mask(int bits) { return bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1; }

/// Bits [offset, offset + bits) of a packed value, at most 64.
inline std::uint64_t get_bits(const std::uint64_t* words, int offset, int bits) {
  const int word = offset / 64;
  const int shift = offset % 64;
  std::uint64_t value = words[word] >> shift;
  if (shift != 0 && shift + bits > 64) value |= words[word + 1] << (64 - shift);
  return value & low_mask(bits);
}
void put_bits(std::uint64_t* words, int offset, int bits, std::uint64_t value);

inline std::int64_t sign_extended(std::uint64_t code, int bits, bool is_signed) {
  const int unused = 64 - bits;
  return is_signed ? static_cast<std::int64_t>(code << unused) >> unused : static_cast<std::int64_t>(code);
}

/// state += value modulo 2^bits, in units of 2^unit. The value is finite and a multiple of the unit.
void add_fixed(std::uint64_t* state, int bits, const numerics::Value& value, int unit);

/// Codes to values, by a table where it is small.
class Decoder {
 public:
  explicit Decoder(numerics::ScalarFormat format);
  numerics::Value operator()(std::uint64_t code) const {
    return table_.empty() ? numerics::decode(format_, static_cast<numerics::Code>(code)) : table_[code];
  }

 private:
  numerics::ScalarFormat format_;
  std::vector<numerics::Value> table_;
};

GoldenPort operand(std::string name, const numerics::ScalarFormat& format, int lanes = 1);
GoldenPort result(std::string name, PortType type);
/// Adds the optional inputs and outputs that accumulators (first, clear, enable, valid, acc_in; out_valid), or
/// functions without state (valid; out_valid), may have.
void add_controls(Golden& golden);

// The builders; each fails with kBadInput. `text.family` says which function of the group.
Result<Golden> integer_golden(const GoldenText& text);     // int.*
Result<Golden> float_golden(const GoldenText& text);       // minifloat.* and fp.* with rounded results
Result<Golden> exact_golden(const GoldenText& text);       // minifloat.mac, minifloat.dot: fixed-point sums
Result<Golden> conversion_golden(const GoldenText& text);  // convert, minifloat.round
Result<Golden> block_golden(const GoldenText& text);       // mx.dot

}  // namespace heddle::verify
