// Which codes a value can hold: networks of fewer than 8 bits have 8-bit codes that bounds keep in range.
#pragma once

#include <vector>

#include "compiler/network/graph.h"
#include "compiler/network/requantization.h"

namespace heddle::lowering {

/// By value; all codes of its type where nothing tells more, and 0 to 0 of values that are no codes.
std::vector<network::Interval> code_ranges(const network::Graph& graph);

/// Whether the codes fit four bits as they are, with the sign of their type.
bool fit_nibbles(tensor::Type type, const network::Interval& codes);

}  // namespace heddle::lowering
