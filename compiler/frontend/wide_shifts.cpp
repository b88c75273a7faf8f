#include "compiler/frontend/wide_shifts.h"

#include <llvm/IR/Constants.h>
#include <llvm/IR/IRBuilder.h>

#include <algorithm>
#include <optional>

namespace heddle::frontend {

using llvm::Instruction;
using llvm::Value;

namespace {

constexpr unsigned kWide = 64;
constexpr int kDeepest = 8;

/// The constant by which `value` is shifted left, if it is that.
std::optional<unsigned> left_shift(const Value* value) {
  const auto* shift = llvm::dyn_cast<llvm::BinaryOperator>(value);
  if (shift == nullptr || shift->getOpcode() != Instruction::Shl) return std::nullopt;
  const auto* amount = llvm::dyn_cast<llvm::ConstantInt>(shift->getOperand(1));
  if (amount == nullptr || !amount->getValue().ult(kWide)) return std::nullopt;
  return static_cast<unsigned>(amount->getZExtValue());
}

bool is_combination(const Instruction& instruction) {
  switch (instruction.getOpcode()) {
    case Instruction::Add:
    case Instruction::Sub:
    case Instruction::Or:
    case Instruction::And:
    case Instruction::Xor: return true;
    default: return false;
  }
}

/// A phi of one value stands for it: it only closes a loop (LCSSA).
bool is_copy(const Value* value) {
  const auto* phi = llvm::dyn_cast<llvm::PHINode>(value);
  return phi != nullptr && phi->getNumIncomingValues() == 1;
}

/// Zeros at the end of `value` that `upper` below can work with; 0 if there is a part it cannot.
unsigned trailing_zeros(const Value* value, int depth = 0) {
  if (const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(value)) return constant->getValue().countr_zero();
  const auto* instruction = llvm::dyn_cast<Instruction>(value);
  if (instruction == nullptr || depth > kDeepest) return 0;
  if (const auto amount = left_shift(value))
    return std::min(kWide, *amount + trailing_zeros(instruction->getOperand(0), depth + 1));
  if (is_copy(value)) return trailing_zeros(instruction->getOperand(0), depth + 1);
  if (instruction->getOpcode() == Instruction::Mul) return trailing_zeros(instruction->getOperand(0), depth + 1);
  if (!is_combination(*instruction)) return 0;
  return std::min(trailing_zeros(instruction->getOperand(0), depth + 1),
                  trailing_zeros(instruction->getOperand(1), depth + 1));
}

/// `value` >> zeros as an integer of `type`, which has the remaining bits.
Value* upper(Value* value, unsigned zeros, llvm::Type* type) {
  if (const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(value))
    return llvm::ConstantInt::get(type, constant->getValue().lshr(zeros).trunc(type->getIntegerBitWidth()));
  auto& instruction = *llvm::cast<Instruction>(value);
  if (is_copy(value)) {
    // The copy of the upper half stands where the copy stood: uses outside the loop stay closed.
    auto& phi = llvm::cast<llvm::PHINode>(instruction);
    Value* inside = upper(phi.getIncomingValue(0), zeros, type);
    auto* copy = llvm::PHINode::Create(type, 1, "", phi.getIterator());
    copy->addIncoming(inside, phi.getIncomingBlock(0));
    return copy;
  }
  llvm::IRBuilder<> builder(&instruction);
  if (const auto amount = left_shift(value)) {
    if (*amount >= zeros) {
      Value* narrow = builder.CreateTrunc(instruction.getOperand(0), type);
      return builder.CreateShl(narrow, *amount - zeros);
    }
    return upper(instruction.getOperand(0), zeros - *amount, type);
  }
  Value* left = upper(instruction.getOperand(0), zeros, type);
  if (instruction.getOpcode() == Instruction::Mul)
    return builder.CreateMul(left, builder.CreateTrunc(instruction.getOperand(1), type));
  return builder.CreateBinOp(llvm::cast<llvm::BinaryOperator>(instruction).getOpcode(), left,
                             upper(instruction.getOperand(1), zeros, type));
}

}  // namespace

Value* extension_of_upper_half(Instruction& shift) {
  if (!shift.getType()->isIntegerTy(kWide)) return nullptr;
  if (shift.getOpcode() != Instruction::AShr && shift.getOpcode() != Instruction::LShr) return nullptr;
  const auto* amount = llvm::dyn_cast<llvm::ConstantInt>(shift.getOperand(1));
  if (amount == nullptr || !llvm::isa<Instruction>(shift.getOperand(0))) return nullptr;
  const unsigned known = trailing_zeros(shift.getOperand(0));
  for (const unsigned zeros : {56U, 48U, 32U}) {
    if (known < zeros || known >= kWide || amount->getValue().ugt(zeros)) continue;
    llvm::IRBuilder<> builder(&shift);
    Value* half = upper(shift.getOperand(0), zeros, builder.getIntNTy(kWide - zeros));
    Value* whole = shift.getOpcode() == Instruction::AShr ? builder.CreateSExt(half, shift.getType())
                                                          : builder.CreateZExt(half, shift.getType());
    const std::uint64_t missing = zeros - amount->getZExtValue();
    return missing == 0 ? whole : builder.CreateShl(whole, missing);
  }
  return nullptr;
}

}  // namespace heddle::frontend
