// Loads, and which arrays the nest touches.
#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/IR/Constants.h>

#include <set>

#include "compiler/frontend/region_builder.h"

namespace heddle::frontend {

using dfg::Opcode;
using llvm::SCEV;

namespace {

Opcode load_opcode(std::int64_t bytes, bool is_signed) {
  switch (bytes) {
    case 1: return is_signed ? Opcode::kLoadS8 : Opcode::kLoadU8;
    case 2: return is_signed ? Opcode::kLoadS16 : Opcode::kLoadU16;
    case 4: return is_signed ? Opcode::kLoadS32 : Opcode::kLoadU32;
    default: return Opcode::kLoad64;
  }
}

/// The part of an offset that does not change in the nest, without its constant.
const SCEV* invariant_part(const LoopNest& nest, const SCEV* offset, llvm::ScalarEvolution& evolution) {
  if (const auto affine = affine_in(nest, offset, evolution)) offset = affine->start;
  llvm::SmallVector<const SCEV*, 4> terms;
  const auto consider = [&](const SCEV* term) {
    if (!llvm::isa<llvm::SCEVConstant>(term) && evolution.isLoopInvariant(term, nest.outermost()))
      terms.push_back(term);
  };
  if (const auto* sum = llvm::dyn_cast<llvm::SCEVAddExpr>(offset))
    llvm::for_each(sum->operands(), consider);
  else
    consider(offset);
  return terms.empty() ? evolution.getZero(offset->getType()) : evolution.getAddExpr(terms);
}

}  // namespace

// Accesses of one object share one array where their invariant offsets agree, or where the object is written (one image
// of it in the scratchpad).
void RegionBuilder::collect_accesses() {
  struct Object {
    std::set<const SCEV*> bases;
    bool written = false;
  };
  std::map<const SCEV*, Object> objects;
  std::vector<std::pair<const SCEV*, const SCEV*>> bases;  // by access: object, object + invariant offset
  for (llvm::BasicBlock* block : nest_.blocks()) {
    for (llvm::Instruction& instruction : *block) {
      const bool is_store = llvm::isa<llvm::StoreInst>(instruction);
      if (!is_store && !llvm::isa<llvm::LoadInst>(instruction)) continue;
      llvm::Value* pointer = llvm::getLoadStorePointerOperand(&instruction);
      const unsigned bits = llvm::getLoadStoreType(&instruction)->getScalarSizeInBits();
      if (bits > word_bits_)
        return refuse(std::to_string(bits) + "-bit arithmetic on a " + std::to_string(word_bits_) + "-bit array");
      const SCEV* address = evolution().getSCEV(pointer);
      const SCEV* object = evolution().getPointerBase(address);
      if (!llvm::isa<llvm::SCEVUnknown>(object) || !evolution().isLoopInvariant(object, nest_.outermost()))
        return refuse("an access goes through a pointer chosen in the loop");
      const SCEV* offset = evolution().getMinusSCEV(address, object);
      const SCEV* base = evolution().getAddExpr(object, invariant_part(nest_, offset, evolution()));
      objects[object].bases.insert(base);
      objects[object].written |= is_store;
      bases.emplace_back(object, base);
      const llvm::Loop* loop = nest_.levels[static_cast<std::size_t>(nest_.positions.lookup(block).level)].loop;
      const bool conditional = !analyses_.loops.dominators.dominates(block, loop->getLoopLatch());
      access_of_[&instruction] = plan_.accesses.size();
      plan_.accesses.push_back({&instruction, address, bits / 8, is_store, conditional, {}, {}});
    }
  }
  for (std::size_t i = 0; i < plan_.accesses.size() && !refusal_; ++i) {
    const auto& [object, base] = bases[i];
    const bool share = objects[object].written && objects[object].bases.size() > 1;
    Access& access = plan_.accesses[i];
    access.array = array_for(share ? object : base, llvm::cast<llvm::SCEVUnknown>(object)->getValue(), access.bytes);
  }
}

bool RegionBuilder::may_be_overwritten(const Access& access) const {
  return llvm::any_of(plan_.accesses, [&](const Access& other) {
    return other.is_store && may_alias(access, other, nest_, analyses_.aliases);
  });
}

// A load is speculated: where its block does not run, nobody looks at its value. Two exceptions: an address that is
// aligned only if the block runs; and a load before an inner loop, of memory that the nest writes. Before an inner
// loop, where operations are repeated, such a load happens once and its value is held.
Word RegionBuilder::load(const llvm::LoadInst& load) {
  Access& access = plan_.accesses[access_of_.lookup(&load)];
  const Place where = place(load);
  const auto position = nest_.positions.lookup(load.getParent());
  const bool before_inner = position.part == Part::kBefore;
  const SCEV* offset = evolution().getMinusSCEV(access.address, evolution().getPointerBase(access.address));
  const bool aligned = (1 << where.shift) >= access.bytes ||
                       (1ULL << evolution().getMinTrailingZeros(offset)) >= static_cast<std::uint64_t>(access.bytes);
  const bool guarded = !aligned && (access.conditional || position.part == Part::kAfter);
  const bool held = before_inner && (guarded || may_be_overwritten(access));
  Word predicate;
  if (held || guarded) predicate = block_predicate(const_cast<llvm::BasicBlock*>(load.getParent()));
  at(load);
  const Word word = graph_.load(load_opcode(access.bytes, Widths::loads_signed(load) && access.bytes * 8 < word_bits_),
                                where, predicate);
  access.node = word.node;
  if (!held) return word;
  const Word before = graph_.earlier(dfg::Immediate::constant(0));
  const Word current = graph_.select(begins(position.level + 1), word, before);
  graph_.define(before, current);
  return current;
}

}  // namespace heddle::frontend
