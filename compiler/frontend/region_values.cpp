// Instructions to words.
#include <llvm/IR/Constants.h>
#include <llvm/IR/IntrinsicInst.h>

#include "compiler/base/check.h"
#include "compiler/frontend/operations.h"
#include "compiler/frontend/region_builder.h"

namespace heddle::frontend {

using dfg::Opcode;
using llvm::Instruction;

Word RegionBuilder::live_in(const llvm::SCEV* expression, Need extension) {
  if (expression->getType()->getIntegerBitWidth() >= word_bits_) extension = Need::kAny;
  auto [entry, fresh] =
      live_ins_.try_emplace({expression, extension}, dfg::LiveInId(static_cast<std::int64_t>(plan_.live_ins.size())));
  if (fresh) {
    const auto* unknown = llvm::dyn_cast<llvm::SCEVUnknown>(expression);
    std::string name = unknown != nullptr && unknown->getValue()->hasName()
                           ? unknown->getValue()->getName().str()
                           : "in" + std::to_string(plan_.live_ins.size());
    plan_.live_ins.push_back({expression, extension});
    graph_.header().live_ins.push_back({unique_name(std::move(name))});
  }
  return Word::of(dfg::Immediate::of_live_in(entry->second));
}

// Constants and values from outside the nest: in whatever form is needed, at no cost.
Word RegionBuilder::fixed(const llvm::Value* value, Need need) {
  if (const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(value)) {
    const llvm::APInt& bits = constant->getValue();
    const llvm::APInt word = bits.getBitWidth() > word_bits_ ? bits.trunc(word_bits_) : bits;
    return WordGraph::constant(need == Need::kZero ? static_cast<std::int64_t>(word.getZExtValue())
                                                   : word.getSExtValue());
  }
  if (llvm::isa<llvm::UndefValue>(value)) return WordGraph::constant(0);
  if (value->getType()->isFloatTy()) return fixed_float(value);
  if (!value->getType()->isIntegerTy()) {
    refuse("computes with pointers");
    return WordGraph::constant(0);
  }
  if (need == Need::kAny && value->getType()->getIntegerBitWidth() < word_bits_) need = Need::kZero;
  return live_in(evolution().getSCEV(const_cast<llvm::Value*>(value)), need);
}

Word RegionBuilder::value(const llvm::Value* value, Need need) {
  if (refusal_) return WordGraph::constant(0);
  if (!nest_.contains(value)) return fixed(value, need);
  const auto& instruction = llvm::cast<Instruction>(*value);
  auto found = words_.find(value);
  if (found == words_.end()) {
    const Word word = base_word(instruction);
    found = words_.try_emplace(value, word).first;
  }
  const Word word = found->second;
  if (!widths_.is_narrow(value) || widths_.upper(value).meets(need)) return word;
  at(instruction);
  return extended(word, value->getType()->getIntegerBitWidth(), need);
}

Word RegionBuilder::extended(const Word& word, unsigned bits, Need need) {
  const bool zero = need == Need::kZero;
  if (bits == 8) return graph_.op(zero ? Opcode::kZext8 : Opcode::kSext8, word);
  if (bits == 16) return graph_.op(zero ? Opcode::kZext16 : Opcode::kSext16, word);
  if (bits == 32) return graph_.op(zero ? Opcode::kZext32 : Opcode::kSext32, word);
  if (zero) return graph_.op(Opcode::kAnd, word, WordGraph::constant(static_cast<std::int64_t>((1ULL << bits) - 1)));
  const Word shift = WordGraph::constant(static_cast<std::int64_t>(word_bits_ - bits));
  return graph_.op(Opcode::kAshr, graph_.op(Opcode::kShl, word, shift), shift);
}

Word RegionBuilder::base_word(const Instruction& instruction) {
  if (instruction.getType()->isPointerTy()) {
    refuse("computes with pointers");
    return WordGraph::constant(0);
  }
  if (const auto* node = llvm::dyn_cast<llvm::PHINode>(&instruction)) return phi(*node);
  if (const auto* node = llvm::dyn_cast<llvm::LoadInst>(&instruction)) return load(*node);
  if (const auto* node = llvm::dyn_cast<llvm::CastInst>(&instruction)) return cast(*node);
  if (const auto* node = llvm::dyn_cast<llvm::BinaryOperator>(&instruction)) return binary(*node);
  if (const auto* node = llvm::dyn_cast<llvm::ICmpInst>(&instruction)) return compare(*node);
  if (const auto* node = llvm::dyn_cast<llvm::FCmpInst>(&instruction)) return float_compare(*node);
  if (const auto* node = llvm::dyn_cast<llvm::UnaryOperator>(&instruction)) return float_negation(*node);
  if (const auto* node = llvm::dyn_cast<llvm::CallInst>(&instruction)) return call(*node);
  if (llvm::isa<llvm::FreezeInst>(instruction))
    return value(instruction.getOperand(0), widths_.common_need({instruction.getOperand(0)}));
  if (llvm::isa<llvm::SelectInst>(instruction)) {
    const llvm::Value* then = instruction.getOperand(1);
    const llvm::Value* otherwise = instruction.getOperand(2);
    const Need need = instruction.getType()->isIntegerTy(1) ? Need::kZero : widths_.common_need({then, otherwise});
    const Word condition = value(instruction.getOperand(0), Need::kZero);
    const Word a = value(then, need);
    const Word b = value(otherwise, need);
    at(instruction);
    return graph_.select(condition, a, b);
  }
  refuse(std::string("instruction '") + instruction.getOpcodeName() + "'");
  return WordGraph::constant(0);
}

Word RegionBuilder::cast(const llvm::CastInst& cast) {
  if (const auto word = number_cast(cast)) return *word;
  const llvm::Value* source = cast.getOperand(0);
  const unsigned from = source->getType()->getIntegerBitWidth();
  if (llvm::isa<llvm::TruncInst>(cast)) return value(source, Need::kAny);
  if (from >= word_bits_) return value(source, Need::kAny);  // only the low word counts
  if (llvm::isa<llvm::ZExtInst>(cast)) return value(source, Need::kZero);
  if (from > 1) return value(source, Need::kSign);
  const Word bit = value(source, Need::kZero);
  at(cast);
  return graph_.op(Opcode::kSub, WordGraph::constant(0), bit);
}

// Two operands of which every bit counts: wide values must fit the word, narrow ones are extended. Comparisons but the
// signed ones are right in either form, as both keep the unsigned order.
std::optional<std::pair<Word, Word>> RegionBuilder::whole(const llvm::Value* a, const llvm::Value* b, bool as_signed,
                                                          bool either) {
  const unsigned bits = a->getType()->getIntegerBitWidth();
  if (bits > word_bits_) {
    const bool fit_signed = (as_signed || either) && widths_.fits(a, true) && widths_.fits(b, true);
    const bool fit_unsigned = (!as_signed || either) && widths_.fits(a, false) && widths_.fits(b, false);
    if (!fit_signed && !fit_unsigned) {
      refuse(std::to_string(bits) + "-bit arithmetic on a " + std::to_string(word_bits_) + "-bit array");
      return std::nullopt;
    }
  }
  Need need = as_signed ? Need::kSign : Need::kZero;
  if (either) {
    const auto cost = [&](Need form) {
      return (widths_.upper(a).meets(form) ? 0 : 1) + (widths_.upper(b).meets(form) ? 0 : 1);
    };
    need = cost(Need::kSign) < cost(Need::kZero) ? Need::kSign : Need::kZero;
  }
  return std::pair{value(a, need), value(b, need)};
}

Word RegionBuilder::bitwise_and(const llvm::BinaryOperator& binary) {
  const llvm::Value* a = binary.getOperand(0);
  const llvm::Value* b = binary.getOperand(1);
  Need need_a = widths_.common_need({a, b});
  Need need_b = need_a;
  if (widths_.is_narrow(&binary) && need_a != Need::kZero) {
    // One clean operand masks the other (as Widths::derive_binary counts on).
    const auto masks = [&](const llvm::Value* value) { return widths_.is_free(value) || widths_.upper(value).zero; };
    if (masks(a) || masks(b)) {
      need_a = masks(a) ? Need::kZero : Need::kAny;
      need_b = masks(b) ? Need::kZero : Need::kAny;
    }
  }
  const Word left = value(a, need_a);
  const Word right = value(b, need_b);
  at(binary);
  return graph_.op(Opcode::kAnd, left, right);
}

Word RegionBuilder::binary(const llvm::BinaryOperator& binary) {
  if (binary.getType()->isFloatTy()) return float_binary(binary);
  const llvm::Value* a = binary.getOperand(0);
  const llvm::Value* b = binary.getOperand(1);
  const Opcode op = opcode_of(binary.getOpcode());
  std::pair<Word, Word> operands;
  if (binary.getType()->isIntegerTy(1)) {
    operands = {value(a, Need::kZero), value(b, Need::kZero)};
    at(binary);
    const bool sum = op == Opcode::kAdd || op == Opcode::kSub;
    return graph_.op(sum ? Opcode::kXor : op == Opcode::kMul ? Opcode::kAnd : op, operands.first, operands.second);
  }
  switch (op) {
    case Opcode::kAnd: return bitwise_and(binary);
    case Opcode::kOr:
    case Opcode::kXor: {
      const Need need = widths_.common_need({a, b});
      operands = {value(a, need), value(b, need)};
      break;
    }
    case Opcode::kAdd:
    case Opcode::kSub:
    case Opcode::kMul: {
      const Need need = widths_.arithmetic_need(binary);
      operands = {value(a, need), value(b, need)};
      break;
    }
    case Opcode::kShl:
      if (binary.getType()->getIntegerBitWidth() > word_bits_) {
        const auto* amount = llvm::dyn_cast<llvm::ConstantInt>(b);
        if (amount == nullptr) {
          refuse("64-bit shift on a " + std::to_string(word_bits_) + "-bit array");
          return WordGraph::constant(0);
        }
        if (amount->getValue().uge(word_bits_)) return WordGraph::constant(0);
      }
      operands = {value(a, widths_.arithmetic_need(binary)), value(b, Need::kZero)};
      break;
    default: {
      const bool as_signed = op == Opcode::kAshr || op == Opcode::kSdiv || op == Opcode::kSrem;
      const bool shift = op == Opcode::kAshr || op == Opcode::kLshr;
      const auto both = shift ? whole(a, a, as_signed, false) : whole(a, b, as_signed, false);
      if (!both) return WordGraph::constant(0);
      operands = *both;
      if (shift) {
        const auto* amount = llvm::dyn_cast<llvm::ConstantInt>(b);
        if (binary.getType()->getIntegerBitWidth() > word_bits_ &&
            (amount == nullptr || amount->getValue().uge(word_bits_))) {
          refuse("64-bit shift on a " + std::to_string(word_bits_) + "-bit array");
          return WordGraph::constant(0);
        }
        operands.second = value(b, Need::kZero);
      }
    }
  }
  at(binary);
  return graph_.op(op, operands.first, operands.second);
}

Word RegionBuilder::compare(const llvm::ICmpInst& compare) {
  if (!compare.getOperand(0)->getType()->isIntegerTy()) {
    refuse("compares pointers");
    return WordGraph::constant(0);
  }
  const auto operands = whole(compare.getOperand(0), compare.getOperand(1), compare.isSigned(), !compare.isSigned());
  if (!operands) return WordGraph::constant(0);
  const Comparison comparison = comparison_of(compare.getPredicate());
  at(compare);
  return comparison.swapped ? graph_.op(comparison.op, operands->second, operands->first)
                            : graph_.op(comparison.op, operands->first, operands->second);
}

Word RegionBuilder::call(const llvm::CallInst& call) {
  if (const auto word = number_call(call)) return *word;
  const llvm::Value* a = call.getArgOperand(0);
  switch (call.getIntrinsicID()) {
    case llvm::Intrinsic::abs: {
      const auto operands = whole(a, a, true, false);
      if (!operands) return WordGraph::constant(0);
      at(call);
      return graph_.op(Opcode::kAbs, operands->first);
    }
    case llvm::Intrinsic::smin:
    case llvm::Intrinsic::smax:
    case llvm::Intrinsic::umin:
    case llvm::Intrinsic::umax: {
      const bool as_signed = llvm::cast<llvm::MinMaxIntrinsic>(call).isSigned();
      const auto operands = whole(a, call.getArgOperand(1), as_signed, false);
      if (!operands) return WordGraph::constant(0);
      at(call);
      const bool least =
          call.getIntrinsicID() == llvm::Intrinsic::smin || call.getIntrinsicID() == llvm::Intrinsic::umin;
      const Opcode op = as_signed ? (least ? Opcode::kSmin : Opcode::kSmax) : (least ? Opcode::kUmin : Opcode::kUmax);
      return graph_.op(op, operands->first, operands->second);
    }
    default: refuse("uses " + call.getCalledFunction()->getName().str()); return WordGraph::constant(0);
  }
}

}  // namespace heddle::frontend
