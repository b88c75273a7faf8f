// Operations of exclusive branches on one issue slot.
#pragma once

#include "compiler/dfg/rewrite.h"

namespace heddle::dfg {

/// Rewrites, one after the other, what `accept` takes:
/// - select(c, f(a, k), f(b, k)) into f(select(c, a, b), k), also for loads of one array, where both f serve that
/// select
///   alone;
/// - two stores into one array at one offset, under predicates p and p == 0, into one store of selected operands.
/// Each iteration computes the same live-outs and memory; order edges of both operations go to the one that is left.
/// The graph must verify for execution, and so does the result.
Graph share_branches(const Graph& graph, const Accept& accept);

}  // namespace heddle::dfg
