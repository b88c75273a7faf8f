// From fake to real quantisation: a graph in which Quantize and Dequantize surround float operators becomes one that
// computes on the codes (integer_operators.h) wherever that is possible, and stays float elsewhere.
#pragma once

#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/network/graph.h"

namespace heddle::network {

/// A float operator that stayed, although codes go in or come out, and why.
struct FloatRemainder {
  std::string node;
  std::string reason;
};

struct IntegerGraph {
  Graph graph;
  std::vector<FloatRemainder> remainders;
};

/// Convolutions, matrix products and averages become sums and one rounding, together with a constant bias, a positive
/// factor and a bound behind them; so do sums and products of two values; functions of one value, over however many
/// operators, become tables; what only moves elements moves codes. The multiplier of a requantisation has as many bits
/// as leave its product in int32 for every input the codes allow, which is proved from the actual weights. Numerically
/// the result differs from the float graph by these multipliers' rounding, by biases that become integers, and by sums
/// that are exact.
Result<IntegerGraph> to_integer(const Graph& graph);

}  // namespace heddle::network
