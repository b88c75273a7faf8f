// Layers without loops: one call of the host's library, which computes the graph's nodes as network::evaluate does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/lowering/plan.h"

namespace heddle::lowering {

/// `void heddle_operators(void* session, const std::int64_t* words)`: the session defines it. `session` is the value of
/// the external global `heddle_session`. `words`: the number of nodes, the nodes; then for each operand (operands_of)
/// the address of its first element, and for each of its axes the distance between neighbours, in elements.
inline constexpr const char* kOperatorsSymbol = "heddle_operators";
inline constexpr const char* kSessionSymbol = "heddle_session";

/// `void heddle_value(void* session, std::int64_t value, void* memory, std::int64_t bytes, std::int64_t made)`: the
/// session defines it. From the call with `made` 0 on, these bytes are those of the value (memory_name), and what else
/// lay there is gone; with `made` 1 the value is complete, and stays as it is until the next value takes its place.
inline constexpr const char* kValueSymbol = "heddle_value";

/// A layer that is such a call.
struct HostCall {
  std::string layer;
  std::vector<network::NodeId> nodes;
};

/// The words that are known when the code is made; addresses are 0. `addresses[k]`: where operand k's goes, and
/// `starts[k]` the distance of its first element from the beginning of its memory, in bytes.
struct HostCallWords {
  std::vector<std::int64_t> words;
  std::vector<std::size_t> addresses;
  std::vector<std::int64_t> starts;
};
HostCallWords host_call_words(const network::Graph& graph, const Plan& plan, const Layer& layer);

}  // namespace heddle::lowering
