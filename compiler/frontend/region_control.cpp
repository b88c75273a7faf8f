// Control flow as values: block predicates, phis as selects, and the counters of a flattened nest.
//
// In a flattened nest every part of every body is computed in every iteration; what is computed where its part does not
// run is never used. Values of outer loops hold still while inner loops run, because their phis do (header_phi), so
// operations before an inner loop may be recomputed freely; loads among them are treated in region_memory.cpp.
#include <llvm/Analysis/ScalarEvolutionExpressions.h>

#include "compiler/base/check.h"
#include "compiler/frontend/region_builder.h"

namespace heddle::frontend {

using dfg::Immediate;
using dfg::Opcode;
using llvm::BasicBlock;

// The loop unit counts as many of the inner levels as it has. For each other level one counter that wraps after as many
// flattened iterations as one run of that loop takes. Independent counters keep every recurrence at two operations:
// count, and select on the end.
void RegionBuilder::build_counters() {
  begins_.assign(static_cast<std::size_t>(nest_.depth()), WordGraph::constant(0));
  finishes_.assign(static_cast<std::size_t>(nest_.depth()), WordGraph::constant(0));
  const llvm::SCEV* period = nullptr;
  for (int level = nest_.depth() - 1; level >= 1; --level) {
    const llvm::SCEV* trips = nest_.levels[static_cast<std::size_t>(level)].trip_count;
    period = period == nullptr ? trips : evolution().getMulExpr(period, trips);
    const int loop = nest_.depth() - 1 - level;
    if (loop < target_.loop_levels && word_bits_ >= kAddressBits) {
      graph_.header().loops.push_back(immediate_of(trips));
      begins_[static_cast<std::size_t>(level)] = WordGraph::at_edge({loop, false});
      finishes_[static_cast<std::size_t>(level)] = WordGraph::at_edge({loop, true});
      continue;
    }
    graph_.at("count" + std::to_string(level), mark_of(*nest_.levels[static_cast<std::size_t>(level)].loop));
    const llvm::SCEV* last = evolution().getMinusSCEV(period, evolution().getOne(period->getType()));
    const Word begin = graph_.earlier(Immediate::constant(1));
    const Word counted = graph_.earlier(Immediate::constant(0));
    const Word count = graph_.select(begin, WordGraph::constant(0), counted);
    graph_.define(counted, graph_.op(Opcode::kAdd, count, WordGraph::constant(1)));
    const Word finish = graph_.op(Opcode::kEq, count, Word::of(immediate_of(last)));
    graph_.define(begin, finish);
    begins_[static_cast<std::size_t>(level)] = begin;
    finishes_[static_cast<std::size_t>(level)] = finish;
    if (level + 1 != nest_.depth()) continue;
    // The innermost counter is also the induction variable 0, 1, 2, ...
    llvm::Type* type = llvm::IntegerType::get(nest_.outermost()->getHeader()->getContext(), word_bits_);
    std::vector<const llvm::SCEV*> key{evolution().getZero(type)};
    for (int other = 0; other < level; ++other) key.push_back(evolution().getZero(type));
    key.push_back(evolution().getOne(type));
    inductions_[key] = {count, 0};
  }
}

Word RegionBuilder::begins(int level) { return begins_[static_cast<std::size_t>(level)]; }
Word RegionBuilder::finishes(int level) { return finishes_[static_cast<std::size_t>(level)]; }

Word RegionBuilder::base_predicate(const Position& position) {
  switch (position.part) {
    case Part::kInner: return WordGraph::constant(1);
    case Part::kBefore: return begins(position.level + 1);
    case Part::kAfter: return finishes(position.level + 1);
  }
  return WordGraph::constant(1);
}

Word RegionBuilder::block_predicate(BasicBlock* block) {
  if (const auto found = predicates_.find(block); found != predicates_.end()) return found->second;
  const Position position = nest_.positions.lookup(block);
  Word predicate = base_predicate(position);
  const bool header = nest_.level_of(analyses_.loops.loops.getLoopFor(block)) == position.level &&
                      analyses_.loops.loops.getLoopFor(block)->getHeader() == block;
  const auto* node = analyses_.loops.dominators.getNode(block)->getIDom();
  if (!header && node != nullptr && nest_.positions.lookup(node->getBlock()) == position) {
    BasicBlock* dominator = node->getBlock();
    if (analyses_.post_dominators.dominates(block, dominator)) {
      predicate = block_predicate(dominator);
    } else {
      predicate = WordGraph::constant(0);
      for (BasicBlock* from : llvm::predecessors(block))
        if (!nest_.never.contains({from, block})) predicate = graph_.logical_or(predicate, edge_predicate(from, block));
    }
  }
  predicates_[block] = predicate;
  return predicate;
}

Word RegionBuilder::edge_predicate(BasicBlock* from, BasicBlock* to) {
  const Word predicate = block_predicate(from);
  const auto* branch = llvm::cast<llvm::BranchInst>(from->getTerminator());
  if (branch->isUnconditional() || branch->getSuccessor(0) == branch->getSuccessor(1)) return predicate;
  const bool taken = branch->getSuccessor(0) == to;
  if (nest_.never.contains({from, branch->getSuccessor(taken ? 1 : 0)})) return predicate;
  const Word condition = value(branch->getCondition(), Need::kZero);
  graph_.at("predicate", mark_of(*branch));
  return graph_.logical_and(predicate, taken ? condition : graph_.logical_not(condition));
}

Need RegionBuilder::phi_need(const llvm::PHINode& phi) const {
  if (phi.getType()->isIntegerTy(1)) return Need::kZero;
  const auto values = incoming_values(phi, nest_);
  return widths_.common_need(values);
}

Word RegionBuilder::phi(const llvm::PHINode& phi) {
  const llvm::Loop* loop = analyses_.loops.loops.getLoopFor(phi.getParent());
  if (loop->getHeader() != phi.getParent()) return merge_phi(phi);
  if (phi.getType()->isFloatTy()) return header_phi(phi, nest_.level_of(loop));
  const unsigned bits = phi.getType()->getIntegerBitWidth();
  const llvm::SCEV* expression = evolution().getSCEV(const_cast<llvm::PHINode*>(&phi));
  if (bits >= word_bits_ && llvm::isa<llvm::SCEVAddRecExpr>(expression)) {
    if (const auto affine = affine_in(nest_, expression, evolution())) {
      at(phi);
      std::int64_t constant = 0;
      const Word word = affine_word(*affine, &constant);
      return graph_.op(Opcode::kAdd, word, WordGraph::constant(constant));
    }
  }
  return header_phi(phi, nest_.level_of(loop));
}

// A value chosen by the path that led to the block: selects along the branches from the block's dominator.
Word RegionBuilder::merge_phi(const llvm::PHINode& phi) {
  auto* block = const_cast<BasicBlock*>(phi.getParent());
  const auto values = incoming_values(phi, nest_);
  if (values.size() == 1) return value(values.front(), phi_need(phi));
  const Position position = nest_.positions.lookup(block);
  BasicBlock* start = analyses_.loops.dominators.getNode(block)->getIDom()->getBlock();
  if (!(nest_.positions.lookup(start) == position)) {
    HEDDLE_CHECK(position.part == Part::kAfter, "only the part after an inner loop begins at that loop's exit");
    start = nest_.levels[static_cast<std::size_t>(position.level) + 1].loop->getUniqueExitBlock();
  }
  llvm::DenseMap<BasicBlock*, Word> known;
  return gated(phi, start, known);
}

// What the phi gets when control stands at the end of `from`; absent if it does not get there.
Word RegionBuilder::gated(const llvm::PHINode& phi, BasicBlock* from, llvm::DenseMap<BasicBlock*, Word>& known) {
  if (const auto found = known.find(from); found != known.end()) return found->second;
  BasicBlock* goal = const_cast<BasicBlock*>(phi.getParent());
  known[from] = {};  // a path that returns to a loop's header leads nowhere
  const auto along = [&](BasicBlock* to) -> Word {
    if (nest_.never.contains({from, to})) return {};
    if (to == goal) return value(phi.getIncomingValueForBlock(from), phi_need(phi));
    if (!nest_.outermost()->contains(to) || !(nest_.positions.lookup(to) == nest_.positions.lookup(goal))) return {};
    return gated(phi, to, known);
  };
  const auto* branch = llvm::cast<llvm::BranchInst>(from->getTerminator());
  Word result = along(branch->getSuccessor(0));
  if (branch->isConditional()) {
    const Word otherwise = along(branch->getSuccessor(1));
    if (!result.present()) {
      result = otherwise;
    } else if (otherwise.present() && !(result == otherwise)) {
      const Word condition = value(branch->getCondition(), Need::kZero);
      at(phi);
      result = graph_.select(condition, result, otherwise);
    }
  }
  known[from] = result;
  return result;
}

// Looks through the single-entry phis that carry a value out of an inner loop.
const llvm::Value* RegionBuilder::through_lcssa(const llvm::Value* value) const {
  while (const auto* phi = llvm::dyn_cast<llvm::PHINode>(value)) {
    const llvm::Loop* loop = analyses_.loops.loops.getLoopFor(phi->getParent());
    if (!nest_.contains(phi) || loop->getHeader() == phi->getParent()) break;
    const auto values = incoming_values(*phi, nest_);
    if (values.size() != 1) break;
    value = values.front();
  }
  return value;
}

// The phi's value in an iteration in which loop `level` begins its next iteration: its initial or its last next value.
// A recurrence that runs through several levels unchanged (a sum over all of them) is one recurrence, of the level
// where it starts.
Word RegionBuilder::phi_at_begin(const llvm::PHINode& phi, int level) {
  const llvm::Loop* loop = nest_.levels[static_cast<std::size_t>(level)].loop;
  const llvm::Value* next = phi.getIncomingValueForBlock(loop->getLoopLatch());
  const llvm::Value* initial = phi.getIncomingValueForBlock(loop->getLoopPreheader());
  int start = level;
  const llvm::PHINode* root = &phi;
  while (start > 0) {
    const auto* outer = llvm::dyn_cast<llvm::PHINode>(through_lcssa(initial));
    const llvm::Loop* outer_loop = nest_.levels[static_cast<std::size_t>(start) - 1].loop;
    if (outer == nullptr || outer->getParent() != outer_loop->getHeader()) break;
    if (through_lcssa(outer->getIncomingValueForBlock(outer_loop->getLoopLatch())) != through_lcssa(next)) break;
    initial = outer->getIncomingValueForBlock(outer_loop->getLoopPreheader());
    root = outer;
    --start;
  }
  const Need need = phi_need(*root);
  const Need own = phi_need(phi);
  const Need common = own == Need::kAny || own == need ? need : own;
  at(phi);
  if (start == 0) {
    const Word earlier = graph_.earlier(fixed(initial, common).immediate);
    pending_.push_back({earlier, next, common});
    return earlier;
  }
  const Word first = value(initial, common);
  at(phi);
  const Word earlier = graph_.earlier(Immediate::constant(0));
  pending_.push_back({earlier, next, common});
  return graph_.select(begins(start), first, earlier);
}

Word RegionBuilder::header_phi(const llvm::PHINode& phi, int level) {
  if (level + 1 == nest_.depth()) return phi_at_begin(phi, level);
  // While inner loops run, the value stays.
  const Word advanced = phi_at_begin(phi, level);
  at(phi);
  const Word held = graph_.earlier(Immediate::constant(0));
  const Word word = graph_.select(begins(level + 1), advanced, held);
  graph_.define(held, word);
  return word;
}

}  // namespace heddle::frontend
