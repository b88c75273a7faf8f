#include "compiler/frontend/operations.h"

#include <llvm/IR/Function.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>

#include "compiler/base/check.h"
#include "compiler/frontend/number_functions.h"

namespace heddle::frontend {

using dfg::Opcode;
using llvm::Instruction;

namespace {

/// Floating-point types but float: no array computes with them.
const llvm::Type* wide_float(const Instruction& instruction) {
  const auto foreign = [](const llvm::Type* type) { return type->isFPOrFPVectorTy() && !type->isFloatTy(); };
  if (foreign(instruction.getType())) return instruction.getType();
  for (const llvm::Use& use : instruction.operands())
    if (foreign(use->getType())) return use->getType();
  return nullptr;
}

std::string float_reason(const Instruction& instruction, const llvm::Type& type) {
  const std::string what = type.isDoubleTy()   ? "double-precision "
                           : type.isVectorTy() ? "vector "
                                               : "unusual floating-point ";
  switch (instruction.getOpcode()) {
    case Instruction::FAdd: return what + "add";
    case Instruction::FSub: return what + "subtract";
    case Instruction::FMul: return what + "multiply";
    case Instruction::FDiv: return what + "divide";
    case Instruction::FCmp: return what + "comparison";
    case Instruction::Load: return what + "load";
    case Instruction::Store: return what + "store";
    default: return what + "arithmetic";
  }
}

/// A function of numbers.h or packed.h, declared as it is there.
bool is_number_call(const llvm::CallBase& call) {
  const llvm::Function* callee = call.getCalledFunction();
  const auto op = callee == nullptr ? std::nullopt : number_function(callee->getName());
  const auto scalar = [](const llvm::Type* type) { return type->isIntegerTy() || type->isFloatTy(); };
  return op && callee->isDeclaration() && static_cast<int>(call.arg_size()) == argument_count(*op) &&
         scalar(call.getType()) &&
         llvm::all_of(call.args(), [&](const llvm::Use& use) { return scalar(use->getType()); });
}

std::optional<std::string> unsupported_call(const llvm::CallBase& call) {
  if (is_ignorable(call)) return std::nullopt;
  if (const auto* intrinsic = llvm::dyn_cast<llvm::IntrinsicInst>(&call)) {
    switch (intrinsic->getIntrinsicID()) {
      case llvm::Intrinsic::smin:
      case llvm::Intrinsic::smax:
      case llvm::Intrinsic::umin:
      case llvm::Intrinsic::umax:
      case llvm::Intrinsic::abs:
      case llvm::Intrinsic::fma:
      case llvm::Intrinsic::fabs:
      case llvm::Intrinsic::copysign: return std::nullopt;
      default: return "uses " + intrinsic->getCalledFunction()->getName().str();
    }
  }
  if (call.isInlineAsm()) return "inline assembly";
  if (is_number_call(call)) return std::nullopt;
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
  if (!type->isIntegerTy() && !type->isFloatTy()) return std::string("access to data that are not numbers");
  const unsigned bits = type->getScalarSizeInBits();
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
  if (const llvm::Type* type = wide_float(instruction)) return float_reason(instruction, *type);
  if (instruction.getType()->isVectorTy()) return std::string("vector arithmetic");
  if (const auto* call = llvm::dyn_cast<llvm::CallBase>(&instruction)) return unsupported_call(*call);
  if (llvm::isa<llvm::LoadInst, llvm::StoreInst>(instruction)) return unsupported_access(instruction);
  if (instruction.getOpcode() == Instruction::FDiv) return std::string("floating point divide");
  if (instruction.getOpcode() == Instruction::FRem) return std::string("floating point remainder");
  if (llvm::isa<llvm::BinaryOperator, llvm::UnaryOperator, llvm::CmpInst, llvm::SelectInst, llvm::PHINode,
                llvm::BranchInst, llvm::GetElementPtrInst, llvm::ZExtInst, llvm::SExtInst, llvm::TruncInst,
                llvm::FreezeInst, llvm::SIToFPInst, llvm::UIToFPInst, llvm::FPToSIInst, llvm::FPToUIInst>(instruction))
    return std::nullopt;
  if (llvm::isa<llvm::BitCastInst>(instruction) && !instruction.getType()->isPointerTy()) return std::nullopt;
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
