// Rectangles of an array as arrays of their own, so that what is found on one counts for every array around it.
#pragma once

#include <vector>

#include "compiler/mapper/mapping.h"

namespace heddle::mapper {

/// PEs and links are numbered as in an array of only these rows and columns.
struct SubArray {
  arch::Cgra cgra;
  std::vector<arch::PeId> pes;      ///< of the whole array, by our number
  std::vector<arch::LinkId> links;  ///< of the whole array, by our number
};

struct Rectangle {
  int row = 0, column = 0, rows = 0, columns = 0;
  [[nodiscard]] int area() const { return rows * columns; }
};

/// All but the whole array, of at least `least_area` PEs, the largest first.
std::vector<Rectangle> rectangles(const arch::Cgra& cgra, int least_area);

/// The PEs of the rectangle and the links between them; everything else as in the whole array. Fails where the part is
/// not a sound array.
Result<SubArray> cut(const arch::Cgra& cgra, const Rectangle& at);

/// The same mapping on the whole array.
Mapping embed(const SubArray& part, Mapping mapping);

}  // namespace heddle::mapper
