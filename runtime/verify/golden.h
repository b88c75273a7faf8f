// Golden functions: what a user's multiplier, accumulator or converter should compute, by name. Ports with widths and
// meanings, state if it accumulates, and the values by compiler/numerics. `heddle list golden` and docs/user_rtl.md
// print the list of families.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/random.h"
#include "compiler/base/result.h"
#include "compiler/numerics/value.h"

namespace heddle::verify {

/// How the bits of a port are read: `lanes` equal fields, the first in the lowest bits.
struct PortType {
  enum class Kind : std::uint8_t { kBits, kInteger, kFloat, kFixed, kScale };
  Kind kind = Kind::kBits;
  int bits = 1;  ///< of a lane
  int lanes = 1;
  bool is_signed = false;          ///< kInteger
  numerics::FloatFormat format{};  ///< kFloat
  int exponent = 0;                ///< kFixed: two's complement multiples of 2^exponent. kScale is E8M0
  bool narrow = false;             ///< kInteger: the most negative code is no input
  bool finite_only = false;        ///< kFloat: infinities and NaN are no inputs
  bool any_nan = true;             ///< kFloat: all NaN codes count as equal

  [[nodiscard]] int total_bits() const { return bits * lanes; }
  [[nodiscard]] std::size_t words() const { return (static_cast<std::size_t>(total_bits()) + 63) / 64; }
  /// Whether a lane may have this code as an input.
  [[nodiscard]] bool allows(std::uint64_t code) const;
  /// "int8", "e4m3", "fixed50 (unit 2^-18)", "8 x int8".
  [[nodiscard]] std::string text() const;
};

PortType bits_type(int bits);
PortType integer_type(int bits, bool is_signed);
PortType float_type(const numerics::FloatFormat& format);
PortType fixed_type(int bits, int exponent);
PortType scalar_type(const numerics::ScalarFormat& format);
PortType scale_type();  ///< the power of two 2^(code - 127), 255 is NaN

/// What an input is for, which decides how it is exercised.
enum class PortRole : std::uint8_t {
  kOperand,      ///< exhaustive where it can be
  kAccumulator,  ///< the sum so far, for a design that keeps no register of its own; has the type of the state
  kFirst,        ///< 1: the sum starts with this product
  kClear,        ///< 1: the sum becomes zero, the operands are ignored
  kEnable,       ///< 0: the operands are ignored, the sum stays
  kValid,        ///< 0: the operands are ignored and the result is not looked at. As an output: that of its operands
};

struct GoldenPort {
  std::string name;
  PortType type;
  PortRole role = PortRole::kOperand;
  bool optional = false;
  std::uint64_t idle = 0;  ///< of an optional input that the design does not have
  std::string meaning = {};
};

/// A named function. Values of ports are packed in 64-bit words, inputs and outputs in the order of the lists.
struct Golden {
  std::string name;     ///< as given
  std::string meaning;  ///< one line
  std::vector<GoldenPort> inputs;
  std::vector<GoldenPort> outputs;
  std::size_t state_words = 0;  ///< of the accumulator; 0: no state. It starts as zeros
  std::string open_port = {};   ///< its width was not given: make_golden wants that of the design's port
  /// Values of the data outputs for operands that count. Control inputs are not looked at: they, and what the state is
  /// before, are the part of GoldenRun. `state` is null if there is none. With state the first output is the state.
  std::function<void(const std::uint64_t* inputs, std::uint64_t* state, std::uint64_t* outputs)> step;

  [[nodiscard]] std::size_t input_words() const;
  [[nodiscard]] std::size_t output_words() const;
  /// Word at which an input or output starts.
  [[nodiscard]] std::size_t input_offset(std::size_t index) const;
  [[nodiscard]] std::size_t output_offset(std::size_t index) const;
  [[nodiscard]] std::optional<std::size_t> input_with(PortRole role) const;
};

/// A golden function over a sequence of vectors: its state, and the control inputs around `step`.
class GoldenRun {
 public:
  /// `external`: the sum comes with each vector (PortRole::kAccumulator) instead of being kept.
  GoldenRun(const Golden& golden, bool external);
  void restart();  ///< as after reset
  void step(const std::uint64_t* inputs, std::uint64_t* outputs);

 private:
  const Golden& golden_;
  bool external_;
  std::vector<std::uint64_t> state_;
  std::optional<std::size_t> accumulator_, first_, clear_, enable_, valid_;  ///< word offsets of inputs
  std::optional<std::size_t> out_valid_;                                     ///< of the output
};

/// Parses NAME:FORMATS[:OPTION...]. `accumulator_bits` counts if the text gives no acc=. Fails with kBadInput: what is
/// wrong, and the nearest family or format.
Result<Golden> make_golden(std::string_view text, std::optional<int> accumulator_bits = {});

/// A row of the list: a family and an example of it, which make_golden accepts.
struct GoldenFamily {
  std::string_view name;     ///< "minifloat.mac"
  std::string_view form;     ///< "F[xG][:acc=N]"
  std::string_view example;  ///< "minifloat.mac:e4m3xe5m2"
  std::string_view meaning;
};
const std::vector<GoldenFamily>& golden_families();

/// The code of a port in hexadecimal with its decoded value: "0x3c (1.5)"; lanes in brackets.
std::string describe_value(const PortType& type, const std::uint64_t* words);
/// The decoded value alone; exact in decimal where that takes up to 17 digits.
std::string decoded_value(const PortType& type, const std::uint64_t* words);
std::string hex_code(const PortType& type, const std::uint64_t* words);

/// Whether two values of a port count as the same.
bool same_value(const PortType& type, const std::uint64_t* expected, const std::uint64_t* got);

/// Codes of one lane that are worth trying: extremes, zeros, ones, borders of the format, powers of two.
std::vector<std::uint64_t> interesting_codes(const PortType& type);

}  // namespace heddle::verify
