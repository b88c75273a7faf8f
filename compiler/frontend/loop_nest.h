// Which loops form a nest that one launch can run, and if none, why.
#pragma once

#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/DenseSet.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/ScalarEvolution.h>
#include <llvm/IR/Dominators.h>

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "compiler/base/result.h"

namespace heddle::frontend {

/// Why a loop stays on the host.
using Refusal = std::string;
template <class T>
using OrRefusal = tl::expected<T, Refusal>;

/// Loops that run as one, outermost first; each but the last contains exactly the next.
/// A flattened iteration is an iteration of the innermost loop, with the parts of outer bodies before and after it
/// where they fall.
struct LoopNest {
  struct Level {
    llvm::Loop* loop = nullptr;
    const llvm::SCEV* trip_count = nullptr;  ///< i64, invariant in the nest, at least 1 once the guards hold
  };
  /// Part of a level's body.
  enum class Part { kBefore, kInner, kAfter };
  struct Position {
    int level = 0;
    Part part = Part::kInner;
    bool operator==(const Position&) const = default;
  };
  /// A condition on which the nest has its shape: checked by the host before a launch.
  struct Guard {
    llvm::Value* condition = nullptr;
    bool expected = true;
  };

  std::vector<Level> levels;
  std::vector<Guard> guards;
  llvm::DenseSet<std::pair<llvm::BasicBlock*, llvm::BasicBlock*>> never;  ///< edges that the guards exclude
  llvm::DenseMap<llvm::BasicBlock*, Position> positions;

  [[nodiscard]] llvm::Loop* outermost() const { return levels.front().loop; }
  [[nodiscard]] llvm::Loop* innermost() const { return levels.back().loop; }
  [[nodiscard]] int depth() const { return static_cast<int>(levels.size()); }
  [[nodiscard]] bool contains(const llvm::Value* value) const;
  /// The level whose loop this is, or -1.
  [[nodiscard]] int level_of(const llvm::Loop* loop) const;
  /// Blocks in an order in which predecessors (but over back edges) come first: program order.
  [[nodiscard]] std::vector<llvm::BasicBlock*> blocks() const;
};

struct LoopAnalyses {
  llvm::LoopInfo& loops;
  llvm::ScalarEvolution& evolution;
  llvm::DominatorTree& dominators;
};

/// The nest from `outermost` down to its innermost loop, or the reason why it cannot be launched as one.
OrRefusal<LoopNest> analyse_nest(llvm::Loop& outermost, const LoopAnalyses& analyses);

/// Where the loop begins, from debug information.
Mark mark_of(const llvm::Loop& loop);
Mark mark_of(const llvm::Instruction& instruction);

}  // namespace heddle::frontend
