#include "compiler/frontend/prepare.h"

#include <llvm/Passes/PassBuilder.h>
#include <llvm/Transforms/IPO/AlwaysInliner.h>
#include <llvm/Transforms/InstCombine/InstCombine.h>
#include <llvm/Transforms/Scalar/ADCE.h>
#include <llvm/Transforms/Scalar/EarlyCSE.h>
#include <llvm/Transforms/Scalar/GVN.h>
#include <llvm/Transforms/Scalar/IndVarSimplify.h>
#include <llvm/Transforms/Scalar/LICM.h>
#include <llvm/Transforms/Scalar/LoopLoadElimination.h>
#include <llvm/Transforms/Scalar/LoopPassManager.h>
#include <llvm/Transforms/Scalar/LoopRotation.h>
#include <llvm/Transforms/Scalar/MergedLoadStoreMotion.h>
#include <llvm/Transforms/Scalar/SROA.h>
#include <llvm/Transforms/Scalar/SimpleLoopUnswitch.h>
#include <llvm/Transforms/Scalar/SimplifyCFG.h>
#include <llvm/Transforms/Utils/LCSSA.h>
#include <llvm/Transforms/Utils/LoopSimplify.h>
#include <llvm/Transforms/Utils/LowerSwitch.h>

namespace heddle::frontend {

using namespace llvm;  // NOLINT: a file of LLVM's names only

struct Passes::State {
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager call_graphs;
  ModuleAnalysisManager modules;
  PassBuilder builder;
};

Passes::Passes() : state_(std::make_unique<State>()) {
  PassBuilder& builder = state_->builder;
  builder.registerModuleAnalyses(state_->modules);
  builder.registerCGSCCAnalyses(state_->call_graphs);
  builder.registerFunctionAnalyses(state_->functions);
  builder.registerLoopAnalyses(state_->loops);
  builder.crossRegisterProxies(state_->loops, state_->functions, state_->call_graphs, state_->modules);
}

Passes::~Passes() = default;

namespace {

SimplifyCFGOptions simple_branches() {
  // Selects for small diamonds; loops keep their shape; no tables, no switches made of comparisons.
  return SimplifyCFGOptions()
      .forwardSwitchCondToPhi(false)
      .convertSwitchToLookupTable(false)
      .needCanonicalLoops(true)
      .hoistCommonInsts(true)
      .sinkCommonInsts(false);
}

FunctionPassManager preparation() {
  FunctionPassManager passes;
  passes.addPass(SROAPass(SROAOptions::ModifyCFG));
  passes.addPass(EarlyCSEPass(true));
  passes.addPass(SimplifyCFGPass(simple_branches()));
  passes.addPass(InstCombinePass());
  passes.addPass(SimplifyCFGPass(simple_branches()));
  LoopPassManager first;
  first.addPass(LoopRotatePass());
  first.addPass(LICMPass(LICMOptions()));
  first.addPass(SimpleLoopUnswitchPass(/*NonTrivial=*/false));
  passes.addPass(createFunctionToLoopPassAdaptor(std::move(first), /*UseMemorySSA=*/true));
  passes.addPass(SimplifyCFGPass(simple_branches()));
  passes.addPass(InstCombinePass());
  LoopPassManager second;
  second.addPass(IndVarSimplifyPass());
  passes.addPass(createFunctionToLoopPassAdaptor(std::move(second)));
  passes.addPass(SROAPass(SROAOptions::ModifyCFG));
  passes.addPass(GVNPass());
  LoopPassManager third;
  third.addPass(LICMPass(LICMOptions()));
  passes.addPass(createFunctionToLoopPassAdaptor(std::move(third), /*UseMemorySSA=*/true));
  passes.addPass(MergedLoadStoreMotionPass());
  passes.addPass(LoopLoadEliminationPass());
  passes.addPass(InstCombinePass());
  passes.addPass(EarlyCSEPass(true));
  passes.addPass(ADCEPass());
  passes.addPass(SimplifyCFGPass(simple_branches()));
  passes.addPass(LowerSwitchPass());
  passes.addPass(LoopSimplifyPass());
  passes.addPass(LCSSAPass());
  return passes;
}

}  // namespace

void Passes::prepare(Module& module) {
  ModulePassManager passes;
  passes.addPass(AlwaysInlinerPass(/*InsertLifetime=*/true));
  passes.addPass(createModuleToFunctionPassAdaptor(preparation()));
  passes.run(module, state_->modules);
}

void Passes::clean(Function& function) {
  FunctionPassManager passes;
  passes.addPass(EarlyCSEPass(true));
  passes.addPass(InstCombinePass());
  passes.addPass(GVNPass());
  passes.addPass(ADCEPass());
  passes.addPass(LoopSimplifyPass());
  passes.addPass(LCSSAPass());
  state_->functions.invalidate(function, PreservedAnalyses::none());
  passes.run(function, state_->functions);
  state_->functions.invalidate(function, PreservedAnalyses::none());
}

void Passes::close_loops(Function& function) {
  FunctionPassManager passes;
  passes.addPass(LoopSimplifyPass());
  passes.addPass(LCSSAPass());
  state_->functions.invalidate(function, PreservedAnalyses::none());
  passes.run(function, state_->functions);
  state_->functions.invalidate(function, PreservedAnalyses::none());
}

FunctionAnalysisManager& Passes::analyses(Function&) { return state_->functions; }

}  // namespace heddle::frontend
