// The front end as a plugin of LLVM's opt:
//   opt-19 -load-pass-plugin=libheddle_dfg_pass.so -passes=heddle-dfg -disable-output x.ll
// prints the dataflow graph of every loop that an array can take, and for the others the reason. The module itself
// stays as it is. Parameters in angle brackets, separated by semicolons: innermost, flatten, unroll=N, word=N.
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Passes/PassPlugin.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Transforms/Utils/Cloning.h>

#include "compiler/dfg/text.h"
#include "compiler/frontend/metadata.h"
#include "compiler/frontend/prepare.h"
#include "compiler/frontend/split.h"
#include "compiler/frontend/strict_float.h"

namespace heddle::frontend {
namespace {

class DfgPass : public llvm::PassInfoMixin<DfgPass> {
 public:
  explicit DfgPass(CompileOptions options) : options_(std::move(options)) {}

  llvm::PreservedAnalyses run(llvm::Module& original, llvm::ModuleAnalysisManager&) {
    const std::unique_ptr<llvm::Module> module = llvm::CloneModule(original);
    const std::set<std::string> functions = marked_functions(*module);
    remove_annotations(*module);
    make_float_strict(*module);
    Passes passes;
    Program program;
    inline_helpers(*module, functions);
    passes.prepare(*module);
    split_module(*module, functions, options_, passes, program);
    for (const Region& region : program.regions) llvm::outs() << dfg::print_text(region.graph) << "\n";
    for (const HostLoop& loop : program.host_loops)
      llvm::outs() << "; host " << loop.function << ":" << loop.where.line << ": " << loop.reason << "\n";
    return llvm::PreservedAnalyses::all();
  }

  static bool isRequired() { return true; }  // NOLINT(readability-identifier-naming): LLVM calls it by this name

 private:
  CompileOptions options_;
};

/// Reads `heddle-dfg` or `heddle-dfg<parameter;...>`; false if it is another name or a parameter is unknown.
bool parse_name(llvm::StringRef name, CompileOptions& options) {
  if (!name.consume_front("heddle-dfg")) return false;
  if (name.empty()) return true;
  if (!name.consume_front("<") || !name.consume_back(">")) return false;
  llvm::SmallVector<llvm::StringRef, 4> parameters;
  name.split(parameters, ';');
  for (llvm::StringRef parameter : parameters) {
    if (parameter == "innermost") {
      options.nest = Nest::kInnermost;
    } else if (parameter == "flatten") {
      options.nest = Nest::kFlatten;
    } else if (parameter.consume_front("unroll=")) {
      if (parameter.getAsInteger(10, options.unroll)) return false;
    } else if (parameter.consume_front("word=")) {
      if (parameter.getAsInteger(10, options.target.word_bits)) return false;
    } else {
      return false;
    }
  }
  return true;
}

void register_pass(llvm::PassBuilder& builder) {
  builder.registerPipelineParsingCallback(
      [](llvm::StringRef name, llvm::ModulePassManager& passes, llvm::ArrayRef<llvm::PassBuilder::PipelineElement>) {
        CompileOptions options;
        if (!parse_name(name, options)) return false;
        passes.addPass(DfgPass(std::move(options)));
        return true;
      });
}

}  // namespace
}  // namespace heddle::frontend

extern "C" LLVM_ATTRIBUTE_WEAK llvm::PassPluginLibraryInfo llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "heddle-dfg", "1", heddle::frontend::register_pass};
}
