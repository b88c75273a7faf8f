#include "compiler/frontend/operations.h"

#include <llvm/IR/Function.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>

#include "compiler/base/check.h"

namespace heddle::frontend {

using dfg::Opcode;
using llvm::Instruction;

namespace {

bool has_float(const Instruction& instruction) {
  if (instruction.getType()->isFPOrFPVectorTy()) return true;
  return llvm::any_of(instruction.operands(), [](const llvm::Use& use) { return use->getType()->isFPOrFPVectorTy(); });
}

std::string float_reason(const Instruction& instruction) {
  switch (instruction.getOpcode()) {
    case Instruction::FAdd: return "floating point add";
    case Instruction::FSub: return "floating point subtract";
    case Instruction::FMul: return "floating point multiply";
    case Instruction::FDiv: return "floating point divide";
    case Instruction::FCmp: return "floating point comparison";
    case Instruction::Load: return "floating point load";
    case Instruction::Store: return "floating point store";
    default: return "floating point arithmetic";
  }
}

std::optional<std::string> unsupported_call(const llvm::CallBase& call) {
  if (is_ignorable(call)) return std::nullopt;
  if (const auto* intrinsic = llvm::dyn_cast<llvm::IntrinsicInst>(&call)) {
    switch (intrinsic->getIntrinsicID()) {
      case llvm::Intrinsic::smin:
      case llvm::Intrinsic::smax:
      case llvm::Intrinsic::umin:
      case llvm::Intrinsic::umax:
      case llvm::Intrinsic::abs: return std::nullopt;
      default: return "uses " + intrinsic->getCalledFunction()->getName().str();
    }
  }
  if (call.isInlineAsm()) return "inline assembly";
  const llvm::Function* callee = call.getCalledFunction();
  if (callee == nullptr) return "calls through a pointer";
  if (callee == call.getFunction()) return "recursion: calls " + callee->getName().str();
  return "calls " + callee->getName().str();
}

std::optional<std::string> unsupported_access(const Instruction& instruction) {
  const bool is_load = llvm::isa<llvm::LoadInst>(instruction);
  const llvm::Type* type = is_load ? instruction.getType() : instruction.getOperand(0)->getType();
  if (instruction.isVolatile()) return "volatile access";
  if (instruction.isAtomic()) return "atomic access";
  if (type->isPointerTy()) return is_load ? "loads a pointer" : "stores a pointer";
  if (!type->isIntegerTy()) return std::string("access to data that are not integers");
  const unsigned bits = type->getIntegerBitWidth();
  if (bits != 8 && bits != 16 && bits != 32 && bits != 64)
    return "access to a " + std::to_string(bits) + "-bit integer";
  const llvm::Align align = is_load ? llvm::cast<llvm::LoadInst>(instruction).getAlign()
                                    : llvm::cast<llvm::StoreInst>(instruction).getAlign();
  if (align.value() * 8 < bits) return std::string("access that may not be aligned");
  return std::nullopt;
}

}  // namespace

bool is_ignorable(const Instruction& instruction) {
  const auto* intrinsic = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction);
  return intrinsic != nullptr && (intrinsic->isAssumeLikeIntrinsic() || intrinsic->isLifetimeStartOrEnd() ||
                                  llvm::isa<llvm::DbgInfoIntrinsic>(intrinsic));
}

std::optional<std::string> unsupported(const Instruction& instruction) {
  if (has_float(instruction)) return float_reason(instruction);
  if (instruction.getType()->isVectorTy()) return std::string("vector arithmetic");
  if (const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction)) return unsupported_call(*call);
  if (llvm::isa<llvm::LoadInst, llvm::StoreInst>(instruction)) return unsupported_access(instruction);
  if (llvm::isa<llvm::BinaryOperator, llvm::ICmpInst, llvm::SelectInst, llvm::PHINode, llvm::BranchInst,
                llvm::GetElementPtrInst, llvm::ZExtInst, llvm::SExtInst, llvm::TruncInst, llvm::FreezeInst>(
          instruction))
    return std::nullopt;
  if (llvm::isa<llvm::PtrToIntInst, llvm::IntToPtrInst>(instruction))
    return std::string("converts between pointers and integers");
  if (llvm::isa<llvm::AllocaInst>(instruction)) return std::string("allocates memory");
  return std::string("instruction '") + instruction.getOpcodeName() + "'";
}

Opcode opcode_of(Instruction::BinaryOps op) {
  switch (op) {
    case Instruction::Add: return Opcode::kAdd;
    case Instruction::Sub: return Opcode::kSub;
    case Instruction::Mul: return Opcode::kMul;
    case Instruction::And: return Opcode::kAnd;
    case Instruction::Or: return Opcode::kOr;
    case Instruction::Xor: return Opcode::kXor;
    case Instruction::Shl: return Opcode::kShl;
    case Instruction::LShr: return Opcode::kLshr;
    case Instruction::AShr: return Opcode::kAshr;
    case Instruction::SDiv: return Opcode::kSdiv;
    case Instruction::SRem: return Opcode::kSrem;
    case Instruction::UDiv: return Opcode::kUdiv;
    case Instruction::URem: return Opcode::kUrem;
    default: break;
  }
  check_failed(__FILE__, __LINE__, "integer operation", llvm::Instruction::getOpcodeName(op));
}

Comparison comparison_of(llvm::CmpInst::Predicate predicate) {
  switch (predicate) {
    case llvm::CmpInst::ICMP_EQ: return {Opcode::kEq, false};
    case llvm::CmpInst::ICMP_NE: return {Opcode::kNe, false};
    case llvm::CmpInst::ICMP_SLT: return {Opcode::kSlt, false};
    case llvm::CmpInst::ICMP_SLE: return {Opcode::kSle, false};
    case llvm::CmpInst::ICMP_SGT: return {Opcode::kSlt, true};
    case llvm::CmpInst::ICMP_SGE: return {Opcode::kSle, true};
    case llvm::CmpInst::ICMP_ULT: return {Opcode::kUlt, false};
    case llvm::CmpInst::ICMP_ULE: return {Opcode::kUle, false};
    case llvm::CmpInst::ICMP_UGT: return {Opcode::kUlt, true};
    case llvm::CmpInst::ICMP_UGE: return {Opcode::kUle, true};
    default: break;
  }
  check_failed(__FILE__, __LINE__, "integer comparison", "predicate");
}

}  // namespace heddle::frontend
