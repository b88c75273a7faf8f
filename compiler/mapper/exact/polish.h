// What counts after the II: the shortest schedule, and then the fewest links crossed.
#pragma once

#include "compiler/mapper/exact/ask.h"

namespace heddle::mapper::exact {

/// What is proved of a mapping.
struct Polished {
  bool shortest = false;     ///< no mapping of its II has a shorter schedule
  bool fewest_hops = false;  ///< and none of that length has values on fewer links
};

/// Replaces `mapping` by better ones of its II until it is the best or a limit is reached.
Polished polish(Mapping& mapping, const Instance& instance, const Problem& problem, const Limits& limits);

/// (value, link, cycle) in which a value is on a link.
int hops(const Mapping& mapping);

}  // namespace heddle::mapper::exact
