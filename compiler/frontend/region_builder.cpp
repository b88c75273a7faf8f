#include "compiler/frontend/region_builder.h"

#include <llvm/IR/Module.h>
#include <llvm/Transforms/Utils/ScalarEvolutionExpander.h>

#include <algorithm>

#include "compiler/base/check.h"
#include "compiler/dfg/number_operations.h"
#include "compiler/dfg/packed_operations.h"

namespace heddle::frontend {

RegionBuilder::RegionBuilder(LoopNest nest, const std::string& name, const RegionAnalyses& analyses,
                             const Target& target)
    : plan_{std::move(nest), {}, {}, {}, {}, {}},
      nest_(plan_.nest),
      analyses_(analyses),
      target_(target),
      word_bits_(static_cast<unsigned>(target.word_bits)),
      widths_(nest_, analyses.loops.evolution, target.word_bits),
      graph_(name, target.word_bits),
      generators_left_(target.address_generators) {}

void RegionBuilder::refuse(const std::string& reason) {
  if (!refusal_) refusal_ = reason;
}

void RegionBuilder::at(const llvm::Instruction& instruction) {
  std::string name = instruction.hasName() ? instruction.getName().str() : instruction.getOpcodeName();
  graph_.at(std::move(name), mark_of(instruction));
}

std::string RegionBuilder::unique_name(std::string name) {
  if (name.empty()) name = "value";
  const int count = names_[name]++;
  if (count == 0) return name;
  return unique_name(name + "_" + std::to_string(count));
}

Place RegionBuilder::place(const llvm::Instruction& instruction) {
  const Access& access = plan_.accesses[access_of_.lookup(&instruction)];
  at(instruction);
  const auto place = place_of(access, access.array, plan_.arrays[access.array.index()].base);
  if (!place) refuse("an address that is not understood");
  return place.value_or(Place{access.array, 0, WordGraph::constant(0), 0, {}, {}});
}

void RegionBuilder::build_memory() {
  for (std::size_t i = 0; i < plan_.accesses.size(); ++i) {
    Access& access = plan_.accesses[i];
    if (refusal_) return;
    if (!access.is_store) continue;
    auto* store = llvm::cast<llvm::StoreInst>(access.instruction);
    const Word data = value(store->getValueOperand(), Need::kAny);
    const Word predicate = block_predicate(store->getParent());
    if (WordGraph::is_constant(predicate, 0)) continue;
    const Place where = place(*store);
    at(*store);
    const dfg::Opcode op = access.bytes == 1   ? dfg::Opcode::kStore8
                           : access.bytes == 2 ? dfg::Opcode::kStore16
                           : access.bytes == 4 ? dfg::Opcode::kStore32
                                               : dfg::Opcode::kStore64;
    access.node = graph_.store(op, where, data, predicate);
  }
}

void RegionBuilder::build_results() {
  llvm::BasicBlock* exit = nest_.outermost()->getUniqueExitBlock();
  llvm::BasicBlock* latch = nest_.outermost()->getLoopLatch();
  llvm::SCEVExpander expander(evolution(), exit->getModule()->getDataLayout(), "heddle");
  for (llvm::PHINode& phi : exit->phis()) {
    llvm::Value* result = phi.getIncomingValueForBlock(latch);
    HostResult host{&phi, -1, nullptr, false};
    if (evolution().isSCEVable(result->getType())) {
      const llvm::SCEV* computed = evolution().getSCEVAtScope(result, nest_.outermost()->getParentLoop());
      if (evolution().isLoopInvariant(computed, nest_.outermost()) && !llvm::isa<llvm::SCEVCouldNotCompute>(computed) &&
          expander.isSafeToExpandAt(computed, nest_.outermost()->getLoopPreheader()->getTerminator()))
        host.computed = computed;
    }
    if (host.computed == nullptr) {
      if (result->getType()->isPointerTy()) return refuse("a pointer computed in the loop is used after it");
      const unsigned bits = result->getType()->getScalarSizeInBits();
      if (bits > word_bits_) {
        host.sign_extended = widths_.fits(result, true);
        if (!host.sign_extended && !widths_.fits(result, false))
          return refuse(std::to_string(bits) + "-bit arithmetic on a " + std::to_string(word_bits_) + "-bit array");
      }
      host.number = static_cast<int>(graph_.header().live_outs.size());
      graph_.header().live_outs.push_back({unique_name(result->hasName() ? result->getName().str() : "result")});
      const Word word = value(result, Need::kAny);
      if (const auto* instruction = llvm::dyn_cast<llvm::Instruction>(result)) at(*instruction);
      graph_.live_out(word, host.number);
    }
    plan_.results.push_back(host);
  }
}

void RegionBuilder::define_pending() {
  // Building a next value may start further recurrences.
  for (std::size_t i = 0; i < pending_.size() && !refusal_; ++i) {
    const Pending pending = pending_[i];
    graph_.define(pending.earlier, value(pending.next, pending.need));
  }
}

namespace {

std::string missing_operation(dfg::Opcode op) {
  std::string reason = "needs '" + std::string(dfg::name(op)) + "', which no PE of the array has";
  if (!dfg::is_number(op) && !dfg::is_packed(op)) return reason;
  const std::string_view group =
      dfg::is_number(op) ? dfg::number_operation(op).format : dfg::packed_operation(op).group;
  return reason + " (the operation group '" + std::string(group) + "' in a PE class adds it)";
}

}  // namespace

void RegionBuilder::check_operations(const dfg::Graph& graph) {
  if (target_.operations.empty()) return;
  for (const dfg::Node& node : graph.nodes)
    if (std::find(target_.operations.begin(), target_.operations.end(), node.op) == target_.operations.end())
      return refuse(missing_operation(node.op));
}

// The host computes these before the nest; a division that the nest's own conditions protect must not happen there.
void RegionBuilder::check_expandable() {
  llvm::Instruction* place = nest_.outermost()->getLoopPreheader()->getTerminator();
  llvm::SCEVExpander expander(evolution(), place->getModule()->getDataLayout(), "heddle");
  const auto check = [&](const llvm::SCEV* expression) {
    if (!expander.isSafeToExpandAt(expression, place))
      refuse("the host cannot compute a bound or an address before the loop");
  };
  for (const LoopNest::Level& level : nest_.levels) check(level.trip_count);
  for (const HostWord& word : plan_.live_ins) check(word.value);
  for (const HostArray& array : plan_.arrays) check(array.base);
  for (const Access& access : plan_.accesses) {
    const auto affine = affine_in(nest_, access.address, evolution());
    if (!affine) continue;
    check(affine->start);
    for (const llvm::SCEV* step : affine->steps) check(step);
  }
}

namespace {

/// Inner loops, from the innermost on, of which something in the graph depends.
std::size_t counted_loops(const dfg::Graph& graph) {
  std::size_t count = 0;
  const auto use = [&](const std::optional<dfg::LoopEdge>& edge) {
    if (edge) count = std::max(count, static_cast<std::size_t>(edge->loop) + 1);
  };
  for (const dfg::Node& node : graph.nodes) {
    for (const Word& operand : node.operands) use(operand.edge);
    use(node.gate);
    count = std::max(count, node.outer_steps.size());
  }
  return count;
}

}  // namespace

OrRefusal<RegionPlan> RegionBuilder::build() {
  collect_accesses();
  if (!refusal_) build_counters();
  if (!refusal_) build_memory();
  if (!refusal_) build_results();
  if (!refusal_) define_pending();
  if (!refusal_) check_expandable();
  if (refusal_) return tl::unexpected(*refusal_);
  add_order_edges(plan_, analyses_,
                  [this](dfg::NodeId from, dfg::NodeId to, int distance) { graph_.order(from, to, distance); });
  std::vector<dfg::NodeId> renumbered;
  dfg::Graph graph = graph_.finish(&renumbered);
  for (Access& access : plan_.accesses)
    if (access.node.valid()) access.node = renumbered[access.node.index()];
  std::erase_if(plan_.accesses, [](const Access& access) { return !access.node.valid(); });
  for (const Access& access : plan_.accesses) {
    dfg::Array& array = graph.arrays[access.array.index()];
    (access.is_store ? array.written : array.read) = true;
  }
  graph.loops.resize(counted_loops(graph));
  if (graph.nodes.empty()) return tl::unexpected(Refusal("nothing to compute: the loop only counts"));
  const llvm::SCEV* trips = nest_.levels.front().trip_count;
  for (std::size_t i = 1; i < nest_.levels.size(); ++i)
    trips = evolution().getMulExpr(trips, nest_.levels[i].trip_count);
  if (const auto* constant = llvm::dyn_cast<llvm::SCEVConstant>(trips))
    graph.trip_count = constant->getAPInt().getZExtValue();
  check_operations(graph);
  if (refusal_) return tl::unexpected(*refusal_);
  plan_.graph = std::move(graph);
  return std::move(plan_);
}

OrRefusal<RegionPlan> build_region(LoopNest nest, const std::string& name, const RegionAnalyses& analyses,
                                   const Target& target) {
  return RegionBuilder(std::move(nest), name, analyses, target).build();
}

}  // namespace heddle::frontend
