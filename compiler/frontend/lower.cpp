#include "compiler/frontend/lower.h"

#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Module.h>
#include <llvm/Transforms/Utils/Local.h>

#include <optional>

#include "compiler/frontend/wide_shifts.h"

namespace heddle::frontend {

using llvm::APInt;
using llvm::Instruction;
using llvm::IRBuilder;
using llvm::Value;

namespace {

/// a << c | b >> (bits - c), also for c = 0, without a shift by the full width.
Value* funnel(IRBuilder<>& builder, llvm::IntrinsicInst& call, bool left) {
  Value* a = call.getArgOperand(0);
  Value* b = call.getArgOperand(1);
  const unsigned bits = call.getType()->getIntegerBitWidth();
  if (const auto* amount = llvm::dyn_cast<llvm::ConstantInt>(call.getArgOperand(2))) {
    const std::uint64_t count = amount->getValue().urem(bits);
    if (count == 0) return left ? a : b;
    return builder.CreateOr(builder.CreateShl(a, left ? count : bits - count),
                            builder.CreateLShr(b, left ? bits - count : count));
  }
  if (!llvm::isPowerOf2_32(bits)) return nullptr;
  Value* count = builder.CreateAnd(call.getArgOperand(2), bits - 1);
  Value* rest = builder.CreateXor(count, llvm::ConstantInt::get(call.getType(), bits - 1));
  if (left) return builder.CreateOr(builder.CreateShl(a, count), builder.CreateLShr(builder.CreateLShr(b, 1), rest));
  return builder.CreateOr(builder.CreateShl(builder.CreateShl(a, 1), rest), builder.CreateLShr(b, count));
}

Value* byte_swap(IRBuilder<>& builder, Value* value) {
  const unsigned bits = value->getType()->getIntegerBitWidth();
  Value* result = nullptr;
  for (unsigned from = 0; from < bits; from += 8) {
    const unsigned to = bits - 8 - from;
    Value* byte = to > from ? builder.CreateShl(value, to - from) : builder.CreateLShr(value, from - to);
    // The outermost shifts leave only the byte.
    if (from != 0 && to != 0) byte = builder.CreateAnd(byte, APInt(bits, 0xFF).shl(to));
    result = result == nullptr ? byte : builder.CreateOr(result, byte);
  }
  return result;
}

/// The classic sum of neighbours, in log2(bits) rounds (Warren, Hacker's Delight, 5-1).
Value* population(IRBuilder<>& builder, Value* value) {
  const unsigned bits = value->getType()->getIntegerBitWidth();
  const auto mask = [&](unsigned width) {
    return llvm::ConstantInt::get(value->getType(), APInt::getSplat(bits, APInt::getLowBitsSet(2 * width, width)));
  };
  value = builder.CreateSub(value, builder.CreateAnd(builder.CreateLShr(value, 1), mask(1)));
  for (unsigned width = 2; width < bits; width *= 2)
    value = builder.CreateAdd(builder.CreateAnd(value, mask(width)),
                              builder.CreateAnd(builder.CreateLShr(value, width), mask(width)));
  return value;
}

Value* leading_zeros(IRBuilder<>& builder, Value* value) {
  for (unsigned width = 1; width < value->getType()->getIntegerBitWidth(); width *= 2)
    value = builder.CreateOr(value, builder.CreateLShr(value, width));
  return population(builder, builder.CreateNot(value));
}

Value* trailing_zeros(IRBuilder<>& builder, Value* value) {
  Value* below = builder.CreateSub(value, llvm::ConstantInt::get(value->getType(), 1));
  return population(builder, builder.CreateAnd(builder.CreateNot(value), below));
}

Value* saturated(IRBuilder<>& builder, llvm::SaturatingInst& call) {
  Value* a = call.getLHS();
  Value* b = call.getRHS();
  const bool sum = call.getBinaryOp() == Instruction::Add;
  llvm::Type* type = call.getType();
  const unsigned bits = type->getIntegerBitWidth();
  if (!call.isSigned()) {
    if (!sum) return builder.CreateSub(builder.CreateBinaryIntrinsic(llvm::Intrinsic::umax, a, b), b);
    // a + min(b, ~a): as far as there is room.
    return builder.CreateAdd(a, builder.CreateBinaryIntrinsic(llvm::Intrinsic::umin, builder.CreateNot(a), b));
  }
  const APInt most = APInt::getSignedMaxValue(bits);
  if (bits < 32) {
    llvm::Type* wide = builder.getInt32Ty();
    Value* exact = builder.CreateBinOp(call.getBinaryOp(), builder.CreateSExt(a, wide), builder.CreateSExt(b, wide));
    exact = builder.CreateBinaryIntrinsic(llvm::Intrinsic::smin, exact, llvm::ConstantInt::get(wide, most.sext(32)));
    exact = builder.CreateBinaryIntrinsic(llvm::Intrinsic::smax, exact, llvm::ConstantInt::get(wide, (~most).sext(32)));
    return builder.CreateTrunc(exact, type);
  }
  // Overflow: the result's sign differs from a's, and a's from what b would need.
  Value* result = builder.CreateBinOp(call.getBinaryOp(), a, b);
  Value* mixed = sum ? builder.CreateXor(b, result) : builder.CreateXor(a, b);
  Value* overflow =
      builder.CreateICmpSLT(builder.CreateAnd(builder.CreateXor(a, result), mixed), llvm::ConstantInt::get(type, 0));
  Value* limit = builder.CreateXor(builder.CreateAShr(a, bits - 1), llvm::ConstantInt::get(type, most));
  return builder.CreateSelect(overflow, limit, result);
}

Value* three_way(IRBuilder<>& builder, llvm::IntrinsicInst& call, bool as_signed) {
  Value* a = call.getArgOperand(0);
  Value* b = call.getArgOperand(1);
  Value* greater = as_signed ? builder.CreateICmpSGT(a, b) : builder.CreateICmpUGT(a, b);
  Value* less = as_signed ? builder.CreateICmpSLT(a, b) : builder.CreateICmpULT(a, b);
  return builder.CreateSub(builder.CreateZExt(greater, call.getType()), builder.CreateZExt(less, call.getType()));
}

Value* lower_intrinsic(IRBuilder<>& builder, llvm::IntrinsicInst& call) {
  if (!call.getType()->isIntegerTy()) return nullptr;
  const bool bytes =
      llvm::isPowerOf2_32(call.getType()->getIntegerBitWidth()) && call.getType()->getIntegerBitWidth() >= 8;
  switch (call.getIntrinsicID()) {
    case llvm::Intrinsic::fshl: return funnel(builder, call, true);
    case llvm::Intrinsic::fshr: return funnel(builder, call, false);
    case llvm::Intrinsic::bswap: return byte_swap(builder, call.getArgOperand(0));
    case llvm::Intrinsic::ctpop: return bytes ? population(builder, call.getArgOperand(0)) : nullptr;
    case llvm::Intrinsic::ctlz: return bytes ? leading_zeros(builder, call.getArgOperand(0)) : nullptr;
    case llvm::Intrinsic::cttz: return bytes ? trailing_zeros(builder, call.getArgOperand(0)) : nullptr;
    case llvm::Intrinsic::scmp: return three_way(builder, call, true);
    case llvm::Intrinsic::ucmp: return three_way(builder, call, false);
    case llvm::Intrinsic::expect: return call.getArgOperand(0);
    default: break;
  }
  if (auto* saturating = llvm::dyn_cast<llvm::SaturatingInst>(&call)) return saturated(builder, *saturating);
  return nullptr;
}

/// Quotient by 2^k, rounded toward zero: a negative dividend is first raised by 2^k - 1.
Value* shifted_quotient(IRBuilder<>& builder, Value* dividend, unsigned k) {
  const unsigned bits = dividend->getType()->getIntegerBitWidth();
  Value* bias = builder.CreateLShr(builder.CreateAShr(dividend, bits - 1), bits - k);
  return builder.CreateAShr(builder.CreateAdd(dividend, bias), k);
}

/// floor(x / d) = x * m >> s for all x <= most, with x * m < 2^32 (Granlund and Montgomery 1994, for a bounded
/// dividend).
struct Reciprocal {
  std::uint64_t factor = 0;
  unsigned shift = 0;
};
std::optional<Reciprocal> reciprocal(std::uint64_t most, std::uint64_t divisor) {
  for (unsigned shift = 0; shift < 32; ++shift) {
    const std::uint64_t power = 1ULL << shift;
    const std::uint64_t factor = power / divisor + 1;
    if (most != 0 && factor > 0xFFFFFFFFULL / most) return std::nullopt;
    if ((factor * divisor - power) * most < power) return Reciprocal{factor, shift};
  }
  return std::nullopt;
}

Value* multiplied_quotient(IRBuilder<>& builder, Instruction& division, const APInt& divisor, bool as_signed) {
  Value* dividend = division.getOperand(0);
  llvm::Type* type = division.getType();
  if (type->getIntegerBitWidth() > 32 || divisor.isNonPositive()) return nullptr;
  const llvm::DataLayout& layout = division.getModule()->getDataLayout();
  llvm::Type* wide = builder.getInt32Ty();
  std::uint64_t most = llvm::computeKnownBits(dividend, layout).getMaxValue().getZExtValue();
  if (as_signed && !llvm::isKnownNonNegative(dividend, llvm::SimplifyQuery(layout))) {
    most = 1ULL << (type->getIntegerBitWidth() - llvm::ComputeNumSignBits(dividend, layout));
    const auto found = reciprocal(most, divisor.getZExtValue());
    if (!found) return nullptr;
    // The quotient of the magnitude, with the dividend's sign.
    Value* exact = builder.CreateSExt(dividend, wide);
    Value* sign = builder.CreateAShr(exact, 31);
    Value* magnitude = builder.CreateBinaryIntrinsic(llvm::Intrinsic::abs, exact, builder.getFalse());
    Value* quotient = builder.CreateLShr(
        builder.CreateMul(magnitude, builder.getInt32(static_cast<std::uint32_t>(found->factor))), found->shift);
    return builder.CreateTrunc(builder.CreateSub(builder.CreateXor(quotient, sign), sign), type);
  }
  const auto found = reciprocal(most, divisor.getZExtValue());
  if (!found) return nullptr;
  Value* product = builder.CreateMul(builder.CreateZExt(dividend, wide),
                                     builder.getInt32(static_cast<std::uint32_t>(found->factor)));
  return builder.CreateTrunc(builder.CreateLShr(product, found->shift), type);
}

Value* lower_division(IRBuilder<>& builder, Instruction& division, bool has_divider) {
  const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(division.getOperand(1));
  if (constant == nullptr) return nullptr;
  const APInt& divisor = constant->getValue();
  const bool as_signed = division.getOpcode() == Instruction::SDiv || division.getOpcode() == Instruction::SRem;
  const bool remainder = division.getOpcode() == Instruction::SRem || division.getOpcode() == Instruction::URem;
  Value* quotient = nullptr;
  if (as_signed && divisor.isPowerOf2() && !divisor.isNegative() && divisor.logBase2() > 0)
    quotient = shifted_quotient(builder, division.getOperand(0), divisor.logBase2());
  else if (!has_divider)
    quotient = multiplied_quotient(builder, division, divisor, as_signed);
  if (quotient == nullptr || !remainder) return quotient;
  return builder.CreateSub(division.getOperand(0), builder.CreateMul(quotient, division.getOperand(1)));
}

}  // namespace

void lower_operations(llvm::Function& function, bool has_divider) {
  llvm::SmallVector<llvm::WeakTrackingVH, 16> unused;
  for (Instruction& instruction : llvm::make_early_inc_range(llvm::instructions(function))) {
    IRBuilder<> builder(&instruction);
    Value* lowered = nullptr;
    if (auto* intrinsic = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction))
      lowered = lower_intrinsic(builder, *intrinsic);
    if (instruction.isIntDivRem()) lowered = lower_division(builder, instruction, has_divider);
    if (lowered == nullptr && instruction.isShift()) {
      lowered = extension_of_upper_half(instruction);
      // The shifts of 64 bits before it must go: nobody may take them for arithmetic of the loop.
      if (lowered != nullptr) unused.emplace_back(instruction.getOperand(0));
    }
    if (lowered == nullptr) continue;
    if (!lowered->hasName() && llvm::isa<Instruction>(lowered)) lowered->takeName(&instruction);
    instruction.replaceAllUsesWith(lowered);
    instruction.eraseFromParent();
  }
  llvm::RecursivelyDeleteTriviallyDeadInstructionsPermissive(unused);
}

}  // namespace heddle::frontend
