#include "compiler/frontend/strict_float.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/Operator.h>

#include "compiler/dfg/graph.h"
#include "compiler/frontend/number_functions.h"

namespace heddle::frontend {

namespace {

using llvm::Instruction;
using llvm::IRBuilder;
using llvm::Value;

/// A pure function of numbers.h.
llvm::FunctionCallee number_callee(llvm::Module& module, const char* symbol, llvm::FunctionType* type) {
  llvm::FunctionCallee callee = module.getOrInsertFunction(symbol, type);
  if (auto* function = llvm::dyn_cast<llvm::Function>(callee.getCallee())) {
    function->setDoesNotAccessMemory();
    function->setDoesNotThrow();
    function->addFnAttr(llvm::Attribute::WillReturn);
  }
  return callee;
}

bool is_fmaf(const llvm::CallInst& call) {
  const llvm::Function* callee = call.getCalledFunction();
  return callee != nullptr && callee->isDeclaration() && callee->getName() == "fmaf" && call.arg_size() == 3 &&
         call.getType()->isFloatTy();
}

Value* replacement(IRBuilder<>& builder, llvm::CallInst& call) {
  if (is_fmaf(call))
    return builder.CreateIntrinsic(llvm::Intrinsic::fma, {call.getType()},
                                   {call.getArgOperand(0), call.getArgOperand(1), call.getArgOperand(2)});
  if (call.getIntrinsicID() == llvm::Intrinsic::fmuladd)
    return builder.CreateFAdd(builder.CreateFMul(call.getArgOperand(0), call.getArgOperand(1)), call.getArgOperand(2));
  const bool least = call.getIntrinsicID() == llvm::Intrinsic::minnum;
  if ((!least && call.getIntrinsicID() != llvm::Intrinsic::maxnum) || !call.getType()->isFloatTy()) return nullptr;
  // C leaves open which zero fminf(-0, +0) gives, and machines differ.
  return builder.CreateCall(
      number_callee(*call.getModule(), least ? "heddle.fp32.min" : "heddle.fp32.max", call.getFunctionType()),
      {call.getArgOperand(0), call.getArgOperand(1)});
}

}  // namespace

void make_float_strict(llvm::Module& module) {
  for (llvm::Function& function : module) {
    for (const char* permission : {"unsafe-fp-math", "no-nans-fp-math", "no-infs-fp-math", "no-signed-zeros-fp-math",
                                   "approx-func-fp-math", "denormal-fp-math", "denormal-fp-math-f32"})
      function.removeFnAttr(permission);
    for (Instruction& instruction : llvm::make_early_inc_range(llvm::instructions(function))) {
      if (llvm::isa<llvm::FPMathOperator>(instruction)) instruction.setFastMathFlags({});
      auto* call = llvm::dyn_cast<llvm::CallInst>(&instruction);
      if (call == nullptr) continue;
      IRBuilder<> builder(call);
      Value* value = replacement(builder, *call);
      if (value == nullptr) continue;
      value->takeName(call);
      call->replaceAllUsesWith(value);
      call->eraseFromParent();
    }
  }
}

}  // namespace heddle::frontend
