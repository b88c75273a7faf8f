#include "compiler/frontend/split.h"

#include <llvm/Analysis/AliasAnalysis.h>
#include <llvm/Analysis/PostDominators.h>

#include "compiler/frontend/launch_stub.h"
#include "compiler/frontend/region_builder.h"

namespace heddle::frontend {

namespace {

/// Larger graphs are not worth one launch: their configuration would not fit the usual arrays.
constexpr std::size_t kLargeFlattened = 96;

class Splitter {
 public:
  Splitter(llvm::Function& function, const CompileOptions& options, Passes& passes, Program& program)
      : function_(function), options_(options), program_(program), managers_(passes.analyses(function)) {}

  void run() {
    auto& loops = managers_.getResult<llvm::LoopAnalysis>(function_);
    // Loops in the order of the program; the list is fixed before launches change the function.
    std::vector<llvm::Loop*> tops(loops.begin(), loops.end());
    std::reverse(tops.begin(), tops.end());
    for (llvm::Loop* loop : tops) take(*loop);
  }

 private:
  void take(llvm::Loop& loop) {
    const bool innermost = loop.isInnermost();
    if (options_.nest == Nest::kInnermost && !innermost) return descend(loop, "");
    auto plan = plan_for(loop);
    const bool worth =
        plan && (innermost || options_.nest == Nest::kFlatten || plan->graph.nodes.size() <= kLargeFlattened);
    if (worth) return accept(*plan);
    if (innermost) return stay(loop, plan.error());
    descend(loop, plan ? std::string("too large to be flattened into one launch") : plan.error());
  }

  void descend(llvm::Loop& loop, const std::string& reason) {
    const std::size_t before = program_.regions.size();
    for (llvm::Loop* inner : llvm::reverse(loop.getSubLoops())) take(*inner);
    const bool some = program_.regions.size() > before;
    stay(loop, some             ? "only inner loops run on the array" + (reason.empty() ? reason : ": " + reason)
               : reason.empty() ? "none of its inner loops runs on the array"
                                : reason);
  }

  void stay(llvm::Loop& loop, const std::string& reason) {
    program_.host_loops.push_back({function_.getName().str(), mark_of(loop), reason});
  }

  OrRefusal<RegionPlan> plan_for(llvm::Loop& loop) {
    auto& loops = managers_.getResult<llvm::LoopAnalysis>(function_);
    auto& evolution = managers_.getResult<llvm::ScalarEvolutionAnalysis>(function_);
    auto& dominators = managers_.getResult<llvm::DominatorTreeAnalysis>(function_);
    llvm::PostDominatorTree post_dominators(function_);
    const RegionAnalyses analyses{
        {loops, evolution, dominators}, post_dominators, managers_.getResult<llvm::AAManager>(function_)};
    auto nest = analyse_nest(loop, analyses.loops);
    if (!nest) return tl::unexpected(nest.error());
    return build_region(std::move(*nest), name_of(loop), analyses, options_.target);
  }

  std::string name_of(const llvm::Loop& loop) {
    const std::string base = function_.getName().str() + "_" + std::to_string(mark_of(loop).line);
    std::string name = base;
    const auto taken = [&] {
      return llvm::any_of(program_.regions, [&](const Region& region) { return region.name == name; });
    };
    for (char letter = 'b'; taken(); ++letter) name = base + letter;
    return name;
  }

  void accept(RegionPlan& plan) {
    const LoopAnalyses analyses{managers_.getResult<llvm::LoopAnalysis>(function_),
                                managers_.getResult<llvm::ScalarEvolutionAnalysis>(function_),
                                managers_.getResult<llvm::DominatorTreeAnalysis>(function_)};
    const Mark where = mark_of(*plan.nest.outermost());
    insert_launch(plan, static_cast<int>(program_.regions.size()), analyses);
    program_.regions.push_back(
        {plan.graph.name, function_.getName().str(), where, std::move(plan.graph), plan.nest.depth(), 1});
  }

  llvm::Function& function_;
  const CompileOptions& options_;
  Program& program_;
  llvm::FunctionAnalysisManager& managers_;
};

}  // namespace

void split_module(llvm::Module& module, const std::set<std::string>& functions, const CompileOptions& options,
                  Passes& passes, Program& program) {
  for (llvm::Function& function : module) {
    if (function.isDeclaration()) continue;
    if (!functions.empty() && !functions.contains(function.getName().str())) continue;
    Splitter(function, options, passes, program).run();
  }
}

}  // namespace heddle::frontend
