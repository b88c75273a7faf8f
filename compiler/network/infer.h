// Element types and shapes of an operator's results.
#pragma once

#include <optional>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/network/graph.h"

namespace heddle::network {

/// No tensor of a graph has more elements: what a damaged file claims is refused before anything is allocated.
constexpr std::int64_t kMaxElements = std::int64_t{1} << 31;

/// No extent is negative, and no product of some of them is above kMaxElements.
bool is_small(const Extents& shape);

/// The types of the results; an absent optional input is nullopt. Fails if the number of inputs, an element type, a
/// shape or an attribute does not fit, saying which.
Result<std::vector<TensorType>> infer(const Operator& op, const std::vector<std::optional<TensorType>>& inputs);

/// NumPy's broadcast of two shapes, or an error that names them.
Result<Extents> broadcast(const Extents& a, const Extents& b);

}  // namespace heddle::network
