#include "compiler/frontend/widths.h"

#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Module.h>

namespace heddle::frontend {

using llvm::Instruction;
using llvm::Value;

std::vector<const Value*> incoming_values(const llvm::PHINode& phi, const LoopNest& nest) {
  std::vector<const Value*> values;
  for (unsigned i = 0; i < phi.getNumIncomingValues(); ++i)
    if (!nest.never.contains({phi.getIncomingBlock(i), const_cast<llvm::BasicBlock*>(phi.getParent())}))
      values.push_back(phi.getIncomingValue(i));
  return values;
}

Widths::Widths(const LoopNest& nest, llvm::ScalarEvolution& evolution, int word_bits)
    : nest_(nest), evolution_(evolution), word_bits_(static_cast<unsigned>(word_bits)) {
  std::vector<const Instruction*> narrow;
  for (const llvm::BasicBlock* block : nest.blocks())
    for (const Instruction& instruction : *block)
      if (is_narrow(&instruction)) {
        narrow.push_back(&instruction);
        known_[&instruction] = {true, true};
      }
  for (bool changed = true; changed;) {
    changed = false;
    for (const Instruction* instruction : narrow) {
      const Upper now = derive(*instruction);
      if (now == known_[instruction]) continue;
      known_[instruction] = now;
      changed = true;
    }
  }
}

bool Widths::is_narrow(const Value* value) const {
  return value->getType()->isIntegerTy() && value->getType()->getIntegerBitWidth() < word_bits_;
}

Upper Widths::upper(const Value* value) const {
  if (!is_narrow(value) || is_free(value)) return {true, true};
  return known_.lookup(value);
}

Need Widths::common_need(llvm::ArrayRef<const Value*> operands) const {
  bool zero = true;
  bool sign = true;
  for (const Value* operand : operands) {
    zero = zero && upper(operand).zero;
    sign = sign && upper(operand).sign;
  }
  return zero ? Need::kZero : sign ? Need::kSign : Need::kAny;
}

Need Widths::arithmetic_need(const Instruction& instruction) const {
  const Value* a = instruction.getOperand(0);
  const Value* b = instruction.getOperand(1);
  if (instruction.getType()->isIntegerTy(1)) return Need::kAny;
  if (instruction.hasNoUnsignedWrap() && upper(a).zero && upper(b).zero) return Need::kZero;
  if (instruction.hasNoSignedWrap() && upper(a).sign && upper(b).sign) return Need::kSign;
  return Need::kAny;
}

bool Widths::loads_signed(const Instruction& load) {
  int votes = 0;
  for (const llvm::User* user : load.users()) {
    const auto* instruction = llvm::dyn_cast<Instruction>(user);
    if (instruction == nullptr) continue;
    if (llvm::isa<llvm::SExtInst>(instruction) || instruction->getOpcode() == Instruction::AShr) ++votes;
    if (llvm::isa<llvm::ZExtInst>(instruction) || instruction->getOpcode() == Instruction::LShr) --votes;
    if (const auto* compare = llvm::dyn_cast<llvm::ICmpInst>(instruction))
      votes += compare->isSigned() ? 1 : compare->isUnsigned() ? -1 : 0;
    if (const auto* call = llvm::dyn_cast<llvm::MinMaxIntrinsic>(instruction)) votes += call->isSigned() ? 1 : -1;
  }
  return votes > 0;
}

bool Widths::fits(const Value* value, bool as_signed) const {
  const unsigned bits = value->getType()->getIntegerBitWidth();
  const llvm::DataLayout& layout = nest_.outermost()->getHeader()->getModule()->getDataLayout();
  const llvm::SCEV* expression = evolution_.getSCEV(const_cast<Value*>(value));
  if (as_signed)
    return llvm::ComputeNumSignBits(value, layout) > bits - word_bits_ ||
           evolution_.getSignedRange(expression).getMinSignedBits() <= word_bits_;
  return llvm::computeKnownBits(value, layout).countMinLeadingZeros() >= bits - word_bits_ ||
         evolution_.getUnsignedRange(expression).getActiveBits() <= word_bits_;
}

Upper Widths::derive_common(llvm::ArrayRef<const Value*> operands) const {
  const Need need = common_need(operands);
  Upper result{need == Need::kZero, need == Need::kSign};
  // Both at once only if no constant or live-in had to be given in one form.
  if (need == Need::kZero)
    result.sign =
        llvm::all_of(operands, [&](const Value* operand) { return !is_free(operand) && upper(operand).sign; });
  return result;
}

Upper Widths::derive_cast(const llvm::CastInst& cast) const {
  const Value* source = cast.getOperand(0);
  if (!source->getType()->isIntegerTy()) return {};
  const unsigned to = cast.getType()->getIntegerBitWidth();
  const unsigned from = source->getType()->getIntegerBitWidth();
  if (llvm::isa<llvm::ZExtInst>(cast)) return {true, true};
  if (llvm::isa<llvm::SExtInst>(cast)) return {false, true};
  if (to == 1) return {};
  const llvm::DataLayout& layout = cast.getModule()->getDataLayout();
  const bool zero_above = llvm::computeKnownBits(source, layout).countMinLeadingZeros() >= from - to;
  const bool sign_above = llvm::ComputeNumSignBits(source, layout) > from - to;
  const bool wide = from >= word_bits_;
  return {zero_above && (wide || upper(source).zero), sign_above && (wide || upper(source).sign)};
}

Upper Widths::derive_binary(const llvm::BinaryOperator& binary) const {
  const Value* a = binary.getOperand(0);
  const Value* b = binary.getOperand(1);
  switch (binary.getOpcode()) {
    case Instruction::And: {
      Upper result = derive_common({a, b});
      // One clean operand masks the other.
      result.zero =
          result.zero || (upper(a).zero && !is_free(a)) || (upper(b).zero && !is_free(b)) || is_free(a) || is_free(b);
      return result.zero ? Upper{true, false} : result;
    }
    case Instruction::Or:
    case Instruction::Xor: return derive_common({a, b});
    case Instruction::Add:
    case Instruction::Sub:
    case Instruction::Mul:
    case Instruction::Shl: {
      const Need need = arithmetic_need(binary);
      return {need == Need::kZero, need == Need::kSign};
    }
    case Instruction::AShr:
    case Instruction::SDiv:
    case Instruction::SRem: return {false, true};
    default: return {true, false};  // lshr, udiv, urem
  }
}

Upper Widths::derive(const Instruction& instruction) const {
  Upper result;
  if (const auto* cast = llvm::dyn_cast<llvm::CastInst>(&instruction)) {
    result = derive_cast(*cast);
  } else if (const auto* binary = llvm::dyn_cast<llvm::BinaryOperator>(&instruction)) {
    result = derive_binary(*binary);
  } else if (const auto* phi = llvm::dyn_cast<llvm::PHINode>(&instruction)) {
    result = derive_common(incoming_values(*phi, nest_));
  } else if (llvm::isa<llvm::SelectInst>(instruction)) {
    result = derive_common({instruction.getOperand(1), instruction.getOperand(2)});
  } else if (llvm::isa<llvm::FreezeInst>(instruction)) {
    result = derive_common({instruction.getOperand(0)});
  } else if (llvm::isa<llvm::LoadInst>(instruction)) {
    const bool is_signed = loads_signed(instruction);
    result = {!is_signed, is_signed};
  } else if (const auto* minmax = llvm::dyn_cast<llvm::MinMaxIntrinsic>(&instruction)) {
    result = {!minmax->isSigned(), minmax->isSigned()};
  } else if (llvm::isa<llvm::CmpInst, llvm::CallInst>(instruction)) {
    result = {true, false};  // comparisons, abs, number formats, packed integers
  }
  if (instruction.getType()->isIntegerTy(1)) return {!llvm::isa<llvm::TruncInst>(instruction), false};
  if (result.zero != result.sign &&
      llvm::isKnownNonNegative(&instruction, llvm::SimplifyQuery(instruction.getModule()->getDataLayout())))
    result = {true, true};
  return result;
}

}  // namespace heddle::frontend
