#include "compiler/frontend/launch_stub.h"

#include <llvm/Analysis/DomTreeUpdater.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>
#include <llvm/Transforms/Utils/ScalarEvolutionExpander.h>

#include <algorithm>

namespace heddle::frontend {

using llvm::BasicBlock;
using llvm::SCEV;
using llvm::Value;

namespace {

enum Flags : unsigned { kRead = 1, kWritten = 2, kWhole = 4, kConditional = 8 };

/// Accesses of one array that move together: their addresses differ by constants.
struct Group {
  const SCEV* address = nullptr;
  std::int64_t low = 0;
  std::int64_t high = 0;
};

class Stub {
 public:
  Stub(const RegionPlan& plan, int number, const LoopAnalyses& analyses)
      : plan_(plan),
        number_(number),
        analyses_(analyses),
        evolution_(analyses.evolution),
        before_(plan.nest.outermost()->getLoopPreheader()),
        module_(*before_->getModule()),
        expander_(evolution_, module_.getDataLayout(), "heddle"),
        builder_(before_->getTerminator()) {}

  std::vector<std::optional<std::int64_t>> insert() {
    BasicBlock* exit = plan_.nest.outermost()->getUniqueExitBlock();
    llvm::DomTreeUpdater updater(analyses_.dominators, llvm::DomTreeUpdater::UpdateStrategy::Eager);
    BasicBlock* native = llvm::SplitBlock(before_, before_->getTerminator(), &analyses_.dominators, &analyses_.loops);
    native->setName("heddle.native");
    BasicBlock* launch = llvm::SplitBlock(before_, before_->getTerminator(), &analyses_.dominators, &analyses_.loops);
    launch->setName("heddle.launch");
    BasicBlock* done = BasicBlock::Create(module_.getContext(), "heddle.done", before_->getParent(), native);
    llvm::BranchInst::Create(exit, done);
    if (llvm::Loop* around = analyses_.loops.getLoopFor(exit)) around->addBasicBlockToLoop(done, analyses_.loops);
    llvm::BranchInst* try_launch = branch(before_, launch, native);
    llvm::BranchInst* launched = branch(launch, done, native);
    // Before anything is expanded: what may be reused depends on who dominates whom.
    updater.applyUpdates({{llvm::DominatorTree::Insert, before_, native},
                          {llvm::DominatorTree::Insert, launch, done},
                          {llvm::DominatorTree::Insert, done, exit}});

    builder_.SetInsertPoint(try_launch);
    Value* may_launch = conditions();
    Value* trips = count();
    may_launch = builder_.CreateAnd(may_launch, builder_.CreateICmpULE(trips, builder_.getInt64(0xFFFFFFFFU)));
    try_launch->setCondition(builder_.CreateAnd(may_launch, builder_.CreateICmpNE(trips, builder_.getInt64(0))));

    builder_.SetInsertPoint(launched);
    Value* outs = slots(builder_.getInt64Ty(), std::max<std::size_t>(plan_.graph.live_outs.size(), 1), "heddle.outs");
    launched->setCondition(builder_.CreateICmpEQ(call(trips, outs), builder_.getInt32(0)));

    builder_.SetInsertPoint(done->getTerminator());
    for (const HostResult& result : plan_.results) result.phi->addIncoming(value_of(result, outs), done);
    std::vector<std::optional<std::int64_t>> sizes;
    sizes.reserve(plan_.arrays.size());
    for (std::size_t i = 0; i < plan_.arrays.size(); ++i) sizes.push_back(constant_size(i));
    evolution_.forgetAllLoops();  // what follows the nest now has two sources
    return sizes;
  }

 private:
  llvm::BranchInst* branch(BasicBlock* block, BasicBlock* then, BasicBlock* otherwise) {
    llvm::BranchInst* branch = llvm::BranchInst::Create(then, otherwise, builder_.getFalse());
    llvm::ReplaceInstWithInst(block->getTerminator(), branch);
    return branch;
  }

  Value* expand(const SCEV* expression) {
    return expander_.expandCodeFor(expression, expression->getType(), builder_.GetInsertPoint());
  }

  Value* conditions() {
    Value* all = builder_.getTrue();
    for (const LoopNest::Guard& guard : plan_.nest.guards) {
      Value* condition = builder_.CreateFreeze(expand(evolution_.getSCEV(guard.condition)));
      all = builder_.CreateAnd(all, guard.expected ? condition : builder_.CreateNot(condition));
    }
    return all;
  }

  Value* count() {
    Value* trips = builder_.getInt64(1);
    // A product over 2^64 is far over the limit; a count over 2^32 - 1 makes the whole invalid on its own.
    Value* excess = builder_.getInt64(0);
    for (const LoopNest::Level& level : plan_.nest.levels) {
      Value* one = builder_.CreateFreeze(expand(level.trip_count));
      excess =
          builder_.CreateOr(excess, builder_.CreateOr(builder_.CreateLShr(one, 32), builder_.CreateLShr(trips, 32)));
      trips = builder_.CreateMul(trips, one);
    }
    return builder_.CreateSelect(builder_.CreateICmpEQ(excess, builder_.getInt64(0)), trips, builder_.getInt64(0));
  }

  Value* slots(llvm::Type* type, std::size_t number, const char* name) {
    llvm::IRBuilder<> entry(&*before_->getParent()->getEntryBlock().getFirstInsertionPt());
    return entry.CreateAlloca(type, entry.getInt64(number), name);
  }

  Value* call(Value* trips, Value* outs) {
    Value* ins = slots(builder_.getInt64Ty(), std::max<std::size_t>(plan_.live_ins.size(), 1), "heddle.ins");
    for (std::size_t i = 0; i < plan_.live_ins.size(); ++i) {
      const HostWord& word = plan_.live_ins[i];
      Value* value = builder_.CreateFreeze(expand(word.value));
      value = word.extension == Need::kSign ? builder_.CreateSExtOrTrunc(value, builder_.getInt64Ty())
                                            : builder_.CreateZExtOrTrunc(value, builder_.getInt64Ty());
      builder_.CreateStore(value, builder_.CreateConstGEP1_64(builder_.getInt64Ty(), ins, i));
    }
    llvm::PointerType* pointer = builder_.getPtrTy();
    llvm::StructType* range =
        llvm::StructType::get(pointer, pointer, pointer, builder_.getInt32Ty(), builder_.getInt32Ty(), pointer);
    Value* ranges = slots(range, std::max<std::size_t>(plan_.arrays.size(), 1), "heddle.arrays");
    for (std::size_t i = 0; i < plan_.arrays.size(); ++i)
      fill_range(builder_.CreateConstGEP1_64(range, ranges, i), range, i);
    llvm::FunctionCallee launch =
        module_.getOrInsertFunction("heddle_launch", builder_.getInt32Ty(), pointer, builder_.getInt32Ty(),
                                    builder_.getInt64Ty(), pointer, pointer, pointer);
    Value* session = builder_.CreateLoad(pointer, module_.getOrInsertGlobal("heddle_session", pointer));
    return builder_.CreateCall(
        launch, {session, builder_.getInt32(static_cast<std::uint32_t>(number_)), trips, ins, ranges, outs});
  }

  void fill_range(Value* slot, llvm::StructType* type, std::size_t array) {
    Value* base = expand(plan_.arrays[array].base);
    unsigned flags = flags_of(array);
    const auto groups = groups_of(array);
    Value* low = base;
    Value* high = base;
    if (groups) {
      low = extreme(*groups, false);
      high = extreme(*groups, true);
      if (groups->size() == 1 && covers(array, groups->front())) flags |= kWhole;
    }
    const auto put = [&](unsigned field, Value* value) {
      builder_.CreateStore(value, builder_.CreateStructGEP(type, slot, field));
    };
    put(0, base);
    put(1, low);
    put(2, high);
    put(3, builder_.getInt32(groups ? 1 : 0));
    put(4, builder_.getInt32(flags));
    put(5, expand(evolution_.getPointerBase(plan_.arrays[array].base)));
  }

  [[nodiscard]] unsigned flags_of(std::size_t array) const {
    unsigned flags = 0;
    for (const Access& access : plan_.accesses)
      if (access.array.index() == array)
        flags |= (access.is_store ? kWritten : kRead) | (access.conditional ? kConditional : 0U);
    return flags;
  }

  /// Absent if an address is not known before the run.
  std::optional<std::vector<Group>> groups_of(std::size_t array) {
    std::vector<Group> groups;
    for (const Access& access : plan_.accesses) {
      if (access.array.index() != array) continue;
      if (!affine_in(plan_.nest, access.address, evolution_)) return std::nullopt;
      bool found = false;
      for (Group& group : groups) {
        const auto* gap = llvm::dyn_cast<llvm::SCEVConstant>(evolution_.getMinusSCEV(access.address, group.address));
        if (gap == nullptr) continue;
        const std::int64_t offset = gap->getAPInt().getSExtValue();
        group.low = std::min(group.low, offset);
        group.high = std::max(group.high, offset + access.bytes);
        found = true;
        break;
      }
      if (!found) groups.push_back({access.address, 0, access.bytes});
    }
    return groups;
  }

  /// Bytes from the lowest to one past the highest byte touched, if the run cannot change it.
  std::optional<std::int64_t> constant_size(std::size_t array) {
    const auto groups = groups_of(array);
    if (!groups) return variable_size(plan_.arrays[array].base);
    const SCEV* origin = extreme(groups->front().address, false);
    std::int64_t low = 0;
    std::int64_t high = 0;
    for (const Group& group : *groups) {
      const auto* first =
          llvm::dyn_cast<llvm::SCEVConstant>(evolution_.getMinusSCEV(extreme(group.address, false), origin));
      const auto* last =
          llvm::dyn_cast<llvm::SCEVConstant>(evolution_.getMinusSCEV(extreme(group.address, true), origin));
      if (first == nullptr || last == nullptr) return std::nullopt;
      low = std::min(low, first->getAPInt().getSExtValue() + group.low);
      high = std::max(high, last->getAPInt().getSExtValue() + group.high);
    }
    return high - low;
  }

  /// The size of the global variable that the address is in.
  std::optional<std::int64_t> variable_size(const SCEV* address) {
    const auto* pointer = llvm::dyn_cast<llvm::SCEVUnknown>(evolution_.getPointerBase(address));
    const auto* global = pointer == nullptr ? nullptr : llvm::dyn_cast<llvm::GlobalVariable>(pointer->getValue());
    if (global == nullptr) return std::nullopt;
    return static_cast<std::int64_t>(module_.getDataLayout().getTypeAllocSize(global->getValueType()));
  }

  /// Do the unconditional stores of the group leave no byte of its range unwritten?
  bool covers(std::size_t array, const Group& group) {
    const auto affine = affine_in(plan_.nest, group.address, evolution_);
    if (!affine || plan_.nest.depth() != 1) return false;
    const auto* step = llvm::dyn_cast<llvm::SCEVConstant>(affine->steps[0]);
    std::vector<std::pair<std::int64_t, std::int64_t>> pieces;
    for (const Access& access : plan_.accesses) {
      if (access.array.index() != array || !access.is_store || access.conditional) continue;
      const auto* gap = llvm::cast<llvm::SCEVConstant>(evolution_.getMinusSCEV(access.address, group.address));
      pieces.emplace_back(gap->getAPInt().getSExtValue(), access.bytes);
    }
    std::sort(pieces.begin(), pieces.end());
    std::int64_t end = group.low;
    for (const auto& [offset, bytes] : pieces) {
      if (offset > end) return false;
      end = std::max(end, offset + bytes);
    }
    return end == group.high && step != nullptr &&
           step->getAPInt().abs().ule(static_cast<std::uint64_t>(end - group.low));
  }

  Value* extreme(const std::vector<Group>& groups, bool highest) {
    Value* result = nullptr;
    llvm::Type* wide = builder_.getInt64Ty();
    for (const Group& group : groups) {
      Value* address = expand(extreme(group.address, highest));
      address = builder_.CreateConstGEP1_64(builder_.getInt8Ty(), address,
                                            static_cast<std::uint64_t>(highest ? group.high : group.low));
      if (result == nullptr) {
        result = address;
        continue;
      }
      Value* less =
          builder_.CreateICmpULT(builder_.CreatePtrToInt(address, wide), builder_.CreatePtrToInt(result, wide));
      result = builder_.CreateSelect(less, highest ? result : address, highest ? address : result);
    }
    return result;
  }

  /// The least or greatest address over all iterations, of an access's first byte.
  const SCEV* extreme(const SCEV* address, bool highest) {
    const auto* recurrence = llvm::dyn_cast<llvm::SCEVAddRecExpr>(address);
    if (recurrence == nullptr || plan_.nest.level_of(recurrence->getLoop()) < 0) return address;
    const SCEV* trips =
        plan_.nest.levels[static_cast<std::size_t>(plan_.nest.level_of(recurrence->getLoop()))].trip_count;
    const SCEV* step = evolution_.getTruncateOrSignExtend(recurrence->getStepRecurrence(evolution_), trips->getType());
    const SCEV* way = evolution_.getMulExpr(step, evolution_.getMinusSCEV(trips, evolution_.getOne(trips->getType())));
    const SCEV* zero = evolution_.getZero(way->getType());
    if (evolution_.isKnownNonNegative(step))
      way = highest ? way : zero;
    else if (evolution_.isKnownNonPositive(step))
      way = highest ? zero : way;
    else
      way = highest ? evolution_.getSMaxExpr(way, zero) : evolution_.getSMinExpr(way, zero);
    return evolution_.getAddExpr(extreme(recurrence->getStart(), highest), way);
  }

  Value* value_of(const HostResult& result, Value* outs) {
    if (result.number < 0) return expand(result.computed);
    Value* slot = builder_.CreateConstGEP1_64(builder_.getInt64Ty(), outs, static_cast<std::uint64_t>(result.number));
    Value* word = builder_.CreateLoad(builder_.getInt64Ty(), slot);
    llvm::Type* type = result.phi->getType();
    if (type->isFloatTy()) return builder_.CreateBitCast(builder_.CreateTrunc(word, builder_.getInt32Ty()), type);
    const auto word_bits = static_cast<unsigned>(plan_.graph.word_bits);
    if (type->getIntegerBitWidth() <= word_bits) return builder_.CreateTrunc(word, type);
    Value* narrow = builder_.CreateTrunc(word, builder_.getIntNTy(word_bits));
    return result.sign_extended ? builder_.CreateSExt(narrow, type) : builder_.CreateZExt(narrow, type);
  }

  const RegionPlan& plan_;
  int number_;
  const LoopAnalyses& analyses_;
  llvm::ScalarEvolution& evolution_;
  BasicBlock* before_;
  llvm::Module& module_;
  llvm::SCEVExpander expander_;
  llvm::IRBuilder<> builder_;
};

}  // namespace

std::vector<std::optional<std::int64_t>> insert_launch(const RegionPlan& plan, int number,
                                                       const LoopAnalyses& analyses) {
  return Stub(plan, number, analyses).insert();
}

}  // namespace heddle::frontend
