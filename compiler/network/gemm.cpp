#include "compiler/network/gemm.h"

#include <algorithm>
#include <array>

namespace heddle::network {
namespace {

constexpr std::int64_t kBlock = 128;
constexpr std::int64_t kRows = 4;

using Row = std::array<float, kPanel>;

/// The sums of kRows rows over one block of k.
void block(std::int64_t depth, const float* a, std::int64_t a_row, std::int64_t a_column, const float* panel,
           std::array<Row, kRows>& sums) {
  constexpr std::int64_t kWidth = 8;
  for (std::int64_t first = 0; first < kPanel; first += kWidth) {
    float part[kRows][kWidth] = {};
    for (std::int64_t k = 0; k < depth; ++k) {
      const float* b = panel + k * kPanel + first;
      for (std::int64_t i = 0; i < kRows; ++i) {
        const float factor = a[i * a_row + k * a_column];
        for (std::int64_t j = 0; j < kWidth; ++j) part[i][j] += factor * b[j];
      }
    }
    for (std::int64_t i = 0; i < kRows; ++i)
      for (std::int64_t j = 0; j < kWidth; ++j) sums[i][first + j] += part[i][j];
  }
}

}  // namespace

void multiply(std::int64_t rows, std::int64_t columns, std::int64_t depth, const float* a, std::int64_t a_row,
              std::int64_t a_column, const float* panel, float* c, std::int64_t c_row) {
  for (std::int64_t row = 0; row < rows; row += kRows) {
    const std::int64_t count = std::min(kRows, rows - row);
    std::array<Row, kRows> sums{};
    for (std::int64_t k = 0; k < depth; k += kBlock) {
      const std::int64_t length = std::min(kBlock, depth - k);
      const float* from = a + row * a_row + k * a_column;
      if (count == kRows) {
        block(length, from, a_row, a_column, panel + k * kPanel, sums);
      } else {
        for (std::int64_t i = 0; i < count; ++i) {
          std::array<Row, kRows> one{};
          one[0] = sums[i];
          block(length, from + i * a_row, 0, a_column, panel + k * kPanel, one);
          sums[i] = one[0];
        }
      }
    }
    for (std::int64_t i = 0; i < count; ++i)
      for (std::int64_t j = 0; j < columns; ++j) c[(row + i) * c_row + j] += sums[i][j];
  }
}

}  // namespace heddle::network
