#include "compiler/frontend/pointers.h"

#include <llvm/ADT/MapVector.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/Analysis/Utils/Local.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/Module.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>

namespace heddle::frontend {

using llvm::Instruction;
using llvm::Value;

namespace {

/// The pointers of one recurrence: phis, selects and GEPs in the loop that all come from one invariant pointer.
class Web {
 public:
  Web(llvm::PHINode& phi, llvm::Loop& loop)
      : root_(phi.getIncomingValueForBlock(loop.getLoopPreheader())), loop_(loop) {
    complete_ = collect(&phi);
  }

  /// Replaces every pointer of the web by root + offset; false if the pointers have several roots.
  bool rewrite() {
    if (!complete_) return false;
    llvm::IntegerType* word = llvm::Type::getInt64Ty(root_->getContext());
    for (auto& [pointer, offset] : offsets_)
      if (auto* phi = llvm::dyn_cast<llvm::PHINode>(pointer))
        offset =
            llvm::PHINode::Create(word, phi->getNumIncomingValues(), phi->getName() + ".index", phi->getIterator());
    for (const auto& entry : offsets_) offset_of(entry.first);
    for (const auto& [pointer, offset] : offsets_) {
      const auto* phi = llvm::dyn_cast<llvm::PHINode>(pointer);
      if (phi == nullptr) continue;
      for (unsigned i = 0; i < phi->getNumIncomingValues(); ++i)
        llvm::cast<llvm::PHINode>(offset)->addIncoming(offset_of(phi->getIncomingValue(i)), phi->getIncomingBlock(i));
    }
    for (const auto& [pointer, offset] : offsets_) replace(*pointer, offset);
    for (const auto& entry : offsets_) entry.first->replaceAllUsesWith(llvm::PoisonValue::get(entry.first->getType()));
    for (const auto& entry : offsets_) entry.first->eraseFromParent();
    return true;
  }

 private:
  bool collect(Value* value) {
    if (value == root_) return true;
    auto* instruction = llvm::dyn_cast<Instruction>(value);
    if (instruction == nullptr || !loop_.contains(instruction)) return false;
    if (!offsets_.insert({instruction, nullptr}).second) return true;
    if (auto* phi = llvm::dyn_cast<llvm::PHINode>(instruction))
      return llvm::all_of(phi->incoming_values(), [this](llvm::Use& use) { return collect(use.get()); });
    if (llvm::isa<llvm::SelectInst>(instruction))
      return collect(instruction->getOperand(1)) && collect(instruction->getOperand(2));
    if (auto* address = llvm::dyn_cast<llvm::GetElementPtrInst>(instruction))
      return collect(address->getPointerOperand());
    return false;
  }

  Value* offset_of(Value* pointer) {
    if (pointer == root_) return llvm::ConstantInt::get(llvm::Type::getInt64Ty(root_->getContext()), 0);
    auto* instruction = llvm::cast<Instruction>(pointer);
    if (Value* known = offsets_[instruction]) return known;
    llvm::IRBuilder<> builder(instruction);
    Value* offset = nullptr;
    if (auto* address = llvm::dyn_cast<llvm::GetElementPtrInst>(instruction)) {
      Value* before = offset_of(address->getPointerOperand());
      offset =
          builder.CreateAdd(before, llvm::emitGEPOffset(&builder, instruction->getModule()->getDataLayout(), address));
    } else {
      Value* then = offset_of(instruction->getOperand(1));
      Value* otherwise = offset_of(instruction->getOperand(2));
      offset = builder.CreateSelect(instruction->getOperand(0), then, otherwise);
    }
    offsets_[instruction] = offset;
    return offset;
  }

  void replace(Instruction& pointer, Value* offset) {
    Instruction* place = llvm::isa<llvm::PHINode>(pointer) ? &*pointer.getParent()->getFirstInsertionPt() : &pointer;
    llvm::IRBuilder<> builder(place);
    Value* same = builder.CreateGEP(builder.getInt8Ty(), root_, offset, pointer.getName());
    pointer.replaceUsesWithIf(
        same, [this](const llvm::Use& use) { return !offsets_.contains(llvm::cast<Instruction>(use.getUser())); });
  }

  Value* root_;
  llvm::Loop& loop_;
  llvm::MapVector<Instruction*, Value*> offsets_;
  bool complete_ = false;
};

/// The choice between two pointers that the access goes through, brought next to it: select(c, p, q) + i becomes
/// select(c, p + i, q + i).
llvm::SelectInst* choice_of(Instruction& access) {
  Value* pointer = llvm::getLoadStorePointerOperand(&access);
  if (auto* choice = llvm::dyn_cast<llvm::SelectInst>(pointer)) return choice;
  auto* address = llvm::dyn_cast<llvm::GetElementPtrInst>(pointer);
  auto* choice = address != nullptr ? llvm::dyn_cast<llvm::SelectInst>(address->getPointerOperand()) : nullptr;
  if (choice == nullptr) return nullptr;
  llvm::IRBuilder<> builder(&access);
  const std::vector<Value*> indices(address->idx_begin(), address->idx_end());
  Value* then = builder.CreateGEP(address->getSourceElementType(), choice->getTrueValue(), indices);
  Value* otherwise = builder.CreateGEP(address->getSourceElementType(), choice->getFalseValue(), indices);
  return llvm::dyn_cast<llvm::SelectInst>(builder.CreateSelect(choice->getCondition(), then, otherwise));
}

Instruction* copy_to(Instruction& access, Value* pointer, Instruction* place) {
  Instruction* copy = access.clone();
  copy->setOperand(llvm::isa<llvm::LoadInst>(access) ? 0 : 1, pointer);
  copy->insertBefore(place);
  return copy;
}

/// An access through a choice becomes a choice between accesses.
void split_at(Instruction& access, llvm::SelectInst& choice) {
  Instruction* then = nullptr;
  Instruction* otherwise = nullptr;
  llvm::SplitBlockAndInsertIfThenElse(choice.getCondition(), &access, &then, &otherwise);
  Instruction* first = copy_to(access, choice.getTrueValue(), then);
  Instruction* second = copy_to(access, choice.getFalseValue(), otherwise);
  if (llvm::isa<llvm::LoadInst>(access)) {
    auto* phi = llvm::PHINode::Create(access.getType(), 2, access.getName(), access.getParent()->begin());
    phi->addIncoming(first, then->getParent());
    phi->addIncoming(second, otherwise->getParent());
    access.replaceAllUsesWith(phi);
  }
  access.eraseFromParent();
}

}  // namespace

bool split_pointer_choices(llvm::Function& function, Passes& passes) {
  auto& loops = passes.analyses(function).getResult<llvm::LoopAnalysis>(function);
  std::vector<Instruction*> accesses;
  for (Instruction& instruction : llvm::instructions(function))
    if (llvm::isa<llvm::LoadInst, llvm::StoreInst>(instruction) && !instruction.isVolatile() &&
        !instruction.isAtomic() && loops.getLoopFor(instruction.getParent()) != nullptr)
      accesses.push_back(&instruction);
  bool changed = false;
  for (Instruction* access : accesses) {
    llvm::SelectInst* choice = choice_of(*access);
    if (choice == nullptr) continue;
    split_at(*access, *choice);
    changed = true;
  }
  if (changed) passes.close_loops(function);
  return changed;
}

bool index_pointers(llvm::Function& function, Passes& passes) {
  auto& managers = passes.analyses(function);
  auto& evolution = managers.getResult<llvm::ScalarEvolutionAnalysis>(function);
  for (llvm::Loop* loop : managers.getResult<llvm::LoopAnalysis>(function).getLoopsInPreorder()) {
    if (!loop->isLoopSimplifyForm()) continue;
    std::vector<llvm::PHINode*> pointers;
    for (llvm::PHINode& phi : loop->getHeader()->phis())
      if (phi.getType()->isPointerTy() && !llvm::isa<llvm::SCEVAddRecExpr>(evolution.getSCEV(&phi)))
        pointers.push_back(&phi);
    // One web at a time: it may hold other phis, and what it replaces is known to the analyses.
    for (llvm::PHINode* phi : pointers) {
      Web web(*phi, *loop);
      if (!web.rewrite()) continue;
      passes.clean(function);
      index_pointers(function, passes);
      return true;
    }
  }
  return false;
}

}  // namespace heddle::frontend
