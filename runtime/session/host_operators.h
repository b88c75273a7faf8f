// Operators of a network that no loops are made of: the host program calls them, and they run as in network::evaluate.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "compiler/base/json.h"
#include "compiler/base/result.h"
#include "compiler/lowering/host_call.h"
#include "compiler/network/to_integer.h"

namespace heddle::session {

/// A node of the network that the host's library computes.
struct HostOperator {
  std::string layer;        ///< the function that calls it
  std::int64_t number = 0;  ///< of the node in the graph
  std::string node;
  std::string kind;    ///< of the operator
  std::string reason;  ///< why it is not on the array
};

std::vector<HostOperator> host_operators(const network::IntegerGraph& network,
                                         const std::vector<lowering::HostCall>& calls);

/// An array of objects `layer`, `number`, `node`, `operator`, `reason`.
Json to_json(const std::vector<HostOperator>& operators);

/// Fails unless every operator of the report is a node of the graph.
Status check_operators(const Json& operators, const network::Graph& graph);

/// What `heddle_operators` does (compiler/lowering/host_call.h). Fails as network::evaluate does.
Status run_operators(const network::Graph& graph, const std::int64_t* words);

}  // namespace heddle::session
