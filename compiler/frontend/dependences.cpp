// Order edges: which accesses may touch the same bytes, and how many iterations apart.
//
// For two accesses whose addresses count alike (the same steps, a constant difference d), iteration j of one meets
// iteration k of the other iff d + sum(step * (j - k)) is smaller than an access. All solutions are looked at; without
// such knowledge every iteration may meet every other.
#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/IR/IntrinsicInst.h>

#include <limits>

#include "compiler/frontend/region_builder.h"

namespace heddle::frontend {

using llvm::SCEV;

namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMaxCombinations = 20000;

/// Smallest numbers of iterations by which one access may follow the other onto the same bytes.
struct Distances {
  std::int64_t forward = kNever;   ///< the second access comes later, by > 0 iterations
  std::int64_t backward = kNever;  ///< the first access comes later, by > 0 iterations
  bool same = false;               ///< within one iteration
};

constexpr Distances kUnknown{1, 1, true};

std::optional<std::int64_t> constant_of(const SCEV* expression) {
  const auto* constant = llvm::dyn_cast<llvm::SCEVConstant>(expression);
  if (constant == nullptr || constant->getAPInt().getSignificantBits() > 40) return std::nullopt;
  return constant->getAPInt().getSExtValue();
}

class Solver {
 public:
  Solver(const LoopNest& nest, llvm::ScalarEvolution& evolution) : nest_(nest), evolution_(evolution) {
    for (const auto& level : nest.levels) trips_.push_back(constant_of(level.trip_count));
  }

  /// Of `first` and `second`, in program order within an iteration.
  Distances solve(const Access& first, const Access& second) {
    const auto a = affine_in(nest_, first.address, evolution_);
    const auto b = affine_in(nest_, second.address, evolution_);
    if (!a || !b || a->steps != b->steps) return kUnknown;
    const SCEV* difference = evolution_.getMinusSCEV(b->start, a->start);
    const auto constant = constant_of(difference);
    if (!constant) return kUnknown;
    if (!set_levels(first, second)) return kUnknown;
    steps_.clear();
    for (std::size_t level = 0; level < levels_; ++level) {
      const auto step = constant_of(a->steps[level]);
      if (!step) return kUnknown;
      steps_.push_back(*step);
    }
    difference_ = *constant;
    size_a_ = first.bytes;
    size_b_ = second.bytes;
    result_ = {};
    combinations_ = 0;
    if (!enumerate(levels_ - 1, 0, 0)) return kUnknown;
    return result_;
  }

 private:
  /// Accesses beside one inner loop happen once a round of it: the levels below count as one step of unknown or known
  /// length.
  bool set_levels(const Access& first, const Access& second) {
    const auto a = nest_.positions.lookup(first.instruction->getParent());
    const auto b = nest_.positions.lookup(second.instruction->getParent());
    if (a.level != b.level) return false;
    levels_ = static_cast<std::size_t>(a.level) + 1;
    unit_ = 1;
    for (std::size_t level = levels_; level < trips_.size(); ++level) unit_ *= trips_[level].value_or(1);
    skew_ = (b.part == LoopNest::Part::kAfter ? unit_ - 1 : 0) - (a.part == LoopNest::Part::kAfter ? unit_ - 1 : 0);
    for (std::size_t level = 1; level < levels_; ++level)
      if (!trips_[level]) return false;
    return true;
  }

  [[nodiscard]] bool overlaps(std::int64_t gap) const { return gap > -size_b_ && gap < size_a_; }

  void record(std::int64_t iterations) {
    const std::int64_t distance = iterations * unit_ + skew_;
    if (iterations == 0) {
      result_.same = true;
      if (distance > 0) result_.forward = std::min(result_.forward, distance);
      if (distance < 0) result_.backward = std::min(result_.backward, -distance);
    } else if (iterations > 0) {
      result_.forward = std::min(result_.forward, std::max<std::int64_t>(distance, 1));
    } else {
      result_.backward = std::min(result_.backward, std::max<std::int64_t>(-distance, 1));
    }
  }

  /// `gap`: address of the second access less that of the first, so far; `time`: iterations by which the second comes
  /// later.
  bool enumerate(std::size_t level, std::int64_t gap, std::int64_t time) {
    if (++combinations_ > kMaxCombinations) return false;
    std::int64_t period = 1;
    // NOLINTBEGIN(bugprone-unchecked-optional-access): set_levels() refuses an unknown trip count, but of level 0
    for (std::size_t inner = level + 1; inner < levels_; ++inner) period *= *trips_[inner];
    const std::int64_t step = steps_[level];
    if (level > 0) {
      const std::int64_t most = *trips_[level] - 1;
      for (std::int64_t delta = -most; delta <= most; ++delta)
        if (!enumerate(level - 1, gap + step * delta, time + period * delta)) return false;
      return true;
    }
    const std::int64_t total = gap + difference_;
    const std::int64_t most = trips_[0] ? *trips_[0] - 1 : kNever;
    // NOLINTEND(bugprone-unchecked-optional-access)
    const auto consider = [&](std::int64_t delta) {
      if (delta <= most && -delta <= most && overlaps(total + step * delta)) record(time + period * delta);
    };
    if (step == 0) {
      for (const std::int64_t delta : {-1, 0, 1}) consider(delta);
      return true;
    }
    const std::int64_t middle = -total / step;
    const std::int64_t reach = std::max(size_a_, size_b_) / std::abs(step) + 1;
    for (std::int64_t delta = middle - reach; delta <= middle + reach; ++delta) consider(delta);
    return true;
  }

  const LoopNest& nest_;
  llvm::ScalarEvolution& evolution_;
  std::vector<std::optional<std::int64_t>> trips_;
  std::vector<std::int64_t> steps_;
  std::size_t levels_ = 1;
  std::int64_t unit_ = 1;
  std::int64_t skew_ = 0;
  std::int64_t difference_ = 0;
  std::int64_t size_a_ = 0;
  std::int64_t size_b_ = 0;
  std::int64_t combinations_ = 0;
  Distances result_;
};

/// Promises of `restrict` that were made anew in each iteration (by an inlined call) say nothing across iterations.
bool promises_within(const LoopNest& nest) {
  for (const llvm::BasicBlock* block : nest.outermost()->blocks())
    for (const llvm::Instruction& instruction : *block)
      if (llvm::isa<llvm::NoAliasScopeDeclInst>(instruction)) return true;
  return false;
}

llvm::MemoryLocation location_of(const Access& access, bool keep_promises) {
  llvm::MemoryLocation location =
      llvm::MemoryLocation::get(access.instruction).getWithNewSize(llvm::LocationSize::beforeOrAfterPointer());
  if (!keep_promises) {
    location.AATags.Scope = nullptr;
    location.AATags.NoAlias = nullptr;
  }
  return location;
}

}  // namespace

bool may_alias(const Access& a, const Access& b, const LoopNest& nest, llvm::AAResults& aliases) {
  const bool keep = !promises_within(nest);
  return !aliases.isNoAlias(location_of(a, keep), location_of(b, keep));
}

void add_order_edges(const RegionPlan& plan, const RegionAnalyses& analyses,
                     const std::function<void(dfg::NodeId, dfg::NodeId, int)>& order) {
  Solver solver(plan.nest, analyses.loops.evolution);
  for (std::size_t i = 0; i < plan.accesses.size(); ++i) {
    const Access& first = plan.accesses[i];
    if (!first.node.valid()) continue;
    for (std::size_t j = i + 1; j < plan.accesses.size(); ++j) {
      const Access& second = plan.accesses[j];
      if (!second.node.valid() || (!first.is_store && !second.is_store)) continue;
      if (!may_alias(first, second, plan.nest, analyses.aliases)) continue;
      const Distances distances = solver.solve(first, second);
      const auto add = [&](dfg::NodeId from, dfg::NodeId to, std::int64_t distance) {
        if (distance <= std::numeric_limits<int>::max()) order(from, to, static_cast<int>(distance));
      };
      if (distances.same)
        add(first.node, second.node, 0);
      else
        add(first.node, second.node, distances.forward);
      add(second.node, first.node, distances.backward);
    }
  }
}

}  // namespace heddle::frontend
