// Which values of a network go through codes.
#pragma once

#include <vector>

#include "compiler/network/graph.h"

namespace heddle::compression {

/// Convolutions and matrix products: their weights are coded by channel.
bool multiplies(const network::Operator& op);

/// By value.
struct CodedValues {
  std::vector<bool> quantised;  ///< goes through codes of its own
  std::vector<bool> coded;      ///< or takes its input's along
};

/// Operators that network::to_integer computes on codes read coded values
/// and make one, with these exceptions: what becomes part of a product (its bias, a factor, a bound) leaves the
/// product's own result alone; of a function of one value, over however many operators, only argument and result are
/// coded; what only moves elements takes the codes along. Results of the network stay float.
CodedValues coded_values(const network::Graph& graph);

/// Whether the node's constant input is to be coded as an activation: an addend or factor that is more than a number,
/// or a part of a concatenation.
bool codes_constant(const network::Graph& graph, const network::Node& node, std::size_t input);

}  // namespace heddle::compression
