// Which LLVM instructions the array can run.
#pragma once

#include <llvm/IR/InstrTypes.h>
#include <llvm/IR/Instruction.h>

#include <optional>
#include <string>

#include "compiler/dfg/graph.h"

namespace heddle::frontend {

/// Why no array runs this instruction in a loop; nullopt if one might.
std::optional<std::string> unsupported(const llvm::Instruction& instruction);

/// Marks, debug information and the like: nothing to run.
bool is_ignorable(const llvm::Instruction& instruction);

/// The opcode of a binary instruction.
dfg::Opcode opcode_of(llvm::Instruction::BinaryOps op);

/// A comparison as an opcode that Heddle has, perhaps with swapped operands.
struct Comparison {
  dfg::Opcode op = dfg::Opcode::kEq;
  bool swapped = false;
};
Comparison comparison_of(llvm::CmpInst::Predicate predicate);

}  // namespace heddle::frontend
