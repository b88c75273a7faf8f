// Instructions on float, and calls of the functions of heddle/numbers.h, to words. A float's word holds its fp32 code
// in the low 32 bits; what is above does not matter to any operation that reads it.
#include <llvm/IR/Constants.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/IntrinsicInst.h>

#include "compiler/base/check.h"
#include "compiler/frontend/number_functions.h"
#include "compiler/frontend/operations.h"
#include "compiler/frontend/region_builder.h"

namespace heddle::frontend {

using dfg::Opcode;
using llvm::CmpInst;
using llvm::Instruction;

namespace {

constexpr std::int64_t kSign = 0x80000000;
constexpr std::int64_t kMagnitude = 0x7FFFFFFF;

Opcode float_opcode(unsigned op) {
  switch (op) {
    case Instruction::FAdd: return Opcode::kFp32Add;
    case Instruction::FSub: return Opcode::kFp32Sub;
    case Instruction::FMul: return Opcode::kFp32Mul;
    default: break;
  }
  check_failed(__FILE__, __LINE__, "floating-point operation", Instruction::getOpcodeName(op));
}

Word masked(WordGraph& graph, const Word& word, std::int64_t mask) {
  if (word.kind == Word::Kind::kImmediate && !word.edge && word.immediate.kind == dfg::Immediate::Kind::kConstant)
    return WordGraph::constant(word.immediate.value & mask);
  return graph.op(Opcode::kAnd, word, WordGraph::constant(mask));
}

}  // namespace

// A float from outside the nest comes as the integer that its bits are, since addresses and live-ins are integers.
Word RegionBuilder::fixed_float(const llvm::Value* value) {
  if (const auto* constant = llvm::dyn_cast<llvm::ConstantFP>(value))
    return WordGraph::constant(static_cast<std::int64_t>(constant->getValueAPF().bitcastToAPInt().getZExtValue()));
  llvm::Value*& bits = float_bits_[value];
  if (bits == nullptr) {
    llvm::IRBuilder<> builder(nest_.outermost()->getLoopPreheader()->getTerminator());
    bits = builder.CreateBitCast(const_cast<llvm::Value*>(value), builder.getInt32Ty(),
                                 value->hasName() ? value->getName() + ".bits" : "");
  }
  return live_in(evolution().getSCEV(bits), Need::kZero);
}

Word RegionBuilder::float_binary(const llvm::BinaryOperator& binary) {
  const Word a = value(binary.getOperand(0), Need::kAny);
  const Word b = value(binary.getOperand(1), Need::kAny);
  at(binary);
  return graph_.op(float_opcode(binary.getOpcode()), a, b);
}

Word RegionBuilder::float_negation(const llvm::UnaryOperator& negation) {
  const Word a = value(negation.getOperand(0), Need::kAny);
  at(negation);
  return graph_.op(Opcode::kXor, a, WordGraph::constant(kSign));
}

// Predicates are made of the three ordered comparisons, which are false for NaN.
Word RegionBuilder::float_compare(const llvm::FCmpInst& compare) {
  const Word a = value(compare.getOperand(0), Need::kAny);
  const Word b = value(compare.getOperand(1), Need::kAny);
  at(compare);
  const auto lt = [&](const Word& x, const Word& y) { return graph_.op(Opcode::kFp32Lt, x, y); };
  const auto le = [&](const Word& x, const Word& y) { return graph_.op(Opcode::kFp32Le, x, y); };
  const auto eq = [&](const Word& x, const Word& y) { return graph_.op(Opcode::kFp32Eq, x, y); };
  const auto unequal = [&] { return graph_.logical_or(lt(a, b), lt(b, a)); };
  const auto ordered = [&] { return graph_.logical_and(eq(a, a), eq(b, b)); };
  switch (compare.getPredicate()) {
    case CmpInst::FCMP_FALSE: return WordGraph::constant(0);
    case CmpInst::FCMP_TRUE: return WordGraph::constant(1);
    case CmpInst::FCMP_OEQ: return eq(a, b);
    case CmpInst::FCMP_OLT: return lt(a, b);
    case CmpInst::FCMP_OLE: return le(a, b);
    case CmpInst::FCMP_OGT: return lt(b, a);
    case CmpInst::FCMP_OGE: return le(b, a);
    case CmpInst::FCMP_ONE: return unequal();
    case CmpInst::FCMP_ORD: return ordered();
    case CmpInst::FCMP_UNE: return graph_.logical_not(eq(a, b));
    case CmpInst::FCMP_UGE: return graph_.logical_not(lt(a, b));
    case CmpInst::FCMP_UGT: return graph_.logical_not(le(a, b));
    case CmpInst::FCMP_ULE: return graph_.logical_not(lt(b, a));
    case CmpInst::FCMP_ULT: return graph_.logical_not(le(b, a));
    case CmpInst::FCMP_UEQ: return graph_.logical_not(unequal());
    case CmpInst::FCMP_UNO: return graph_.logical_not(ordered());
    default: break;
  }
  check_failed(__FILE__, __LINE__, "floating-point comparison", "predicate");
}

Word RegionBuilder::integer_to_float(const llvm::CastInst& cast) {
  const llvm::Value* source = cast.getOperand(0);
  const unsigned bits = source->getType()->getIntegerBitWidth();
  const bool as_signed = llvm::isa<llvm::SIToFPInst>(cast);
  Opcode op = as_signed ? Opcode::kFp32FromS32 : Opcode::kFp32FromU32;
  Word word;
  if (bits < 32) {
    word = value(source, as_signed && bits > 1 ? Need::kSign : Need::kZero);
    at(cast);
    if (as_signed && bits == 1) word = graph_.op(Opcode::kSub, WordGraph::constant(0), word);
    if (word_bits_ >= 32) op = Opcode::kFp32FromS32;
  } else if (bits == 32 || (word_bits_ == 32 && widths_.fits(source, as_signed))) {
    word = value(source, Need::kAny);
  } else {
    refuse("converts a " + std::to_string(bits) + "-bit integer to float");
    return WordGraph::constant(0);
  }
  at(cast);
  return graph_.op(op, word);
}

// Out of the integer's range C says nothing; within it the low bits of a 32-bit result are those of a narrower one.
Word RegionBuilder::float_to_integer(const llvm::CastInst& cast) {
  const unsigned bits = cast.getType()->getIntegerBitWidth();
  if (bits > 32) {
    refuse("converts float to a " + std::to_string(bits) + "-bit integer");
    return WordGraph::constant(0);
  }
  const Word a = value(cast.getOperand(0), Need::kAny);
  at(cast);
  const bool as_signed = llvm::isa<llvm::FPToSIInst>(cast) || bits < 32;
  return graph_.op(as_signed ? Opcode::kFp32ToS32 : Opcode::kFp32ToU32, a);
}

std::optional<Word> RegionBuilder::number_cast(const llvm::CastInst& cast) {
  if (llvm::isa<llvm::BitCastInst>(cast)) return value(cast.getOperand(0), Need::kAny);
  if (llvm::isa<llvm::SIToFPInst, llvm::UIToFPInst>(cast)) return integer_to_float(cast);
  if (llvm::isa<llvm::FPToSIInst, llvm::FPToUIInst>(cast)) return float_to_integer(cast);
  return std::nullopt;
}

std::optional<Word> RegionBuilder::number_call(const llvm::CallInst& call) {
  std::vector<Word> operands;
  const auto take = [&](int count) {
    for (int k = 0; k < count; ++k) operands.push_back(value(call.getArgOperand(static_cast<unsigned>(k)), Need::kAny));
    at(call);
  };
  if (const auto op = number_function(call.getCalledFunction()->getName())) {
    if (dfg::info(*op).optional_c) return packed_dot(call);
    take(dfg::info(*op).operands);
    operands.resize(dfg::kPorts);
    return graph_.op(*op, operands[0], operands[1], operands[2]);
  }
  switch (call.getIntrinsicID()) {
    case llvm::Intrinsic::fma: take(3); return graph_.op(Opcode::kFp32Mac, operands[0], operands[1], operands[2]);
    case llvm::Intrinsic::fabs: take(1); return masked(graph_, operands[0], kMagnitude);
    case llvm::Intrinsic::copysign: {
      take(2);
      const Word sign = masked(graph_, operands[1], kSign);
      return graph_.op(Opcode::kOr, sign, masked(graph_, operands[0], kMagnitude));
    }
    default: return std::nullopt;
  }
}

}  // namespace heddle::frontend
