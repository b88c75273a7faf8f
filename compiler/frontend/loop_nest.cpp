#include "compiler/frontend/loop_nest.h"

#include <llvm/ADT/PostOrderIterator.h>
#include <llvm/Analysis/LoopIterator.h>
#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/InstrTypes.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>

#include <functional>

#include "compiler/frontend/operations.h"

namespace heddle::frontend {

using llvm::BasicBlock;
using llvm::Loop;

namespace {

Mark mark_of_location(const llvm::DILocation* location) {
  if (location == nullptr) return {};
  // Code inlined into the kernel belongs to the line that called it only as a last resort.
  return {location->getFilename().str(), static_cast<int>(location->getLine()),
          static_cast<int>(location->getColumn())};
}

/// Does the exit test use a value that the loop loads or computes other than by counting?
bool exit_depends_on_data(const Loop& loop, const BasicBlock& exiting) {
  const auto* branch = llvm::dyn_cast<llvm::BranchInst>(exiting.getTerminator());
  if (branch == nullptr || !branch->isConditional()) return true;
  std::vector<const llvm::Value*> work{branch->getCondition()};
  llvm::DenseSet<const llvm::Value*> seen;
  while (!work.empty()) {
    const llvm::Value* value = work.back();
    work.pop_back();
    const auto* instruction = llvm::dyn_cast<llvm::Instruction>(value);
    if (instruction == nullptr || !loop.contains(instruction) || !seen.insert(value).second) continue;
    if (llvm::isa<llvm::LoadInst>(instruction)) return true;
    for (const llvm::Value* operand : instruction->operands()) work.push_back(operand);
  }
  return false;
}

OrRefusal<const llvm::SCEV*> trip_count(Loop& loop, const LoopAnalyses& analyses) {
  BasicBlock* latch = loop.getLoopLatch();
  if (!loop.isLoopSimplifyForm() || latch == nullptr)
    return tl::unexpected(Refusal("control flow enters or leaves the loop in more than one place"));
  llvm::SmallVector<BasicBlock*, 4> exiting;
  loop.getExitingBlocks(exiting);
  if (exiting.empty()) return tl::unexpected(Refusal("the loop has no exit"));
  if (exiting.size() > 1)
    return tl::unexpected(Refusal("leaves the loop in the middle (break, return, goto, or && in its condition)"));
  if (exiting.front() != latch || loop.getUniqueExitBlock() == nullptr)
    return tl::unexpected(Refusal(exit_depends_on_data(loop, *exiting.front())
                                      ? "exit depends on data computed in the loop"
                                      : "the exit test is in the middle of the loop"));
  llvm::ScalarEvolution& evolution = analyses.evolution;
  const llvm::SCEV* taken = evolution.getBackedgeTakenCount(&loop);
  if (llvm::isa<llvm::SCEVCouldNotCompute>(taken))
    return tl::unexpected(Refusal(exit_depends_on_data(loop, *latch) ? "exit depends on data computed in the loop"
                                                                     : "trip count unknown"));
  llvm::Type* wide = llvm::Type::getInt64Ty(latch->getContext());
  if (evolution.getTypeSizeInBits(taken->getType()) > 64)
    return tl::unexpected(Refusal("the loop counter has more than 64 bits"));
  return evolution.getAddExpr(evolution.getNoopOrZeroExtend(taken, wide), evolution.getOne(wide));
}

std::vector<Loop*> chain_of(Loop& outermost) {
  std::vector<Loop*> chain{&outermost};
  while (chain.back()->getSubLoops().size() == 1) chain.push_back(chain.back()->getSubLoops().front());
  return chain;
}

/// Blocks of `loop` from which `goal` is reached without the back edge of `loop`, nor the excluded edges.
llvm::DenseSet<BasicBlock*> reaching(const Loop& loop, BasicBlock* goal, const LoopNest& nest) {
  llvm::DenseSet<BasicBlock*> result{goal};
  std::vector<BasicBlock*> work{goal};
  while (!work.empty()) {
    BasicBlock* block = work.back();
    work.pop_back();
    if (block == loop.getHeader()) continue;
    for (BasicBlock* before : llvm::predecessors(block))
      if (loop.contains(before) && !nest.never.contains({before, block}) && result.insert(before).second)
        work.push_back(before);
  }
  return result;
}

/// Branches around the inner loop that depend on nothing in the nest (`if (n > 0) do ...`) become guards.
OrRefusal<void> find_guards(LoopNest& nest, const Loop& loop, const Loop& inner) {
  const auto before = reaching(loop, inner.getHeader(), nest);
  for (BasicBlock* block : loop.blocks()) {
    if (inner.contains(block) || !before.contains(block)) continue;
    llvm::Instruction* terminator = block->getTerminator();
    const auto away = [&](BasicBlock* to) { return !before.contains(to); };
    if (!llvm::any_of(llvm::successors(block), away)) continue;
    auto* branch = llvm::dyn_cast<llvm::BranchInst>(terminator);
    if (branch == nullptr || !branch->isConditional() || !nest.outermost()->isLoopInvariant(branch->getCondition()))
      return tl::unexpected(Refusal("its inner loop is under a condition"));
    const bool first_away = away(branch->getSuccessor(0));
    nest.guards.push_back({branch->getCondition(), !first_away});
    nest.never.insert({block, branch->getSuccessor(first_away ? 0 : 1)});
  }
  return {};
}

OrRefusal<void> place_blocks(LoopNest& nest) {
  for (int level = 0; level < nest.depth(); ++level) {
    Loop& loop = *nest.levels[static_cast<std::size_t>(level)].loop;
    if (level + 1 == nest.depth()) {
      for (BasicBlock* block : loop.blocks()) nest.positions[block] = {level, LoopNest::Part::kInner};
      break;
    }
    Loop& inner = *nest.levels[static_cast<std::size_t>(level) + 1].loop;
    if (auto guards = find_guards(nest, loop, inner); !guards) return guards;
    const auto before = reaching(loop, inner.getHeader(), nest);
    for (BasicBlock* block : loop.blocks())
      if (!inner.contains(block))
        nest.positions[block] = {level, before.contains(block) ? LoopNest::Part::kBefore : LoopNest::Part::kAfter};
    if (nest.positions[loop.getLoopLatch()].part != LoopNest::Part::kAfter)
      return tl::unexpected(Refusal("its inner loop is under a condition"));
  }
  return {};
}

}  // namespace

bool LoopNest::contains(const llvm::Value* value) const {
  const auto* instruction = llvm::dyn_cast<llvm::Instruction>(value);
  return instruction != nullptr && outermost()->contains(instruction);
}

int LoopNest::level_of(const Loop* loop) const {
  for (std::size_t level = 0; level < levels.size(); ++level)
    if (levels[level].loop == loop) return static_cast<int>(level);
  return -1;
}

std::vector<BasicBlock*> LoopNest::blocks() const {
  std::vector<BasicBlock*> order;
  llvm::DenseSet<BasicBlock*> seen;
  const std::function<void(BasicBlock*)> visit = [&](BasicBlock* block) {
    if (!outermost()->contains(block) || !seen.insert(block).second) return;
    // The way out of an inner loop last, so that it comes after the loop's blocks.
    for (BasicBlock* next : llvm::successors(block)) visit(next);
    order.push_back(block);
  };
  visit(outermost()->getHeader());
  std::vector<BasicBlock*> result(order.rbegin(), order.rend());
  std::stable_sort(result.begin(), result.end(), [&](BasicBlock* a, BasicBlock* b) {
    const auto rank = [&](BasicBlock* block) {
      const Position position = positions.lookup(block);
      return position.part == Part::kAfter ? 2 * depth() - position.level : position.level;
    };
    return rank(a) < rank(b);
  });
  return result;
}

OrRefusal<LoopNest> analyse_nest(Loop& outermost, const LoopAnalyses& analyses) {
  LoopNest nest;
  for (Loop* loop : chain_of(outermost)) {
    if (loop->getSubLoops().size() > 1) return tl::unexpected(Refusal("has several inner loops"));
    auto count = trip_count(*loop, analyses);
    if (!count) return tl::unexpected(count.error());
    if (!analyses.evolution.isLoopInvariant(*count, &outermost))
      return tl::unexpected(Refusal("an inner trip count changes in the nest"));
    nest.levels.push_back({loop, *count});
  }
  for (BasicBlock* block : outermost.blocks())
    for (const llvm::Instruction& instruction : *block)
      if (auto reason = unsupported(instruction)) return tl::unexpected(*reason);
  if (auto placed = place_blocks(nest); !placed) return tl::unexpected(placed.error());
  return nest;
}

Mark mark_of(const Loop& loop) {
  if (const llvm::DebugLoc start = loop.getStartLoc()) return mark_of_location(start.get());
  for (const BasicBlock* block : loop.blocks())
    for (const llvm::Instruction& instruction : *block)
      if (instruction.getDebugLoc()) return mark_of(instruction);
  return {};
}

Mark mark_of(const llvm::Instruction& instruction) { return mark_of_location(instruction.getDebugLoc().get()); }

}  // namespace heddle::frontend
