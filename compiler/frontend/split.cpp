#include "compiler/frontend/split.h"

#include <llvm/Analysis/AliasAnalysis.h>
#include <llvm/Analysis/PostDominators.h>

#include "compiler/frontend/launch_stub.h"
#include "compiler/frontend/lower.h"
#include "compiler/frontend/pointers.h"
#include "compiler/frontend/region_builder.h"
#include "compiler/frontend/unroll.h"

namespace heddle::frontend {

namespace {

/// Nests with larger graphs run their inner loops instead, if the choice is ours.
constexpr int kLargeFlattened = 96;

bool is_too_large(const dfg::Graph& graph, const Target& target) {
  // Half of the slots: the rest is for moves, routes and uneven resources.
  const int limit =
      target.operation_slots == 0 ? kLargeFlattened : std::min(kLargeFlattened, target.operation_slots / 2);
  return static_cast<int>(graph.nodes.size()) > limit;
}

bool has_divider(const Target& target) {
  return target.operations.empty() ||
         std::find(target.operations.begin(), target.operations.end(), dfg::Opcode::kSdiv) != target.operations.end();
}

class Splitter {
 public:
  Splitter(llvm::Function& function, const CompileOptions& options, Passes& passes, Program& program)
      : function_(function), options_(options), program_(program), managers_(passes.analyses(function)) {
    index_pointers(function, passes);
    factors_ = unroll_loops(function, options, passes);
    split_pointer_choices(function, passes);
    lower_operations(function, has_divider(options.target));
  }

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
        plan && (innermost || options_.nest == Nest::kFlatten || !is_too_large(plan->graph, options_.target));
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
    const auto sizes = insert_launch(plan, static_cast<int>(program_.regions.size()), analyses);
    for (std::size_t i = 0; i < sizes.size(); ++i) plan.graph.arrays[i].bytes = sizes[i];
    const int unrolled = std::max(1, factors_.lookup(plan.nest.innermost()->getHeader()));
    program_.regions.push_back(
        {plan.graph.name, function_.getName().str(), where, std::move(plan.graph), plan.nest.depth(), unrolled});
  }

  llvm::Function& function_;
  const CompileOptions& options_;
  Program& program_;
  llvm::FunctionAnalysisManager& managers_;
  llvm::DenseMap<const llvm::BasicBlock*, int> factors_;
};

int last_line(const Region& region) {
  int line = region.where.line;
  for (const dfg::Node& node : region.graph.nodes) line = std::max(line, node.where.line);
  return line;
}

}  // namespace

std::vector<HostLoop> source_loops(llvm::Module& module, const std::set<std::string>& functions, Passes& passes) {
  std::vector<HostLoop> found;
  for (llvm::Function& function : module) {
    if (function.isDeclaration() || (!functions.empty() && !functions.contains(function.getName().str()))) continue;
    llvm::LoopInfo& loops = passes.analyses(function).getResult<llvm::LoopAnalysis>(function);
    for (llvm::Loop* loop : loops.getLoopsInPreorder()) found.push_back({function.getName().str(), mark_of(*loop), ""});
  }
  return found;
}

void report_vanished(const std::vector<HostLoop>& source, Program& program) {
  const std::size_t known = program.host_loops.size();
  for (const HostLoop& loop : source) {
    const auto same = [&](const auto& other) {
      return other.where.line == loop.where.line && other.where.file == loop.where.file;
    };
    const auto last = program.host_loops.begin() + static_cast<std::ptrdiff_t>(known);
    if (std::any_of(program.host_loops.begin(), last, same)) continue;
    // A flattened nest, or an unrolled loop inside a region, stands for all its loops; also where it was inlined.
    const auto covers = [&](const Region& region) {
      return region.where.file == loop.where.file &&
             (region.where.line == loop.where.line ||
              (region.where.line < loop.where.line && loop.where.line <= last_line(region)));
    };
    if (std::any_of(program.regions.begin(), program.regions.end(), covers)) continue;
    program.host_loops.push_back(
        {loop.function, loop.where,
         "no loop is left after optimisation: it computes nothing that is used, or a known result"});
  }
}

void split_module(llvm::Module& module, const std::set<std::string>& functions, const CompileOptions& options,
                  Passes& passes, Program& program) {
  for (llvm::Function& function : module) {
    if (function.isDeclaration()) continue;
    if (!functions.empty() && !functions.contains(function.getName().str())) continue;
    Splitter(function, options, passes, program).run();
  }
}

}  // namespace heddle::frontend
