#include "compiler/lowering/pipeline.h"

#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/raw_ostream.h>
#include <mlir/Conversion/Passes.h>
#include <mlir/Dialect/Affine/IR/AffineOps.h>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Arith/Transforms/BufferizableOpInterfaceImpl.h>
#include <mlir/Dialect/Bufferization/IR/Bufferization.h>
#include <mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h>
#include <mlir/Dialect/Bufferization/Transforms/Passes.h>
#include <mlir/Dialect/ControlFlow/IR/ControlFlow.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/LLVMIR/LLVMDialect.h>
#include <mlir/Dialect/LLVMIR/Transforms/Passes.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/Linalg/Passes.h>
#include <mlir/Dialect/Linalg/Transforms/BufferizableOpInterfaceImpl.h>
#include <mlir/Dialect/Linalg/Transforms/TilingInterfaceImpl.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/MemRef/IR/MemRef.h>
#include <mlir/Dialect/MemRef/Transforms/Passes.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/SCF/Transforms/BufferizableOpInterfaceImpl.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/Dialect/Tensor/IR/TensorTilingInterfaceImpl.h>
#include <mlir/Dialect/Tensor/Transforms/BufferizableOpInterfaceImpl.h>
#include <mlir/Pass/PassManager.h>
#include <mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h>
#include <mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h>
#include <mlir/Target/LLVMIR/Export.h>
#include <mlir/Transforms/Passes.h>

#include <functional>

#include "compiler/base/check.h"
#include "compiler/lowering/passes.h"

namespace heddle::lowering {

using namespace mlir;  // NOLINT: a file of MLIR's names only

void register_dialects(MLIRContext& context) {
  DialectRegistry registry;
  registry.insert<affine::AffineDialect, arith::ArithDialect, bufferization::BufferizationDialect,
                  cf::ControlFlowDialect, func::FuncDialect, linalg::LinalgDialect, LLVM::LLVMDialect,
                  math::MathDialect, memref::MemRefDialect, scf::SCFDialect, mlir::tensor::TensorDialect>();
  arith::registerBufferizableOpInterfaceExternalModels(registry);
  linalg::registerBufferizableOpInterfaceExternalModels(registry);
  scf::registerBufferizableOpInterfaceExternalModels(registry);
  mlir::tensor::registerBufferizableOpInterfaceExternalModels(registry);
  linalg::registerTilingInterfaceExternalModels(registry);
  mlir::tensor::registerTilingInterfaceExternalModels(registry);
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  context.appendDialectRegistry(registry);
  context.loadAllAvailableDialects();
}

namespace {

/// A name for `dumps`, and what to add to the pass manager.
struct Step {
  std::string name;
  std::function<void(OpPassManager&)> add;
};

std::vector<Step> steps() {
  const auto function = [](auto make) {
    return [make](OpPassManager& passes) { passes.addNestedPass<func::FuncOp>(make()); };
  };
  const auto module = [](auto make) { return [make](OpPassManager& passes) { passes.addPass(make()); }; };
  return {
      {"fuse-layers", module([] { return std::make_unique<FuseLayersPass>(); })},
      {"canonicalize-tensors", module([] { return createCanonicalizerPass(); })},
      {"common-subexpressions", module([] { return createCSEPass(); })},
      {"bufferize", module([] {
         bufferization::OneShotBufferizationOptions options;
         options.bufferizeFunctionBoundaries = false;
         return bufferization::createOneShotBufferizePass(options);
       })},
      {"common-memory", module([] { return createCSEPass(); })},
      {"canonicalize-memory", module([] { return createCanonicalizerPass(); })},
      {"stack-memory", function([] { return std::make_unique<StackMemoryPass>(); })},
      {"loops", function([] { return createConvertLinalgToLoopsPass(); })},
      {"strided-metadata", module([] { return memref::createExpandStridedMetadataPass(); })},
      {"canonicalize-loops", module([] { return createCanonicalizerPass(); })},
      {"affine", module([] { return createLowerAffinePass(); })},
      {"branches", module([] { return createConvertSCFToCFPass(); })},
      {"memory-to-llvm", module([] { return createFinalizeMemRefToLLVMConversionPass(); })},
      {"math-to-llvm", module([] { return createConvertMathToLLVMPass(); })},
      {"arith-to-llvm", module([] { return createArithToLLVMConversionPass(); })},
      {"index-to-llvm", module([] { return createConvertIndexToLLVMPass(); })},
      {"functions-to-llvm", module([] {
         ConvertFuncToLLVMPassOptions options;
         options.useBarePtrCallConv = true;
         return createConvertFuncToLLVMPass(options);
       })},
      {"branches-to-llvm", module([] { return createConvertControlFlowToLLVMPass(); })},
      {"casts", module([] { return createReconcileUnrealizedCastsPass(); })},
      {"debug-scopes", module([] { return LLVM::createDIScopeForLLVMFuncOpPass(); })},
  };
}

std::string text_of(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream, OpPrintingFlags().elideLargeElementsAttrs(16));
  return text;
}

}  // namespace

void run_passes(ModuleOp module, std::vector<Dump>* dumps) {
  std::string messages;
  ScopedDiagnosticHandler handler(module.getContext(), [&](Diagnostic& diagnostic) {
    messages += (messages.empty() ? "" : "; ") + diagnostic.str();
    return success();
  });
  if (dumps != nullptr) dumps->push_back({"linalg", text_of(module)});
  for (const Step& step : steps()) {
    PassManager passes(module.getContext());
    step.add(passes);
    const bool done = succeeded(passes.run(module));
    HEDDLE_CHECK(done, "the pass '" + step.name + "' succeeds: " + messages);
    if (dumps != nullptr) dumps->push_back({step.name, text_of(module)});
  }
}

std::string to_bitcode(ModuleOp module) {
  llvm::LLVMContext context;
  const std::unique_ptr<llvm::Module> llvm_module = translateModuleToLLVMIR(module, context);
  HEDDLE_CHECK(llvm_module != nullptr, "the LLVM dialect has an LLVM IR");
  for (llvm::Function& function : *llvm_module) {
    if (!function.isDeclaration() || !function.getName().starts_with("heddle.")) continue;
    // Functions of heddle/packed.h are values of their arguments.
    function.setDoesNotAccessMemory();
    function.setDoesNotThrow();
    function.setWillReturn();
  }
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  llvm::WriteBitcodeToFile(*llvm_module, stream);
  stream.flush();
  return bytes;
}

}  // namespace heddle::lowering
