// Sets of PEs that operations are bound to: what the counting arguments of the bounds share.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "compiler/mapper/capability.h"

namespace heddle::mapper {

using PeSet = std::vector<arch::PeId>;  ///< ascending

/// Distinct sets beyond which not all unions are tried: each set alone and the union of all still give bounds that
/// hold.
constexpr std::size_t kMaxUnions = 4096;
/// Of so many at most are cuts and lifetimes looked at, which takes longer than counting.
constexpr std::size_t kMostParts = 64;

/// All unions of the given sets (up to kMaxUnions), each once.
std::set<PeSet> unions_of(const std::set<PeSet>& sets);

bool within(const PeSet& inner, const PeSet& outer);
bool disjoint(const PeSet& one, const PeSet& other);

/// "5 mul, 2 add"; the commonest first.
std::string census(const dfg::Graph& graph, const std::vector<dfg::NodeId>& nodes);

/// By PE: links from the nearest of `sources`; the number of PEs where there is no way.
std::vector<int> distances(const arch::Cgra& cgra, const PeSet& sources);

}  // namespace heddle::mapper
