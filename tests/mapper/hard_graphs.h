// Seeded problems of real size on which bound and answer often differ.
#pragma once

#include <cstdint>
#include <string>

#include "compiler/arch/cgra.h"
#include "compiler/dfg/graph.h"

namespace heddle::mapper {

struct HardCase {
  std::string kind;  ///< of the array: "mesh", "hycube", "one_reg", "no_reg"
  dfg::Graph graph;  ///< legalised
  arch::Cgra cgra;
};

/// 20 to 60 operations on 4x4 with one column of memory PEs: a DAG with one to three recurrences, a fifth of it loads
/// and stores, some values with many uses. The array goes round with the seed.
HardCase hard_case(std::uint64_t seed);

/// The heuristic maps this one above the bound, and the exact solver has not decided it in minutes.
constexpr std::uint64_t kEndlessCase = 22;

}  // namespace heddle::mapper
