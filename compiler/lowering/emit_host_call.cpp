// What the session does: layers that the host's library computes, and values that it is told of.
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/LLVMIR/LLVMDialect.h>
#include <mlir/Dialect/MemRef/IR/MemRef.h>

#include "compiler/base/check.h"
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

/// What the session's global holds.
Value session(OpBuilder& b, Location loc) {
  const Value holder = b.create<memref::GetGlobalOp>(loc, words_type(b, 1), kSessionSymbol);
  return b.create<memref::LoadOp>(loc, holder, ValueRange{index(b, loc, 0)});
}

}  // namespace

void declare_session(OpBuilder& b, Location loc) {
  const Type word = b.getI64Type();
  b.create<memref::GlobalOp>(loc, kSessionSymbol, b.getStringAttr("public"), words_type(b, 1), Attribute(), false,
                             IntegerAttr());
  b.create<func::FuncOp>(loc, kOperatorsSymbol, b.getFunctionType({word, word}, {})).setPrivate();
  b.create<func::FuncOp>(loc, kValueSymbol, b.getFunctionType({word, word, word, word, word}, {})).setPrivate();
}

// The address of a memref.view would be that of the arena: MLIR 19 forgets the shift (ExpandStridedMetadata).
void emit_value_call(OpBuilder& b, Location loc, const Place& place, bool made) {
  const std::int64_t bytes = place.type.getNumElements() * place.type.getElementTypeBitWidth() / 8;
  const auto word = [&](std::int64_t value) -> Value { return b.create<arith::ConstantIntOp>(loc, value, 64); };
  b.create<func::CallOp>(loc, kValueSymbol, TypeRange{},
                         ValueRange{session(b, loc), word(static_cast<std::int64_t>(place.id.index())),
                                    address(b, loc, place.arena, place.start), word(bytes), word(made ? 1 : 0)});
}

void emit_fill(OpBuilder& b, Location loc, const Place& place, const std::vector<Piece>& pieces, std::int64_t code) {
  const std::int64_t bytes = place.type.getElementTypeBitWidth() / 8;
  HEDDLE_CHECK(bytes == 1 || code == 0, "borders are of codes, or of zeros");
  const Value value = b.create<arith::ConstantIntOp>(loc, code, 8);
  for (const Piece& piece : pieces) {
    const Value begin = b.create<LLVM::IntToPtrOp>(loc, LLVM::LLVMPointerType::get(b.getContext()),
                                                   address(b, loc, place.arena, place.start + piece.begin * bytes));
    b.create<LLVM::MemsetOp>(loc, begin, value, b.create<arith::ConstantIntOp>(loc, piece.count * bytes, 64), false);
  }
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
  b.create<func::CallOp>(loc, kOperatorsSymbol, TypeRange{}, ValueRange{session(b, loc), address(b, loc, table, 0)});
}

}  // namespace heddle::lowering
