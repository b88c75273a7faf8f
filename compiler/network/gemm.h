// Products of float32 matrices with a fixed order of summation.
#pragma once

#include <cstdint>

namespace heddle::network {

/// Columns that multiply() takes at once.
constexpr std::int64_t kPanel = 64;

/// c[i][j] += sum over k of a[i * a_row + k * a_column] * panel[k * kPanel + j], for i < rows and j < columns <=
/// kPanel; the elements of the panel beyond `columns` are read too, and dropped.
///
/// Sums run over k in ascending order, in float32, in blocks of 128 that are added up in turn: an error that grows with
/// the number of blocks, and one result whatever the vector width.
void multiply(std::int64_t rows, std::int64_t columns, std::int64_t depth, const float* a, std::int64_t a_row,
              std::int64_t a_column, const float* panel, float* c, std::int64_t c_row);

}  // namespace heddle::network
