// Axes over the options of the compiler.
#include "compiler/mapper/solve.h"
#include "runtime/explore/axis.h"

namespace heddle::explore {
namespace {

std::function<Status(const Json&, Design&)> option(const char* key) {
  return [key](const Json& value, Design& design) -> Status {
    design.compile[key] = value;
    return {};
  };
}

}  // namespace

std::vector<AxisKind> compile_axes() {
  return {
      {"unroll", "factor of innermost loops, 0: chosen", {}, 0, 999, 1, option("unroll")},
      {"unroll_jam", "copies of the outer loop, fused", {}, 1, 999, 1, option("unroll_jam")},
      {"nest", "how nests reach the array", {"auto", "innermost", "flatten"}, 0, 0, 1, option("nest")},
      {"solver", "the mapper's solver", mapper::solvers(), 0, 0, 1, option("solver")},
  };
}

std::vector<AxisKind> axis_kinds() {
  std::vector<AxisKind> all = array_axes();
  for (AxisKind& kind : compile_axes()) all.push_back(std::move(kind));
  return all;
}

}  // namespace heddle::explore
