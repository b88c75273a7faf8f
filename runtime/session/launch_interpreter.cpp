#include "runtime/session/launch_interpreter.h"

#include <bit>
#include <cstring>

#include "compiler/dfg/interpret.h"
#include "runtime/session/host_script.h"
#include "runtime/session/stalls.h"

namespace heddle::session {

LaunchInterpreter::LaunchInterpreter(const arch::Cgra& cgra)
    : cgra_(cgra), scratchpad_(static_cast<std::size_t>(cgra.scratchpad.bytes()), 0) {}

LaunchInterpreter::Outcome LaunchInterpreter::run(const LaunchPlan& plan) {
  for (const Transfer& transfer : plan.in) {
    const HostWrite write = write_of(transfer);
    std::memcpy(scratchpad_.data() + (write.address - codegen::host_map::kScratchpad), write.words.data(),
                write.words.size() * 4);
  }
  const CompiledRegion& region = *plan.region;
  const auto ii = static_cast<std::uint64_t>(region.mapping.ii);
  StallCounter stalls(cgra_.scratchpad, cgra_.word_bits, region.image.schedule_length);
  const dfg::Launch launch{plan.trip_count, plan.live_ins, plan.array_bases};
  Outcome outcome;
  outcome.live_outs = dfg::interpret(
      region.graph, launch, scratchpad_,
      [&](dfg::NodeId node, std::uint64_t iteration, std::uint64_t, std::uint64_t address, bool accessed) {
        if (!accessed) return;
        const dfg::Opcode op = region.graph.node(node).op;
        auto& counts = dfg::is_load(op) ? outcome.accesses.loads : outcome.accesses.stores;
        ++counts[static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(dfg::info(op).access_bytes)))];
        stalls.advance_to(iteration * ii);
        const auto time = static_cast<std::uint64_t>(region.mapping.nodes[node.index()].time);
        stalls.access(time + iteration * ii, address);
      });
  outcome.stalls = stalls.total();
  for (const Transfer& transfer : plan.out)
    std::memcpy(transfer.host, scratchpad_.data() + transfer.scratchpad, static_cast<std::size_t>(transfer.bytes));
  return outcome;
}

}  // namespace heddle::session
