// Fusion of what is done to each sum into the loops that make the sum. Private to this room.
#pragma once

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

}  // namespace heddle::lowering
