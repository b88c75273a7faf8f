// Sweeps from text, for the tests of the room.
#pragma once

#include <string>

#include "runtime/explore/sweep.h"

namespace heddle::explore {

inline Places shipped_places() {
  const std::filesystem::path workloads = std::filesystem::path(HEDDLE_SOURCE_DIR) / "workloads";
  return {workloads / "architectures", workloads / "kernels"};
}

/// A small array whose placement fits every grid.
inline const std::string kHead = R"(schema: heddle.sweep/1
name: small
array:
  schema: heddle.arch/1
  name: base
  grid: {rows: 2, columns: 2}
  pe_classes:
    compute: {operations: [alu, mul]}
    memory: {operations: [alu, mul, memory]}
  placement: {default: compute, rules: [{class: memory, columns: 0}]}
)";

inline Result<Sweep> sweep_of(const std::string& rest, const std::vector<AxisKind>& kinds = axis_kinds()) {
  auto document = parse_yaml(kHead + rest, "sweep.yaml");
  if (!document) return tl::unexpected(document.error());
  return read_sweep(*document, kinds, shipped_places());
}

}  // namespace heddle::explore
