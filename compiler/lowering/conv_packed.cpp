// A run of codes in memory is a run of words if it begins at a multiple of four: with a multiple of four channels (the
// plan widens inputs to that, and the weights under what it adds are 0) rows, columns and images all do.
#include "compiler/lowering/conv_packed.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/MemRef/IR/MemRef.h>
#include <mlir/IR/BuiltinOps.h>

namespace heddle::lowering {

using namespace mlir;  // NOLINT: a file of MLIR's names only

namespace {

constexpr std::int64_t kLanes = 4;

}  // namespace

void pack(ConvNest& nest) {
  std::int64_t* const places[] = {&nest.shape.run, &nest.input_at.start, &nest.input_at.image, &nest.input_at.row,
                                  &nest.input_at.column};
  for (const std::int64_t* place : places)
    if (*place % kLanes != 0) return;
  for (std::int64_t* place : places) *place /= kLanes;
  nest.shape.element_bytes = kLanes;
}

Value as_words(OpBuilder& b, Location loc, Value memory) {
  const std::int64_t bytes = cast<MemRefType>(memory.getType()).getNumElements();
  const Value zero = b.create<arith::ConstantIndexOp>(loc, 0);
  return b.create<memref::ViewOp>(loc, MemRefType::get({bytes / kLanes}, b.getI32Type()), memory, zero, ValueRange());
}

std::vector<std::int32_t> words_of(const std::vector<std::int8_t>& bytes) {
  std::vector<std::int32_t> words(bytes.size() / static_cast<std::size_t>(kLanes));
  for (std::size_t k = 0; k < words.size(); ++k) {
    std::uint32_t word = 0;
    for (unsigned lane = 0; lane < kLanes; ++lane)
      word |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[kLanes * k + lane])) << (8 * lane);
    words[k] = static_cast<std::int32_t>(word);
  }
  return words;
}

Value dot(OpBuilder& b, Location loc, tensor::Type type, Value codes, Value weights, Value sum) {
  const StringRef name = type == tensor::Type::kUint8 ? "heddle.us8.dot" : "heddle.s8.dot";
  auto module = b.getInsertionBlock()->getParentOp()->getParentOfType<ModuleOp>();
  auto function = module.lookupSymbol<func::FuncOp>(name);
  if (!function) {
    const OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(module.getBody());
    const SmallVector<Type> words(3, b.getI32Type());
    function = b.create<func::FuncOp>(loc, name, b.getFunctionType(words, b.getI32Type()));
    function.setPrivate();
  }
  return b.create<func::CallOp>(loc, function, ValueRange{codes, weights, sum}).getResult(0);
}

}  // namespace heddle::lowering
