// Layers that the host's library computes.
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/MemRef/IR/MemRef.h>

#include "compiler/lowering/emit.h"
#include "compiler/lowering/loops.h"

namespace heddle::lowering {

using namespace mlir;  // NOLINT: a file of MLIR's names only

namespace {

MemRefType words_type(OpBuilder& b, std::size_t count) {
  return MemRefType::get({static_cast<std::int64_t>(count)}, b.getI64Type());
}

/// The address as a word.
Value address(OpBuilder& b, Location loc, Value memory, std::int64_t start) {
  const Value begin = b.create<memref::ExtractAlignedPointerAsIndexOp>(loc, memory);
  const Value word = b.create<arith::IndexCastOp>(loc, b.getI64Type(), begin);
  if (start == 0) return word;
  return b.create<arith::AddIOp>(loc, word, b.create<arith::ConstantIntOp>(loc, start, 64));
}

}  // namespace

void declare_host_calls(OpBuilder& b, Location loc) {
  const Type word = b.getI64Type();
  b.create<memref::GlobalOp>(loc, kSessionSymbol, b.getStringAttr("public"), words_type(b, 1), Attribute(), false,
                             IntegerAttr());
  b.create<func::FuncOp>(loc, kOperatorsSymbol, b.getFunctionType({word, word}, {})).setPrivate();
}

void emit_host_call(OpBuilder& b, Location loc, const network::Graph& graph, const Plan& plan, const Layer& layer,
                    ValueRange memory) {
  const HostCallWords call = host_call_words(graph, plan, layer);
  const Value table = b.create<memref::AllocaOp>(loc, words_type(b, call.words.size()));
  std::size_t operand = 0;
  for (std::size_t k = 0; k < call.words.size(); ++k) {
    Value word;
    if (operand < call.addresses.size() && call.addresses[operand] == k) {
      word = address(b, loc, memory[operand], call.starts[operand]);
      ++operand;
    } else {
      word = b.create<arith::ConstantIntOp>(loc, call.words[k], 64);
    }
    b.create<memref::StoreOp>(loc, word, table, ValueRange{index(b, loc, static_cast<std::int64_t>(k))});
  }
  const Value holder = b.create<memref::GetGlobalOp>(loc, words_type(b, 1), kSessionSymbol);
  const Value session = b.create<memref::LoadOp>(loc, holder, ValueRange{index(b, loc, 0)});
  b.create<func::CallOp>(loc, kOperatorsSymbol, TypeRange{}, ValueRange{session, address(b, loc, table, 0)});
}

}  // namespace heddle::lowering
