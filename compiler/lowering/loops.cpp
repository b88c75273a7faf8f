#include "compiler/lowering/loops.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Bufferization/IR/Bufferization.h>
#include <mlir/Dialect/SCF/IR/SCF.h>

namespace heddle::lowering {

using namespace mlir;  // NOLINT: a file of MLIR's names only

Value index(OpBuilder& b, Location loc, std::int64_t value) { return b.create<arith::ConstantIndexOp>(loc, value); }

Value plus(OpBuilder& b, Location loc, Value a, Value c) { return b.create<arith::AddIOp>(loc, a, c); }

Value plus(OpBuilder& b, Location loc, Value a, std::int64_t constant) {
  return constant == 0 ? a : plus(b, loc, a, index(b, loc, constant));
}

Value times(OpBuilder& b, Location loc, Value a, std::int64_t constant) {
  return constant == 1 ? a : b.create<arith::MulIOp>(loc, a, index(b, loc, constant)).getResult();
}

ValueRange loop(OpBuilder& b, Location loc, std::int64_t count, const std::vector<Value>& first, const LoopBody& body) {
  const Value zero = index(b, loc, 0);
  const Value one = index(b, loc, 1);
  auto made = b.create<scf::ForOp>(loc, zero, index(b, loc, count), one, first);
  const OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(made.getBody());
  const std::vector<Value> last = body(made.getInductionVar(), made.getRegionIterArgs());
  if (!first.empty()) b.create<scf::YieldOp>(loc, last);
  return made.getResults();
}

void loop(OpBuilder& b, Location loc, std::int64_t count, const std::function<void(Value)>& body) {
  loop(b, loc, count, {}, [&](Value k, ValueRange) {
    body(k);
    return std::vector<Value>();
  });
}

Value constant_memory(OpBuilder& b, Location loc, DenseElementsAttr values) {
  const auto type = cast<ShapedType>(values.getType());
  const Value tensor = b.create<arith::ConstantOp>(loc, values);
  return b.create<bufferization::ToMemrefOp>(loc, MemRefType::get(type.getShape(), type.getElementType()), tensor);
}

func::FuncOp launch_function(OpBuilder& b, Location loc, const std::string& suffix, const std::vector<Value>& arguments,
                             const std::function<void(ValueRange)>& body) {
  auto outer = cast<func::FuncOp>(b.getInsertionBlock()->getParentOp());
  const OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(outer);
  const SmallVector<Type> types(ValueRange(arguments).getTypes());
  auto function = b.create<func::FuncOp>(loc, outer.getName().str() + suffix, b.getFunctionType(types, {}));
  function.setPrivate();
  for (unsigned k = 0; k < types.size(); ++k)
    if (isa<MemRefType>(types[k])) function.setArgAttr(k, "llvm.noalias", b.getUnitAttr());
  Block* block = function.addEntryBlock();
  b.setInsertionPointToStart(block);
  body(block->getArguments());
  b.create<func::ReturnOp>(loc);
  return function;
}

}  // namespace heddle::lowering
