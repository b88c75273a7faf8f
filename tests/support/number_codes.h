// Codes of number formats that find errors: edges of the fields, values whose sums and products round, anything.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "compiler/base/random.h"
#include "compiler/dfg/number_operations.h"
#include "compiler/numerics/format.h"

namespace heddle {

/// Zeros, the ends of subnormals, normals and of the largest exponent, one, of both signs.
inline std::vector<std::uint64_t> edge_codes(const numerics::FloatFormat& format) {
  const std::uint64_t sign = std::uint64_t{1} << (format.bits() - 1);
  const std::uint64_t normal = std::uint64_t{1} << format.mantissa_bits;
  const std::uint64_t top = sign - normal;
  const std::uint64_t one = static_cast<std::uint64_t>(format.bias) << format.mantissa_bits;
  std::vector<std::uint64_t> codes;
  for (const std::uint64_t magnitude : {std::uint64_t{0}, std::uint64_t{1}, normal - 1, normal, normal + 1, one - 1,
                                        one, one + 1, top - 1, top, top | normal >> 1U, top | 1U, sign - 1})
    for (const std::uint64_t negative : {std::uint64_t{0}, sign}) codes.push_back(magnitude | negative);
  return codes;
}

/// Of any format; half of them close to one, so that sums cancel and round.
inline std::uint64_t draw_code(Random& random, const numerics::FloatFormat& format) {
  const std::uint64_t sign = std::uint64_t{1} << (format.bits() - 1);
  switch (random.below(4)) {
    case 0: {
      const auto edges = edge_codes(format);
      return edges[random.below(edges.size())];
    }
    case 1:
    case 2: {
      const std::int64_t spread = std::int64_t{format.mantissa_bits} + 3;
      const std::int64_t exponent = format.bias + random.between(-spread, spread);
      const std::int64_t most = (std::int64_t{1} << format.exponent_bits) - 1;
      const std::int64_t field = exponent < 0 ? 0 : exponent > most ? most : exponent;
      return static_cast<std::uint64_t>(field) << format.mantissa_bits |
             random.below(std::uint64_t{1} << format.mantissa_bits) | (random.next() & sign);
    }
    default: return random.next() & (2 * sign - 1);
  }
}

/// An fp32 code for a conversion to integer or to a narrower format: of a size where it rounds.
inline std::uint64_t draw_single(Random& random) {
  if (random.below(2) == 0) return draw_code(random, numerics::fp32());
  const auto value = static_cast<float>(std::ldexp(2 * random.unit() - 1, static_cast<int>(random.between(-24, 34))));
  return std::bit_cast<std::uint32_t>(value);
}

struct NumberOperands {
  std::uint64_t a = 0, b = 0, c = 0;
};

/// Operands of one operation of a number format.
inline NumberOperands draw_operands(Random& random, const dfg::NumberOperation& operation) {
  using F = dfg::NumberFunction;
  switch (operation.function) {
    case F::kFromS32:
    case F::kFromU32: return {(random.next() & 0xFFFFFFFFU) >> random.below(32), 0, 0};
    case F::kFromFp32:
    case F::kToS32:
    case F::kToU32: return {draw_single(random), 0, 0};
    default:
      return {draw_code(random, operation.number), draw_code(random, operation.number),
              draw_code(random, numerics::fp32())};
  }
}

}  // namespace heddle
