// Addresses as array, offset and index; induction variables shared between all that count alike.
#include <llvm/Analysis/ScalarEvolutionExpressions.h>
#include <llvm/Analysis/ValueTracking.h>

#include "compiler/frontend/region_builder.h"

namespace heddle::frontend {

using dfg::ArrayId;
using dfg::Immediate;
using dfg::Opcode;
using llvm::SCEV;

std::optional<Affine> affine_in(const LoopNest& nest, const SCEV* expression, llvm::ScalarEvolution& evolution) {
  llvm::Type* type = evolution.getEffectiveSCEVType(expression->getType());
  Affine result{expression, std::vector<const SCEV*>(nest.levels.size(), evolution.getZero(type))};
  while (const auto* recurrence = llvm::dyn_cast<llvm::SCEVAddRecExpr>(result.start)) {
    const int level = nest.level_of(recurrence->getLoop());
    if (level < 0) break;
    const SCEV* step = recurrence->isAffine() ? recurrence->getStepRecurrence(evolution) : nullptr;
    if (step == nullptr || !evolution.isLoopInvariant(step, nest.outermost())) return std::nullopt;
    result.steps[static_cast<std::size_t>(level)] = step;
    result.start = recurrence->getStart();
  }
  if (!evolution.isLoopInvariant(result.start, nest.outermost())) return std::nullopt;
  return result;
}

const SCEV* RegionBuilder::to_word(const SCEV* expression) {
  llvm::Type* type = llvm::IntegerType::get(nest_.outermost()->getHeader()->getContext(), word_bits_);
  return evolution().getTruncateOrSignExtend(expression, type);
}

Immediate RegionBuilder::immediate_of(const SCEV* expression) {
  const SCEV* word = to_word(expression);
  if (const auto* constant = llvm::dyn_cast<llvm::SCEVConstant>(word))
    return Immediate::constant(constant->getAPInt().getSExtValue());
  return live_in(word, Need::kAny).immediate;
}

/// The change of an affine expression when loop `level` begins its next iteration: its step, less what inner loops had
/// added.
const SCEV* RegionBuilder::step_into(const Affine& affine, int level) {
  const SCEV* change = to_word(affine.steps[static_cast<std::size_t>(level)]);
  for (std::size_t inner = static_cast<std::size_t>(level) + 1; inner < affine.steps.size(); ++inner) {
    const SCEV* trips = to_word(nest_.levels[inner].trip_count);
    const SCEV* added = evolution().getMulExpr(to_word(affine.steps[inner]),
                                               evolution().getMinusSCEV(trips, evolution().getOne(trips->getType())));
    change = evolution().getMinusSCEV(change, added);
  }
  return change;
}

// One addition an iteration: the value itself is the running sum. In `*constant` what must still be added to the word.
Word RegionBuilder::affine_word(const Affine& affine, std::int64_t* constant) {
  const SCEV* start = to_word(affine.start);
  const llvm::APInt zero(word_bits_, 0);
  llvm::APInt offset = zero;
  if (const auto* sum = llvm::dyn_cast<llvm::SCEVAddExpr>(start);
      sum != nullptr && llvm::isa<llvm::SCEVConstant>(sum->getOperand(0)))
    offset = llvm::cast<llvm::SCEVConstant>(sum->getOperand(0))->getAPInt();
  else if (const auto* number = llvm::dyn_cast<llvm::SCEVConstant>(start))
    offset = number->getAPInt();
  std::vector<const SCEV*> key{evolution().getMinusSCEV(start, evolution().getConstant(offset))};
  for (const SCEV* step : affine.steps) key.push_back(to_word(step));
  const auto found = inductions_.find(key);
  if (found != inductions_.end()) {
    *constant = offset.getSExtValue() - found->second.constant;
    return found->second.word;
  }
  *constant = 0;
  const int depth = nest_.depth();
  // With a loop unit the sum starts afresh with each run of the loops that move it.
  int outermost = 0;
  while (outermost + 1 < depth && affine.steps[static_cast<std::size_t>(outermost)]->isZero()) ++outermost;
  const auto fresh = outermost == 0 ? std::nullopt : WordGraph::edge_of(begins(outermost));
  if (!fresh) outermost = 0;
  Word change = Word::of(immediate_of(step_into(affine, depth - 1)));
  for (int level = depth - 2; level >= outermost; --level)
    change = graph_.select(begins(level + 1), Word::of(immediate_of(step_into(affine, level))), change);
  const Immediate first = immediate_of(evolution().getMinusSCEV(start, step_into(affine, outermost)));
  const Word before = graph_.earlier(first);
  const Word word = graph_.op(Opcode::kAdd, fresh ? before.reset(first, *fresh) : before, change);
  graph_.define(before, word);
  inductions_[key] = {word, offset.getSExtValue()};
  return word;
}

/// The expression's low word; absent if it cannot be computed.
std::optional<Word> RegionBuilder::word_of(const SCEV* expression) {
  if (evolution().isLoopInvariant(expression, nest_.outermost())) return Word::of(immediate_of(expression));
  if (const auto affine = affine_in(nest_, expression, evolution())) {
    std::int64_t constant = 0;
    const Word word = affine_word(*affine, &constant);
    return graph_.op(Opcode::kAdd, word, WordGraph::constant(constant));
  }
  if (const auto* unknown = llvm::dyn_cast<llvm::SCEVUnknown>(expression))
    return value(unknown->getValue(), Need::kAny);
  if (const auto* sum = llvm::dyn_cast<llvm::SCEVAddExpr>(expression)) return sum_of(*sum);
  if (const auto* recurrence = llvm::dyn_cast<llvm::SCEVAddRecExpr>(expression)) {
    // A start that changes within the nest (an offset loaded by an outer loop): counted from zero, the start added.
    const SCEV* counted = evolution().getAddRecExpr(evolution().getZero(recurrence->getType()),
                                                    recurrence->getStepRecurrence(evolution()), recurrence->getLoop(),
                                                    llvm::SCEV::FlagAnyWrap);
    if (counted == expression || nest_.level_of(recurrence->getLoop()) < 0) return std::nullopt;
    const auto start = word_of(recurrence->getStart());
    const auto steps = word_of(counted);
    if (!start || !steps) return std::nullopt;
    return graph_.op(Opcode::kAdd, *start, *steps);
  }
  if (const auto* product = llvm::dyn_cast<llvm::SCEVMulExpr>(expression)) {
    std::optional<Word> result;
    for (const SCEV* factor : llvm::reverse(product->operands())) {
      const auto* number = llvm::dyn_cast<llvm::SCEVConstant>(factor);
      if (result && number != nullptr && number->getAPInt().isPowerOf2()) {
        result = graph_.op(Opcode::kShl, *result, WordGraph::constant(number->getAPInt().logBase2()));
        continue;
      }
      const auto word = word_of(factor);
      if (!word) return std::nullopt;
      result = result ? graph_.op(Opcode::kMul, *result, *word) : *word;
    }
    return result;
  }
  if (const auto* cast = llvm::dyn_cast<llvm::SCEVCastExpr>(expression)) {
    const SCEV* source = cast->getOperand();
    const auto from = static_cast<unsigned>(evolution().getTypeSizeInBits(source->getType()));
    const auto to = static_cast<unsigned>(evolution().getTypeSizeInBits(expression->getType()));
    if (source->getType()->isPointerTy()) return std::nullopt;
    if (from >= word_bits_ && to >= word_bits_) return word_of(source);
    const Need need = llvm::isa<llvm::SCEVZeroExtendExpr>(cast) ? Need::kZero : Need::kSign;
    if (const auto* unknown = llvm::dyn_cast<llvm::SCEVUnknown>(source);
        unknown != nullptr && !llvm::isa<llvm::SCEVTruncateExpr>(cast))
      return value(unknown->getValue(), need);
    const auto word = word_of(source);
    if (!word) return std::nullopt;
    return llvm::isa<llvm::SCEVTruncateExpr>(cast) ? *word : extended(*word, from, need);
  }
  if (const auto* quotient = llvm::dyn_cast<llvm::SCEVUDivExpr>(expression)) return quotient_of(*quotient);
  if (const auto* extreme = llvm::dyn_cast<llvm::SCEVMinMaxExpr>(expression)) return extreme_of(*extreme);
  return std::nullopt;
}

/// A clamped index. It looks at all bits of its operands, so a wider one must provably fit the word.
std::optional<Word> RegionBuilder::extreme_of(const llvm::SCEVMinMaxExpr& extreme) {
  const bool is_signed = llvm::isa<llvm::SCEVSMaxExpr, llvm::SCEVSMinExpr>(&extreme);
  const bool is_max = llvm::isa<llvm::SCEVSMaxExpr, llvm::SCEVUMaxExpr>(&extreme);
  const Opcode op = is_signed ? (is_max ? Opcode::kSmax : Opcode::kSmin) : (is_max ? Opcode::kUmax : Opcode::kUmin);
  std::optional<Word> result;
  for (const SCEV* operand : extreme.operands()) {
    const auto bits = static_cast<unsigned>(evolution().getTypeSizeInBits(operand->getType()));
    const unsigned needed = is_signed ? evolution().getSignedRange(operand).getMinSignedBits()
                                      : evolution().getUnsignedRange(operand).getActiveBits();
    if (operand->getType()->isPointerTy() || (bits > word_bits_ && needed > word_bits_)) return std::nullopt;
    auto word = word_of(operand);
    if (!word) return std::nullopt;
    if (bits < word_bits_) word = extended(*word, bits, is_signed ? Need::kSign : Need::kZero);
    result = result ? graph_.op(op, *result, *word) : *word;
  }
  return result;
}

/// Scalar evolution writes a logical shift right as a division.
std::optional<Word> RegionBuilder::quotient_of(const llvm::SCEVUDivExpr& quotient) {
  const auto* divisor = llvm::dyn_cast<llvm::SCEVConstant>(quotient.getRHS());
  if (divisor == nullptr) return std::nullopt;
  const SCEV* dividend = quotient.getLHS();
  const auto bits = static_cast<unsigned>(evolution().getTypeSizeInBits(dividend->getType()));
  if (bits > word_bits_ && evolution().getUnsignedRange(dividend).getActiveBits() > word_bits_) return std::nullopt;
  if (divisor->getAPInt().getActiveBits() > word_bits_) return WordGraph::constant(0);
  auto word = word_of(dividend);
  if (!word) return std::nullopt;
  if (bits < word_bits_) word = extended(*word, bits, Need::kZero);
  const llvm::APInt& number = divisor->getAPInt();
  if (number.isPowerOf2()) return graph_.op(Opcode::kLshr, *word, WordGraph::constant(number.logBase2()));
  return graph_.op(Opcode::kUdiv, *word, WordGraph::constant(static_cast<std::int64_t>(number.getZExtValue())));
}

std::optional<Word> RegionBuilder::sum_of(const llvm::SCEVAddExpr& sum) {
  std::optional<Word> result;
  for (const SCEV* term : llvm::reverse(sum.operands())) {
    // a - b is written a + (-1 * b).
    const auto* product = llvm::dyn_cast<llvm::SCEVMulExpr>(term);
    const bool negative = product != nullptr && llvm::isa<llvm::SCEVConstant>(product->getOperand(0)) &&
                          llvm::cast<llvm::SCEVConstant>(product->getOperand(0))->getAPInt().isAllOnes() && result;
    const auto word = word_of(negative ? evolution().getNegativeSCEV(term) : term);
    if (!word) return std::nullopt;
    result = !result ? *word : graph_.op(negative ? Opcode::kSub : Opcode::kAdd, *result, *word);
  }
  return result;
}

/// expression >> shift if that loses nothing; null otherwise.
const SCEV* RegionBuilder::divided(const SCEV* expression, unsigned shift) {
  if (shift == 0) return expression;
  if (const auto* constant = llvm::dyn_cast<llvm::SCEVConstant>(expression)) {
    const llvm::APInt& value = constant->getAPInt();
    return value.countr_zero() >= shift ? evolution().getConstant(value.ashr(shift)) : nullptr;
  }
  if (const auto* product = llvm::dyn_cast<llvm::SCEVMulExpr>(expression)) {
    const SCEV* first = divided(product->getOperand(0), shift);
    if (first == nullptr || !llvm::isa<llvm::SCEVConstant>(first)) return nullptr;
    llvm::SmallVector<const SCEV*, 4> factors(product->operands());
    factors[0] = first;
    return evolution().getMulExpr(factors);
  }
  if (const auto* sum = llvm::dyn_cast<llvm::SCEVAddExpr>(expression)) {
    llvm::SmallVector<const SCEV*, 4> terms;
    for (const SCEV* term : sum->operands()) {
      terms.push_back(divided(term, shift));
      if (terms.back() == nullptr) return nullptr;
    }
    return evolution().getAddExpr(terms);
  }
  if (const auto* recurrence = llvm::dyn_cast<llvm::SCEVAddRecExpr>(expression)) {
    const SCEV* start = divided(recurrence->getStart(), shift);
    const SCEV* step = divided(recurrence->getStepRecurrence(evolution()), shift);
    if (start == nullptr || step == nullptr) return nullptr;
    return evolution().getAddRecExpr(start, step, recurrence->getLoop(), llvm::SCEV::FlagAnyWrap);
  }
  if (llvm::isa<llvm::SCEVSignExtendExpr, llvm::SCEVZeroExtendExpr>(expression)) {
    // An extension of n bits is one of n - shift bits of the quotient.
    const SCEV* source = llvm::cast<llvm::SCEVCastExpr>(expression)->getOperand();
    const auto bits = static_cast<unsigned>(evolution().getTypeSizeInBits(source->getType()));
    const SCEV* quotient = bits > shift ? divided(source, shift) : nullptr;
    if (quotient == nullptr) return nullptr;
    quotient = evolution().getTruncateExpr(quotient,
                                           llvm::IntegerType::get(expression->getType()->getContext(), bits - shift));
    return llvm::isa<llvm::SCEVSignExtendExpr>(expression)
               ? evolution().getSignExtendExpr(quotient, expression->getType())
               : evolution().getZeroExtendExpr(quotient, expression->getType());
  }
  return nullptr;
}

ArrayId RegionBuilder::array_for(const SCEV* base, const llvm::Value* object, std::int64_t bytes) {
  auto [entry, fresh] = arrays_.try_emplace(base, ArrayId(static_cast<std::int64_t>(plan_.arrays.size())));
  auto& arrays = graph_.header().arrays;
  if (fresh) {
    plan_.arrays.push_back({base});
    arrays.push_back({unique_name(object->hasName() ? object->getName().str() : "array"), static_cast<int>(bytes),
                      std::nullopt, false, false});
  }
  dfg::Array& array = arrays[entry->second.index()];
  array.element_bytes = std::max(array.element_bytes, static_cast<int>(bytes));
  return entry->second;
}

/// Gives the access an address generator if one is left, and the index, in units of 1 << place.shift, changes by the
/// same amount from every iteration of the flattened nest to the next, but where a loop ends that the loop unit counts.
bool RegionBuilder::step_by_generator(Place& place, const Affine& affine) {
  if (generators_left_ == 0 || word_bits_ < kAddressBits) return false;
  std::vector<const SCEV*> changes;  // by the number of inner loops that end
  for (int level = nest_.depth() - 1; level >= 0; --level) changes.push_back(step_into(affine, level));
  while (changes.size() > 1 && changes.back() == changes[changes.size() - 2]) changes.pop_back();
  if (changes.size() - 1 > graph_.header().loops.size()) return false;
  const SCEV* change = changes.front();
  const SCEV* unit = evolution().getConstant(change->getType(), std::uint64_t{1} << static_cast<unsigned>(place.shift));
  const SCEV* rest = to_word(affine.start);
  const auto* sum = llvm::dyn_cast<llvm::SCEVAddExpr>(rest);
  if (const auto* constant = llvm::dyn_cast<llvm::SCEVConstant>(sum != nullptr ? sum->getOperand(0) : rest)) {
    place.offset += constant->getAPInt().getSExtValue() * (std::int64_t{1} << place.shift);
    rest = evolution().getMinusSCEV(rest, constant);
  }
  place.step = immediate_of(evolution().getMulExpr(change, unit));
  for (std::size_t k = 1; k < changes.size(); ++k)
    place.outer_steps.push_back(immediate_of(evolution().getMulExpr(changes[k], unit)));
  place.index = rest->isZero() ? Word::absent() : Word::of(immediate_of(rest));
  if (rest->isZero()) place.shift = 0;
  --generators_left_;
  return true;
}

std::optional<Place> RegionBuilder::place_of(const Access& access, ArrayId array, const SCEV* base) {
  const SCEV* offset = evolution().getMinusSCEV(access.address, base);
  if (llvm::isa<llvm::SCEVCouldNotCompute>(offset)) return std::nullopt;
  Place place{array, 0, WordGraph::constant(0), 0, {}, {}};
  // The constant part goes into the base.
  const SCEV* first = offset;
  if (const auto affine = affine_in(nest_, offset, evolution())) first = affine->start;
  const auto* sum = llvm::dyn_cast<llvm::SCEVAddExpr>(first);
  const auto* constant = llvm::dyn_cast<llvm::SCEVConstant>(sum != nullptr ? sum->getOperand(0) : first);
  if (constant != nullptr) {
    place.offset = constant->getAPInt().getSExtValue();
    offset = evolution().getMinusSCEV(offset, constant);
  }
  if (offset->isZero()) return place;
  const SCEV* index = nullptr;
  for (place.shift = 3; (index = divided(offset, static_cast<unsigned>(place.shift))) == nullptr;) --place.shift;
  if (word_bits_ < 32) {
    // Addresses have 32 bits: a narrower index is taken as unsigned.
    if (!evolution().getUnsignedRange(index).getUnsignedMax().ult(std::uint64_t{1} << word_bits_)) return std::nullopt;
    const auto word = word_of(index);
    if (word) place.index = *word;
    return word ? std::optional(place) : std::nullopt;
  }
  // Addresses count modulo 2^32: what an extension puts above the bits that are left does not matter.
  while (llvm::isa<llvm::SCEVSignExtendExpr, llvm::SCEVZeroExtendExpr>(index)) {
    const SCEV* source = llvm::cast<llvm::SCEVCastExpr>(index)->getOperand();
    if (evolution().getTypeSizeInBits(source->getType()) + static_cast<std::uint64_t>(place.shift) < kAddressBits)
      break;
    index = source;
  }
  // A sum of extended counters is affine only without the bits that do not matter. (Arrays without a loop unit keep the
  // graphs they had.)
  if (target_.loop_levels > 0 && evolution().getTypeSizeInBits(index->getType()) > kAddressBits) {
    const SCEV* low = evolution().getTruncateExpr(
        index, llvm::IntegerType::get(nest_.outermost()->getHeader()->getContext(), kAddressBits));
    const auto affine = affine_in(nest_, low, evolution());
    if (affine && !evolution().isLoopInvariant(low, nest_.outermost()) && step_by_generator(place, *affine))
      return place;
  }
  if (const auto affine = affine_in(nest_, index, evolution());
      affine && !evolution().isLoopInvariant(index, nest_.outermost())) {
    if (step_by_generator(place, *affine)) return place;
    std::int64_t rest = 0;
    place.index = affine_word(*affine, &rest);
    place.offset += rest * (std::int64_t{1} << place.shift);
    return place;
  }
  const auto word = word_of(index);
  if (!word) return std::nullopt;
  place.index = *word;
  return place;
}

}  // namespace heddle::frontend
