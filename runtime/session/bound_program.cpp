#include "runtime/session/bound_program.h"

#include <algorithm>
#include <limits>

#include "compiler/codegen/layout.h"
#include "runtime/session/prepare.h"

namespace heddle::session {
namespace {

/// The shortest latency that some PE has for the operation.
int least_latency(const arch::Cgra& cgra, dfg::Opcode op) {
  int least = std::numeric_limits<int>::max();
  for (const arch::Pe& pe : cgra.pes) {
    const auto& operations = cgra.classes[static_cast<std::size_t>(pe.pe_class)].operations;
    const auto found = operations.find(op);
    if (found != operations.end()) least = std::min(least, found->second.latency);
  }
  return least == std::numeric_limits<int>::max() ? 1 : least;
}

/// Array cycles that one iteration takes at least at this II: the longest path, where a value of an iteration before
/// was there II cycles earlier.
int longest_path(const dfg::Graph& graph, const arch::Cgra& cgra, int ii) {
  std::vector<int> latency;
  latency.reserve(graph.nodes.size());
  for (const dfg::Node& node : graph.nodes) latency.push_back(least_latency(cgra, node.op));
  std::vector<int> start(graph.nodes.size(), 0);
  const auto edges = dfg::value_edges(graph);
  bool changed = true;
  const auto move_up = [&](std::size_t to, int time) {
    changed = changed || time > start[to];
    start[to] = std::max(start[to], time);
  };
  for (std::size_t round = 0; changed && round <= graph.nodes.size(); ++round) {
    changed = false;
    for (const dfg::ValueEdge& edge : edges)
      move_up(edge.to.index(), start[edge.from.index()] + latency[edge.from.index()] - ii * edge.distance);
    for (const dfg::OrderEdge& edge : graph.order)
      move_up(edge.to.index(), start[edge.from.index()] + 1 - ii * edge.distance);
  }
  int length = 1;
  for (std::size_t k = 0; k < start.size(); ++k) length = std::max(length, start[k] + latency[k]);
  return length;
}

/// Words for `ii` slots of every PE, and fields for what each launch fills in, dealt to the PEs in turn.
codegen::Image blank_image(const CompiledRegion& region, const arch::Cgra& cgra, std::size_t number) {
  codegen::Image image;
  image.region = region.name;
  image.arch = cgra.name;
  image.ii = region.mapping.ii;
  image.schedule_length = longest_path(region.graph, cgra, image.ii);
  image.banks = region.mapping.banks;
  image.loops = region.graph.loops;
  for (std::size_t pe = 0; pe < cgra.pes.size(); ++pe) {
    const int bits = codegen::layout(codegen::layout_parameters(cgra, arch::PeId(static_cast<std::int64_t>(pe)))).bits;
    const std::vector<std::uint32_t> word(static_cast<std::size_t>((bits + 31) / 32), 0);
    image.words.emplace_back(static_cast<std::size_t>(image.ii), word);
  }
  image.words[0][0][0] = static_cast<std::uint32_t>(number);  // regions are told apart by their words
  std::vector<arch::PeId> all;
  for (std::size_t pe = 0; pe < cgra.pes.size(); ++pe) all.emplace_back(static_cast<std::int64_t>(pe));
  std::size_t dealt[2] = {0, 0};
  for (const dfg::Node& node : region.graph.nodes) {
    const bool memory = dfg::is_memory(node.op);
    const std::vector<arch::PeId>& pes = memory ? cgra.memory_pes : all;
    const std::size_t turn = dealt[memory ? 1 : 0]++;
    const arch::PeId pe = pes[turn % pes.size()];
    const int slot = static_cast<int>(turn / pes.size()) % image.ii;
    const std::vector<dfg::Immediate> fields = dfg::constant_fields(node);
    for (std::size_t k = 0; k < fields.size() && std::cmp_less(k, cgra.pe_class(pe).constants); ++k)
      if (fields[k].kind != dfg::Immediate::Kind::kConstant)
        image.patches.push_back({pe, slot, static_cast<int>(k), fields[k]});
    if (node.live_out) image.live_outs.push_back({*node.live_out, pe, 0});
  }
  return image;
}

Result<CompiledRegion> bounded(const frontend::Region& source, const CompileRequest& request, std::size_t number) {
  RegionResult region{source, {}, {}, {}};
  HEDDLE_TRY(prepare_region(region, request));
  CompiledRegion result;
  result.name = source.name;
  result.graph = std::move(region.legal);
  result.mapping.ii = 0;
  result.host_reason = region.reason;
  if (!region.reason.empty()) return result;
  const auto limits = mapper::lower_limits(problem_of(result.graph, request), request.mapper);
  if (!limits && limits.error().code != ErrorCode::kInfeasible && limits.error().code != ErrorCode::kUnsupported)
    return fail(limits.error());
  if (!limits || limits->outcome == mapper::Outcome::kInfeasible) {
    result.host_reason = limits ? limits->reason : limits.error().message;
    return result;
  }
  result.mapping.ii = std::max(limits->lower_bound(), 1);
  result.mapping.banks = limits->bounds.banks;
  result.image = blank_image(result, request.cgra, number);
  return result;
}

}  // namespace

Result<CompiledProgram> bound_program(const frontend::Program& program, const CompileRequest& request) {
  CompiledProgram result;
  result.cgra = request.cgra;
  result.source = request.frontend.source.string();
  for (const frontend::Region& region : program.regions) {
    HEDDLE_ASSIGN(CompiledRegion each, bounded(region, request, result.regions.size()));
    result.regions.push_back(std::move(each));
  }
  result.kernels = program.kernels;
  result.globals = program.globals;
  result.has_main = program.has_main;
  result.host_bitcode = program.host_bitcode;
  result.golden_bitcode = program.golden_bitcode;
  return result;
}

}  // namespace heddle::session
