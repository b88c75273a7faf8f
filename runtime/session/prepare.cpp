#include "runtime/session/prepare.h"

#include <fmt/format.h>

#include <set>

#include "compiler/dfg/forward_stores.h"
#include "compiler/dfg/legalize.h"
#include "compiler/dfg/share_branches.h"
#include "compiler/dfg/verify.h"

namespace heddle::session {
namespace {

/// Classes that some PE has.
std::set<int> used_classes(const arch::Cgra& cgra) {
  std::set<int> used;
  for (const arch::Pe& pe : cgra.pes) used.insert(pe.pe_class);
  return used;
}

frontend::Target plain_target(const arch::Cgra& cgra) {
  std::set<dfg::Opcode> operations;
  for (const int k : used_classes(cgra)) {
    for (const auto& [op, timing] : cgra.classes[static_cast<std::size_t>(k)].operations) operations.insert(op);
  }
  return {cgra.word_bits,
          {operations.begin(), operations.end()},
          static_cast<int>(cgra.pes.size()) * cgra.config_depth,
          0,
          0};
}

int address_generators(const arch::Cgra& cgra) {
  int count = 0;
  for (const arch::PeId pe : cgra.memory_pes) count += cgra.pe_class(pe).address_generators;
  return count;
}

/// Why the arrays whose sizes are known can never be in the scratchpad together, or empty.
std::string scratchpad_shortage(const dfg::Graph& graph, const arch::Scratchpad& scratchpad) {
  std::int64_t total = 0;
  std::string list;
  for (const dfg::Array& array : graph.arrays) {
    total += array.bytes.value_or(0);
    if (array.bytes) list += fmt::format("{}{} {}", list.empty() ? "" : ", ", array.name, *array.bytes);
  }
  if (total <= scratchpad.bytes()) return {};
  return fmt::format("arrays need {} bytes: {}; the scratchpad has {}", total, list, scratchpad.bytes());
}

/// What sharing has to be worth: fewer operations on the array, or as many and a smaller bound; never a longer
/// recurrence.
bool is_worth_sharing(const dfg::Graph& before, const dfg::Graph& after, const CompileRequest& request) {
  const auto old_graph = legalize_for(before, request.cgra);
  const auto new_graph = legalize_for(after, request.cgra);
  if (!old_graph || !new_graph || new_graph->nodes.size() > old_graph->nodes.size()) return false;
  const auto old_limits = mapper::lower_limits(problem_of(*old_graph, request), request.mapper);
  const auto new_limits = mapper::lower_limits(problem_of(*new_graph, request), request.mapper);
  if (!old_limits || !new_limits) return false;
  const mapper::Bounds& was = old_limits->bounds;
  const mapper::Bounds& is = new_limits->bounds;
  if (is.rec.value > was.rec.value || is.mii() > was.mii()) return false;
  return new_graph->nodes.size() < old_graph->nodes.size() || is.mii() < was.mii();
}

/// What forwarding has to be worth: a smaller bound.
bool is_worth_forwarding(const dfg::Graph& before, const dfg::Graph& after, const CompileRequest& request) {
  const auto old_graph = legalize_for(before, request.cgra);
  const auto new_graph = legalize_for(after, request.cgra);
  if (!old_graph || !new_graph) return false;
  const auto was = mapper::lower_limits(problem_of(*old_graph, request), request.mapper);
  const auto is = mapper::lower_limits(problem_of(*new_graph, request), request.mapper);
  return was && is && is->outcome != mapper::Outcome::kInfeasible && is->bounds.mii() < was->bounds.mii();
}

}  // namespace

frontend::Target target_of(const CompileRequest& request) {
  frontend::Target target = plain_target(request.cgra);
  // Legalised for what every PE has, a stepped access still needs its two fields.
  if (request.address_generators && arch::fewest_constants(request.cgra, true) >= 2)
    target.address_generators = address_generators(request.cgra);
  if (request.loop_unit && request.address_generators) target.loop_levels = request.cgra.loop_levels;
  return target;
}

Result<dfg::Graph> legalize_for(const dfg::Graph& graph, const arch::Cgra& cgra) {
  return dfg::legalize(graph, arch::fewest_constants(cgra), arch::fewest_constants(cgra, true));
}

mapper::Problem problem_of(const dfg::Graph& graph, const CompileRequest& request) {
  return {graph, request.cgra, request.free_banks, request.route_through};
}

Status prepare_region(RegionResult& region, const CompileRequest& request) {
  HEDDLE_TRY(dfg::verify(region.source.graph, dfg::Purpose::kExecution));
  if (request.share_branches)
    region.source.graph = dfg::share_branches(
        region.source.graph,
        [&](const dfg::Graph& before, const dfg::Graph& after) { return is_worth_sharing(before, after, request); });
  if (request.forward_stores)
    region.source.graph = dfg::forward_stores(
        region.source.graph,
        [&](const dfg::Graph& before, const dfg::Graph& after) { return is_worth_forwarding(before, after, request); });
  region.legal = region.source.graph;
  region.reason = scratchpad_shortage(region.source.graph, request.cgra.scratchpad);
  if (!region.reason.empty()) return {};
  auto legal = legalize_for(region.source.graph, request.cgra);
  if (!legal)
    region.reason = legal.error().message;
  else
    region.legal = std::move(*legal);
  return {};
}

}  // namespace heddle::session
