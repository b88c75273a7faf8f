// What can be an axis of a sweep. An axis changes a design; each family of axes is a file that adds rows to the list.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compiler/base/json.h"
#include "compiler/base/result.h"

namespace heddle::explore {

/// What a point describes, before anything is compiled.
struct Design {
  Json array;                     ///< a document of heddle.arch/1
  Json compile = Json::object();  ///< options of `heddle compile`: "unroll", "nest", "solver", ...
};

/// One thing that a sweep may vary.
struct AxisKind {
  std::string name;
  std::string help;                  ///< one line, for people
  std::vector<std::string> choices;  ///< valid strings; empty: an integer in [low, high]
  std::int64_t low = 0;
  std::int64_t high = 0;
  int order = 1;  ///< axes are applied in this order, then in that of the list (the grid is 0)
  /// Fails with kInfeasible if there is no such design (8 memory PEs among 4), kBadInput if the base is not fit for it.
  std::function<Status(const Json& value, Design& design)> apply;
};

/// Axes of the array: rows, columns, topology, banks, ...
std::vector<AxisKind> array_axes();
/// Axes of the compiler: unroll, nest, solver, ...
std::vector<AxisKind> compile_axes();
/// All that ship.
std::vector<AxisKind> axis_kinds();

}  // namespace heddle::explore
