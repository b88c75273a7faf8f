#include "compiler/mapper/mapping.h"

#include <algorithm>

#include "compiler/base/check.h"
#include "compiler/mapper/pass.h"

namespace heddle::mapper {

int Mapping::schedule_length(const Problem& problem) const {
  int length = 0;
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const auto timing = problem.cgra.timing(nodes[n].pe, problem.graph.nodes[n].op);
    HEDDLE_CHECK(timing.has_value(), "schedule_length of a mapping that does not verify");
    length = std::max(length, nodes[n].time + timing->latency);
  }
  for (const Route& route : routes)
    for (std::size_t h = 1; h < route.hops.size(); ++h)
      if (is_pass(route.hops[h - 1], route.hops[h])) length = std::max(length, route.hops[h].cycle);
  return length;
}

}  // namespace heddle::mapper
