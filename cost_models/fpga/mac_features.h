// What a multiply-accumulate unit is made of, in closed form from its point: the terms of the cost predictor.
#pragma once

#include "cost_models/fpga/mac_point.h"
#include "cost_models/fpga/terms.h"

namespace heddle::fpga {

/// Sizes of the parts of mac_unit, as its RTL computes them. An integer is a float without exponent here.
struct MacStructure {
  int a_bits = 0, b_bits = 0;      ///< codes
  int a_factor = 0, b_factor = 0;  ///< what the multiplier sees
  bool is_float = false;           ///< at least one operand is
  bool any_signed = false;
  int product_bits = 0;
  int exponent_bits = 0;  ///< of both floats together; 0 for those of one bit, which shift nothing
  int smaller_exponent = 0;
  int shift_bits = 0;  ///< of the sum of exponents
  int max_shift = 0;
  int aligned_bits = 0;  ///< of the product in its place
  int fine_bits = 0;     ///< low bits of the shift, which move the product within a window
  int window_bits = 0;
  int windows = 0;            ///< places of the window, chosen by a one-hot code
  int used_windows = 0;       ///< those that reach into the accumulator
  bool one_exponent = false;  ///< only one of the factors shifts the product
  int magnitude_bits = 0;     ///< of signed integers that are made positive for a float
  int magnitudes = 0;         ///< how many those are
  int special_codes = 0;      ///< operands with NaN or infinities
  int infinities = 0;         ///< operands with infinities
  int accumulator_bits = 0;
};
MacStructure mac_structure(const MacPoint& point);

Terms lut_terms(const MacPoint& point);
Terms flip_flop_terms(const MacPoint& point);
/// From operand registers to product registers: decoding, multiplier, sum of exponents.
Terms multiply_delay_terms(const MacPoint& point);
/// From product registers to the accumulator: shift and addition.
Terms accumulate_delay_terms(const MacPoint& point);

}  // namespace heddle::fpga
