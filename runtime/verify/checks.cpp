#include "runtime/verify/checks.h"

#include <fmt/format.h>

#include <cstdio>

#include "compiler/codegen/image.h"
#include "compiler/dfg/verify.h"
#include "compiler/mapper/mapping.h"

namespace heddle::verify {
namespace {

/// " (there: %n5 (add 'sum'), gemm.c:14)" for the operation that is configured where a difference between images is.
std::string operation_at(const arch::Cgra& cgra, const session::CompiledRegion& region, const std::string& difference) {
  int row = 0;
  int column = 0;
  int slot = 0;
  if (std::sscanf(difference.c_str(), "PE (%d,%d) slot %d", &row, &column, &slot) != 3) return "";
  for (std::size_t i = 0; i < region.mapping.nodes.size(); ++i) {
    const mapper::Placement& placement = region.mapping.nodes[i];
    const arch::Pe& pe = cgra.pe(placement.pe);
    if (pe.row != row || pe.column != column || placement.time % region.mapping.ii != slot) continue;
    const dfg::NodeId id(static_cast<std::int64_t>(i));
    const Mark& where = region.graph.node(id).where;
    const std::string source = where.line > 0 ? fmt::format(", {}:{}", where.file, where.line) : "";
    return fmt::format(" (there: {}{})", dfg::describe(region.graph, id), source);
  }
  return " (no operation there: the word only passes values on)";
}

}  // namespace

std::vector<StaticFault> check_region(const arch::Cgra& cgra, const session::CompiledRegion& region) {
  std::vector<StaticFault> faults;
  if (region.mapping.ii == 0) return faults;  // stays on the host
  if (const auto status = dfg::verify(region.graph, dfg::Purpose::kExecution); !status) {
    faults.push_back({region.name, "graph", to_string(status.error())});
    return faults;  // the rest presupposes a graph
  }
  const mapper::Problem problem{region.graph, cgra};
  if (const auto status = mapper::verify(problem, region.mapping); !status) {
    faults.push_back({region.name, "mapping", to_string(status.error())});
    return faults;
  }
  const codegen::Image expected = codegen::encode_image(problem, region.mapping);
  for (const std::string& difference : codegen::differences(cgra, region.image, expected))
    faults.push_back({region.name, "image", difference + operation_at(cgra, region, difference)});
  return faults;
}

}  // namespace heddle::verify
