#include "compiler/frontend/frontend.h"

#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>

#include <set>

#include "compiler/base/check.h"
#include "compiler/base/files.h"
#include "compiler/frontend/clang_driver.h"
#include "compiler/frontend/metadata.h"
#include "compiler/frontend/prepare.h"
#include "compiler/frontend/split.h"
#include "compiler/frontend/strict_float.h"

namespace heddle::frontend {

namespace {

std::string bitcode_of(const llvm::Module& module) {
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  llvm::WriteBitcodeToFile(module, stream);
  stream.flush();
  return bytes;
}

Result<std::unique_ptr<llvm::Module>> parse(const std::string& bitcode, llvm::LLVMContext& context) {
  auto module = llvm::parseBitcodeFile(llvm::MemoryBufferRef(bitcode, "module"), context);
  if (!module)
    return fail(ErrorCode::kIo, "clang wrote a module that LLVM cannot read: " + llvm::toString(module.takeError()));
  return std::move(*module);
}

Result<std::set<std::string>> chosen_functions(const llvm::Module& module, const CompileOptions& options) {
  if (options.functions.empty()) return marked_functions(module);
  std::vector<std::string> defined;
  for (const llvm::Function& function : module)
    if (!function.isDeclaration()) defined.push_back(function.getName().str());
  for (const std::string& name : options.functions) {
    if (std::find(defined.begin(), defined.end(), name) != defined.end()) continue;
    const std::string near = nearest_name(name, defined);
    return fail(ErrorCode::kNotFound, "no function '" + name + "' is defined in " + options.source.string(), {},
                near.empty() ? near : "did you mean '" + near + "'?");
  }
  return std::set<std::string>(options.functions.begin(), options.functions.end());
}

Status describe_kernels(llvm::Module& module, const std::set<std::string>& functions, Program& program) {
  for (llvm::Function& function : module)
    if (!function.isDeclaration() && (functions.empty() || functions.contains(function.getName().str()))) {
      HEDDLE_ASSIGN(Kernel kernel, describe_kernel(function));
      kernel.required = !functions.empty();
      program.kernels.push_back(std::move(kernel));
    }
  return {};
}

void check_module(const llvm::Module& module) {
  std::string message;
  llvm::raw_string_ostream stream(message);
  const bool broken = llvm::verifyModule(module, &stream);
  HEDDLE_CHECK(!broken, "the host module is well-formed: " + stream.str());
}

}  // namespace

namespace {

/// Everything after the module is there and its kernels are known. `functions` are searched; empty: all.
Status take_apart(llvm::Module& module, const std::set<std::string>& functions, const CompileOptions& options,
                  const Context& context, Program& program) {
  remove_annotations(module);
  program.globals = publish(module, functions);
  make_float_strict(module);
  const llvm::Function* main = module.getFunction("main");
  program.has_main = main != nullptr && !main->isDeclaration();
  program.golden_bitcode = bitcode_of(module);

  context.progress("find loops", 1, 2);
  Passes passes;
  const std::vector<HostLoop> written = source_loops(module, functions, passes);
  if (written.empty() && !options.module)
    return fail(ErrorCode::kBadInput, "no loop found in " + options.source.string(), {},
                functions.empty() ? "" : "only functions that are marked or named are searched");
  inline_helpers(module, functions);
  passes.prepare(module);
  split_module(module, functions, options, passes, program);
  report_vanished(written, program);
  check_module(module);
  program.host_bitcode = bitcode_of(module);
  return {};
}

}  // namespace

Result<Program> compile_c(const CompileOptions& options, const Context& context) {
  context.progress("compile C", 0, 2);
  HEDDLE_ASSIGN(const std::string compiled, run_clang(options));
  llvm::LLVMContext llvm_context;
  HEDDLE_ASSIGN(const std::unique_ptr<llvm::Module> module, parse(compiled, llvm_context));
  HEDDLE_ASSIGN(const std::set<std::string> functions, chosen_functions(*module, options));

  Program program;
  HEDDLE_TRY(describe_kernels(*module, functions, program));
  HEDDLE_TRY(take_apart(*module, functions, options, context, program));
  if (functions.empty()) {
    std::erase_if(program.kernels, [&](const Kernel& kernel) {
      return std::none_of(program.regions.begin(), program.regions.end(),
                          [&](const Region& region) { return region.function == kernel.name; });
    });
  }
  return program;
}

Result<Program> compile_module(const CompileOptions& options, const Context& context) {
  llvm::LLVMContext llvm_context;
  HEDDLE_ASSIGN(const std::unique_ptr<llvm::Module> module, parse(options.module->bitcode, llvm_context));
  // Named, so that none is inlined: each is a layer.
  std::set<std::string> functions;
  for (const llvm::Function& function : *module)
    if (!function.isDeclaration()) functions.insert(function.getName().str());
  Program program;
  program.kernels = options.module->kernels;
  HEDDLE_TRY(take_apart(*module, functions, options, context, program));
  return program;
}

}  // namespace heddle::frontend
