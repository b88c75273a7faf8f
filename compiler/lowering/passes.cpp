// Sums and what becomes of them in one nest: the last operation of a layer is tiled to single elements, and its
// producers are computed inside.
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/Linalg/Utils/Utils.h>
#include <mlir/Dialect/MemRef/IR/MemRef.h>
#include <mlir/Dialect/SCF/Transforms/TileUsingInterface.h>
#include <mlir/Dialect/Tensor/Transforms/Transforms.h>
#include <mlir/Transforms/GreedyPatternRewriteDriver.h>

#include "compiler/lowering/passes.h"

namespace heddle::lowering {

using namespace mlir;  // NOLINT: a file of MLIR's names only

namespace {

/// The last generic operation of the function if it reads the result of a reduction.
linalg::GenericOp consumer_of_sums(func::FuncOp function) {
  linalg::GenericOp found;
  function.walk([&](linalg::GenericOp op) {
    for (const Value input : op.getInputs()) {
      auto producer = input.getDefiningOp<linalg::GenericOp>();
      if (producer && producer.getNumReductionLoops() > 0) found = op;
    }
  });
  return found;
}

LogicalResult fuse_function(func::FuncOp function) {
  linalg::GenericOp tail = consumer_of_sums(function);
  if (!tail) return success();
  IRRewriter rewriter(function.getContext());
  rewriter.setInsertionPoint(tail);
  SmallVector<OpFoldResult> single(cast<RankedTensorType>(tail->getResult(0).getType()).getRank(),
                                   rewriter.getIndexAttr(1));
  scf::SCFTileAndFuseOptions options;
  options.tilingOptions.setTileSizes(single);
  auto fused = scf::tileConsumerAndFuseProducersUsingSCF(rewriter, cast<TilingInterface>(tail.getOperation()), options);
  if (failed(fused)) return failure();
  for (const auto& [from, to] : fused->replacements) rewriter.replaceAllUsesWith(from, to);
  return success();
}

}  // namespace

void FuseLayersPass::runOnOperation() {
  WalkResult result = getOperation().walk([](func::FuncOp function) {
    return succeeded(fuse_function(function)) ? WalkResult::advance() : WalkResult::interrupt();
  });
  if (result.wasInterrupted()) return signalPassFailure();
  RewritePatternSet patterns(&getContext());
  tensor::populateFoldTensorEmptyPatterns(patterns);
  if (failed(applyPatternsAndFoldGreedily(getOperation(), std::move(patterns)))) signalPassFailure();
}

void StackMemoryPass::runOnOperation() {
  SmallVector<memref::AllocOp> allocations;
  getOperation().walk([&](memref::AllocOp op) { allocations.push_back(op); });
  OpBuilder builder(getOperation().getBody());
  for (memref::AllocOp op : allocations) {
    builder.setInsertionPointToStart(&getOperation().getBody().front());
    op.replaceAllUsesWith(
        builder.create<memref::AllocaOp>(op.getLoc(), op.getType(), op.getAlignmentAttr()).getMemref());
    op.erase();
  }
  SmallVector<memref::CopyOp> copies;
  getOperation().walk([&](memref::CopyOp op) { copies.push_back(op); });
  for (memref::CopyOp op : copies) {
    builder.setInsertionPoint(op);
    if (op.getSource() != op.getTarget())
      linalg::makeMemRefCopyOp(builder, op.getLoc(), op.getSource(), op.getTarget());
    op.erase();
  }
}

}  // namespace heddle::lowering
