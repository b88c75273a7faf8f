// Calls of the functions of heddle/packed.h, which compute on integers packed into a word.
#include <llvm/IR/Constants.h>

#include "compiler/frontend/number_functions.h"
#include "compiler/frontend/operations.h"
#include "compiler/frontend/region_builder.h"

namespace heddle::frontend {
namespace {

constexpr unsigned kSum = 2;  // argument c of a dot product

/// The dot product that `value` is.
const llvm::CallInst* dot_of(const llvm::Value* value) {
  const auto* call = llvm::dyn_cast<llvm::CallInst>(value);
  if (call == nullptr || call->getCalledFunction() == nullptr) return nullptr;
  const auto op = number_function(call->getCalledFunction()->getName());
  return op && dfg::is_packed(*op) && dfg::info(*op).optional_c ? call : nullptr;
}

/// What a chain of dot products, each the sum of the next, begins with.
const llvm::Value* first_sum(const llvm::CallInst* dot) {
  const llvm::Value* sum = dot->getArgOperand(kSum);
  while ((dot = dot_of(sum)) != nullptr) sum = dot->getArgOperand(kSum);
  return sum;
}

bool is_zero(const llvm::Value* value) {
  const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(value);
  return constant != nullptr && constant->isZero();
}

}  // namespace

/// The products of a chain without what it begins with.
Word RegionBuilder::products(const llvm::CallInst& dot) {
  const llvm::CallInst* inner = dot_of(dot.getArgOperand(kSum));
  const Word sum = inner == nullptr ? Word{} : products(*inner);
  const Word a = value(dot.getArgOperand(0), Need::kAny);
  const Word b = value(dot.getArgOperand(1), Need::kAny);
  at(dot);
  return graph_.op(*number_function(dot.getCalledFunction()->getName()), a, b, sum);
}

// A dot product that adds to a value of the iteration before would make a recurrence of its latency. Sums wrap, so the
// products of an iteration are summed first, and one addition carries the recurrence: II 1, whatever the latency.
Word RegionBuilder::packed_dot(const llvm::CallInst& call) {
  const llvm::Value* first = first_sum(&call);
  if (is_zero(first)) return products(call);
  const auto* phi = llvm::dyn_cast<llvm::PHINode>(first);
  const llvm::Loop* loop = phi == nullptr ? nullptr : analyses_.loops.loops.getLoopFor(phi->getParent());
  const bool recurrence = loop != nullptr && loop->getHeader() == phi->getParent();
  if (recurrence && word_bits_ == 32) {
    const Word sum = products(call);
    const Word before = value(first, Need::kAny);
    at(call);
    return graph_.op(dfg::Opcode::kAdd, before, sum);
  }
  const Word a = value(call.getArgOperand(0), Need::kAny);
  const Word b = value(call.getArgOperand(1), Need::kAny);
  const Word c = value(call.getArgOperand(kSum), Need::kAny);
  at(call);
  return graph_.op(*number_function(call.getCalledFunction()->getName()), a, b, c);
}

}  // namespace heddle::frontend
