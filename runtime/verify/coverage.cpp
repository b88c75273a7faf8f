#include "runtime/verify/coverage.h"

#include <set>

namespace heddle::verify {
namespace {

/// Everything that mappings used, as sets of places.
struct Used {
  std::set<arch::PeId> pes, memory_pes;
  std::set<dfg::Opcode> operations;
  std::set<arch::LinkId> links;
  std::set<std::pair<arch::PeId, int>> registers, live_outs;

  void add(const session::CompiledRegion& region) {
    for (std::size_t i = 0; i < region.graph.nodes.size(); ++i) {
      const arch::PeId pe = region.mapping.nodes[i].pe;
      pes.insert(pe);
      operations.insert(region.graph.nodes[i].op);
      if (dfg::is_memory(region.graph.nodes[i].op)) memory_pes.insert(pe);
    }
    for (const mapper::Route& route : region.mapping.routes)
      for (const mapper::Hop& hop : route.hops) {
        if (hop.place.kind == mapper::Place::Kind::kLink) links.insert(hop.place.link);
        if (hop.place.kind == mapper::Place::Kind::kRegister) registers.insert({hop.place.pe, hop.place.reg});
      }
    for (const codegen::LiveOutPlace& place : region.image.live_outs) live_outs.insert({place.pe, place.index});
  }
};

}  // namespace

Coverage coverage_of(const session::CompiledProgram& program, const std::vector<bool>& launched) {
  Used used;
  for (std::size_t i = 0; i < program.regions.size(); ++i)
    if (launched[i] && program.regions[i].mapping.ii > 0) used.add(program.regions[i]);
  const arch::Cgra& cgra = program.cgra;
  std::set<dfg::Opcode> possible;
  Coverage coverage;
  for (const arch::Pe& pe : cgra.pes) {
    const arch::PeClass& pe_class = cgra.classes[static_cast<std::size_t>(pe.pe_class)];
    coverage.registers.total += static_cast<std::size_t>(pe_class.registers);
    coverage.live_outs.total += static_cast<std::size_t>(pe_class.live_outs);
    for (const auto& [op, timing] : pe_class.operations) possible.insert(op);
  }
  coverage.pes = {used.pes.size(), cgra.pes.size()};
  coverage.memory_pes = {used.memory_pes.size(), cgra.memory_pes.size()};
  coverage.links = {used.links.size(), cgra.links.size()};
  coverage.registers.used = used.registers.size();
  coverage.live_outs.used = used.live_outs.size();
  coverage.operations = {used.operations.size(), possible.size()};
  for (const dfg::Opcode op : possible)
    if (!used.operations.contains(op)) coverage.unused_operations.emplace_back(dfg::name(op));
  return coverage;
}

}  // namespace heddle::verify
