// What a format needs once, so that many short runs with different scales cost no more than one long run. Internal to
// this room.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "compiler/numerics/quantize.h"
#include "compiler/numerics/quantize_kernels.h"

namespace heddle::numerics {

/// A Quantizer whose scale and zero point can be changed cheaply.
class PreparedQuantizer {
 public:
  explicit PreparedQuantizer(const Quantizer& quantizer);

  /// `scale` positive and finite; a zero point as in Quantizer.
  void set_scale(float scale, std::int32_t zero_point);
  void to_codes(std::span<const float> x, std::span<std::uint8_t> codes, std::uint64_t first_index) const;
  void to_values(std::span<const float> x, std::span<float> values, std::uint64_t first_index) const;

 private:
  Quantizer quantizer_;
  /// At most one of them; neither where only the scalar definition serves.
  std::optional<kernels::FloatGrid> float_grid_;
  std::optional<kernels::IntGrid> int_grid_;
};

/// The values of all byte codes of a format of at most 8 bits.
class CodeTable {
 public:
  explicit CodeTable(const ScalarFormat& format);

  void to_values(float scale, std::int32_t zero_point, std::span<const std::uint8_t> codes,
                 std::span<float> values) const;

 private:
  ScalarFormat format_;
  /// Whether float32 holds every value as it is; a bias can lead out of it.
  bool exact_ = true;
  std::array<float, 256> values_{};
};

}  // namespace heddle::numerics
