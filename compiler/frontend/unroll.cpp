#include "compiler/frontend/unroll.h"

#include <llvm/Analysis/AssumptionCache.h>
#include <llvm/Analysis/DependenceAnalysis.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/OptimizationRemarkEmitter.h>
#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/Analysis/TargetTransformInfo.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/Instructions.h>
#include <llvm/Transforms/Utils/UnrollLoop.h>

#include <algorithm>

namespace heddle::frontend {

using llvm::Loop;

namespace {

/// Bodies up to this size are worth copying on arrays of a dozen PEs and more.
constexpr unsigned kTargetInstructions = 24;
/// Inner loops of a nest that are unrolled whole when the factor is ours to choose: windows of convolutions and the
/// like.
constexpr unsigned kWholeTrips = 5;
constexpr unsigned kWholeInstructions = 60;

unsigned instructions_in(const Loop& loop) {
  unsigned count = 0;
  for (const llvm::BasicBlock* block : loop.blocks())
    for (const llvm::Instruction& instruction : *block)
      if (!llvm::isa<llvm::PHINode, llvm::BranchInst, llvm::GetElementPtrInst, llvm::CastInst>(instruction)) ++count;
  return count;
}

/// One lap of a scalar recurrence takes as long as it takes: copies of the body would wait for each other.
bool carries_scalars(const Loop& loop, llvm::ScalarEvolution& evolution) {
  for (llvm::PHINode& phi : loop.getHeader()->phis())
    if (!evolution.isSCEVable(phi.getType()) || !llvm::isa<llvm::SCEVAddRecExpr>(evolution.getSCEV(&phi))) return true;
  return false;
}

class Unroller {
 public:
  Unroller(llvm::Function& function, const CompileOptions& options, Passes& passes)
      : function_(function), options_(options), passes_(passes), managers_(passes.analyses(function)) {}

  llvm::DenseMap<const llvm::BasicBlock*, int> run() {
    if (options_.unroll_jam > 1) each([this](Loop& loop) { return jam(loop); });
    if (options_.unroll != 1) each([this](Loop& loop) { return unroll(loop); });
    return std::move(factors_);
  }

 private:
  template <class T>
  typename T::Result& get() {
    return managers_.getResult<T>(function_);
  }

  /// The loops of the moment, innermost first; later ones that a change creates are left alone.
  template <class Change>
  void each(const Change& change) {
    llvm::SmallVector<Loop*, 4> loops = get<llvm::LoopAnalysis>().getLoopsInPreorder();
    bool changed = false;
    for (Loop* loop : llvm::reverse(loops)) changed |= change(*loop);
    if (changed) passes_.clean(function_);
  }

  bool jam(Loop& loop) {
    if (loop.getSubLoops().size() != 1 || !loop.getSubLoops().front()->isInnermost()) return false;
    auto& evolution = get<llvm::ScalarEvolutionAnalysis>();
    auto& dominators = get<llvm::DominatorTreeAnalysis>();
    auto& loops = get<llvm::LoopAnalysis>();
    if (!llvm::isSafeToUnrollAndJam(&loop, evolution, dominators, get<llvm::DependenceAnalysis>(), loops)) return false;
    const unsigned trips = evolution.getSmallConstantTripCount(&loop);
    const unsigned multiple = evolution.getSmallConstantTripMultiple(&loop);
    const auto factor = static_cast<unsigned>(options_.unroll_jam);
    if (trips != 0 && trips <= factor) return false;
    const auto result =
        llvm::UnrollAndJamLoop(&loop, factor, trips, multiple, /*UnrollRemainder=*/false, &loops, &evolution,
                               &dominators, &get<llvm::AssumptionAnalysis>(), &get<llvm::TargetIRAnalysis>(),
                               &get<llvm::OptimizationRemarkEmitterAnalysis>());
    return result != llvm::LoopUnrollResult::Unmodified;
  }

  unsigned chosen_factor(const Loop& loop, unsigned trips) {
    if (options_.unroll > 1) return static_cast<unsigned>(options_.unroll);
    const unsigned size = std::max(instructions_in(loop), 1U);
    if (loop.getParentLoop() != nullptr && trips != 0 && trips <= kWholeTrips && trips * size <= kWholeInstructions)
      return trips;
    if (carries_scalars(loop, get<llvm::ScalarEvolutionAnalysis>())) return 1;
    // In a nest, a rest would keep the nest from being flattened.
    const unsigned limit = std::min(4U, kTargetInstructions / size);
    for (unsigned factor = limit; factor > 1; --factor)
      if (loop.getParentLoop() == nullptr ? llvm::isPowerOf2_32(factor) : trips != 0 && trips % factor == 0)
        return factor;
    return 1;
  }

  bool unroll(Loop& loop) {
    if (!loop.isInnermost() || !loop.isLoopSimplifyForm() || loop.getExitingBlock() != loop.getLoopLatch())
      return false;
    auto& evolution = get<llvm::ScalarEvolutionAnalysis>();
    auto& loops = get<llvm::LoopAnalysis>();
    const unsigned trips = evolution.getSmallConstantTripCount(&loop);
    unsigned factor = chosen_factor(loop, trips);
    if (trips != 0) factor = std::min(factor, trips);
    if (factor <= 1 || llvm::isa<llvm::SCEVCouldNotCompute>(evolution.getBackedgeTakenCount(&loop))) return false;
    llvm::UnrollLoopOptions unrolling{};
    unrolling.Count = factor;
    unrolling.Force = true;
    unrolling.Runtime = trips == 0 || trips % factor != 0;
    unrolling.AllowExpensiveTripCount = true;
    unrolling.UnrollRemainder = false;
    unrolling.ForgetAllSCEV = true;
    const llvm::BasicBlock* header = loop.getHeader();
    const auto result = llvm::UnrollLoop(&loop, unrolling, &loops, &evolution, &get<llvm::DominatorTreeAnalysis>(),
                                         &get<llvm::AssumptionAnalysis>(), &get<llvm::TargetIRAnalysis>(),
                                         &get<llvm::OptimizationRemarkEmitterAnalysis>(), /*PreserveLCSSA=*/true);
    if (result == llvm::LoopUnrollResult::PartiallyUnrolled) factors_[header] = static_cast<int>(factor);
    return result != llvm::LoopUnrollResult::Unmodified;
  }

  llvm::Function& function_;
  const CompileOptions& options_;
  Passes& passes_;
  llvm::FunctionAnalysisManager& managers_;
  llvm::DenseMap<const llvm::BasicBlock*, int> factors_;
};

}  // namespace

llvm::DenseMap<const llvm::BasicBlock*, int> unroll_loops(llvm::Function& function, const CompileOptions& options,
                                                          Passes& passes) {
  return Unroller(function, options, passes).run();
}

}  // namespace heddle::frontend
