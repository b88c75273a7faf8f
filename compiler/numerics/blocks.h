// Block formats: OCP Microscaling (MX) and NVFP4.
//
// MX: element value = element * 2^(scale - 127), `scale` an E8M0 code, 255 = the whole block is NaN. Elements of mxint8
// are two's complement integers of 1/64.
// NVFP4: element value = element (E2M1) * scale (E4M3, an fn code) * tensor_scale (float32).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "compiler/numerics/dot.h"

namespace heddle::numerics {

/// A tensor of rows in a block format. Blocks lie along rows; the last one of a row may be short.
struct BlockTensor {
  BlockFormat format;
  std::size_t row = 0;               ///< elements of a row
  std::vector<std::uint8_t> codes;   ///< one an element, row-major
  std::vector<std::uint8_t> scales;  ///< one a block, row-major
  float tensor_scale = 1;            ///< NVFP4 only
};

/// How elements are rounded. MX and NVFP4 say to nearest even; they always saturate.
struct BlockRounding {
  Rounding rounding = Rounding::kNearestEven;
  std::uint64_t seed = 0;  ///< of stochastic rounding, as in Quantizer
};

/// Quantises rows of `row` elements. x.size() must be a multiple of row, or it fails with kBadInput.
///
/// MX: the shared exponent comes from the largest magnitude of the block by the format's rule, clamped to -127 .. 127
/// (an all-zero block: -127); then each element is x / 2^exponent, rounded and saturated. A block with a NaN or an
/// infinity becomes all NaN (scale 255, element codes 0), since most element formats have no such code. NVFP4, fails
/// with kBadInput on NaN or infinity: tensor_scale = max|x| / (448 * 6) in float32, at least the smallest normal (1 for
/// an all-zero tensor); block scale = E4M3(fl(fl(block max / 6) / tensor_scale)) to nearest even, at least its smallest
/// nonzero value in a block that is not all zero; element = E2M1(x / (block scale * tensor_scale)), one rounding of the
/// exact quotient. Source: OCP MX v1.0 section 6.3 for the floor rule; NVFP4 as NVIDIA describes it (two levels of
/// scales).
Result<BlockTensor> quantize_blocks(const BlockFormat& format, std::size_t row, std::span<const float> x,
                                    const BlockRounding& how = {});

/// The values, each the exact product rounded once to float32 (beyond it: infinity). Fails with kBadInput if the
/// numbers of codes, rows and scales do not fit together.
Result<std::vector<float>> dequantize_blocks(const BlockTensor& tensor);

/// The exponent that elements of this block format get for a largest magnitude (positive and finite) by its rule.
int shared_exponent(const BlockFormat& format, float largest);

/// The exact value of an element's code with its scale, without the tensor scale of NVFP4: at most 8 significant bits.
Value block_value(const BlockFormat& format, Code element, std::uint8_t scale);

/// Codes of one block and its scale.
struct BlockView {
  const BlockFormat& format;
  std::span<const std::uint8_t> codes;
  std::uint8_t scale = 0;
};
/// The exact dot product of two blocks of one length, scales included: the register's lsb holds the E8M0 exponents, and
/// E4M3 scales are multiplied in. A NaN scale poisons it. Tensor scales stay out.
Accumulator block_dot(const BlockView& a, const BlockView& b);

}  // namespace heddle::numerics
