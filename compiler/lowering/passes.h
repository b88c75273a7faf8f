// Our own passes: sums and what is done to them in one nest, and their memory. Private to this room.
#pragma once

#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/IR/BuiltinOps.h>
#include <mlir/Pass/Pass.h>

namespace heddle::lowering {

struct FuseLayersPass : mlir::PassWrapper<FuseLayersPass, mlir::OperationPass<mlir::ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FuseLayersPass)

  [[nodiscard]] llvm::StringRef getArgument() const final { return "heddle-fuse-layers"; }                   // NOLINT
  [[nodiscard]] llvm::StringRef getDescription() const final { return "sums and their tails in one nest"; }  // NOLINT
  void getDependentDialects(mlir::DialectRegistry& registry) const final {                                   // NOLINT
    registry.insert<mlir::scf::SCFDialect>();
  }
  void runOnOperation() final;  // NOLINT
};

/// Memory that bufferisation allocated inside a layer, always of known size, becomes one place on the stack, made on
/// entry: a sum is then a register to LLVM, and nothing has to be freed. Copies become loops, which need no library.
struct StackMemoryPass : mlir::PassWrapper<StackMemoryPass, mlir::OperationPass<mlir::func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(StackMemoryPass)

  [[nodiscard]] llvm::StringRef getArgument() const final { return "heddle-stack-memory"; }  // NOLINT
  [[nodiscard]] llvm::StringRef getDescription() const final {
    return "allocations become places on the stack";
  }  // NOLINT
  void runOnOperation() final;  // NOLINT
};

}  // namespace heddle::lowering
