// Recurrences through memory, shortened by handing the stored value on.
#pragma once

#include "compiler/dfg/rewrite.h"

namespace heddle::dfg {

/// Rewrites what `accept` takes: a load that has to wait for the store of the iteration before then waits only for that
/// of two iterations ago, and a select takes the value stored last where both addresses are equal:
///
///   load(i) after store(i - 1)   becomes   load(i) after store(i - 2);
///                                          index(i) == index of store(i - 1) ? data of store(i - 1) : load(i)
///
/// Each iteration computes the same live-outs and memory, whatever the addresses. Only where that is certain: whole
/// words of one array at one offset, aligned by their shift; both accesses without predicate, edge and address
/// generator; and no other store that the load must wait for. Tried are single pairs, then all that are left together.
/// The graph must verify for execution, and so does the result.
Graph forward_stores(const Graph& graph, const Accept& accept);

}  // namespace heddle::dfg
