// What is known of the bits of a word above a narrow value: extensions are inserted only where an operation needs them.
#pragma once

#include <llvm/ADT/DenseMap.h>
#include <llvm/Analysis/ScalarEvolution.h>
#include <llvm/IR/Instructions.h>

#include "compiler/frontend/loop_nest.h"

namespace heddle::frontend {

/// What the bits above a value of K < W bits must be: anything, zero, or copies of the sign.
enum class Need { kAny, kZero, kSign };

/// What they are. A value of W or more bits has none: its word is its low W bits.
struct Upper {
  bool zero = false;
  bool sign = false;
  bool operator==(const Upper&) const = default;
  [[nodiscard]] bool meets(Need need) const { return need == Need::kAny || (need == Need::kZero ? zero : sign); }
};

/// Knowledge about the integer values of one nest on an array of `word_bits`.
/// Recurrences are assumed clean until shown otherwise (greatest fixpoint), so that a byte that is masked once a round
/// costs one mask a round.
class Widths {
 public:
  Widths(const LoopNest& nest, llvm::ScalarEvolution& evolution, int word_bits);

  /// Of the word that stands for `value`; constants and live-ins can be had in any form.
  [[nodiscard]] Upper upper(const llvm::Value* value) const;

  /// The form in which an instruction whose result is made of `operands` bit by bit (logic, select, phi) asks for them
  /// all.
  [[nodiscard]] Need common_need(llvm::ArrayRef<const llvm::Value*> operands) const;

  /// The form in which `instruction` (add, sub, mul, shl) asks for its operands.
  [[nodiscard]] Need arithmetic_need(const llvm::Instruction& instruction) const;

  /// Does a load extend the sign? By what most users want.
  [[nodiscard]] static bool loads_signed(const llvm::Instruction& load);

  /// A value of more than W bits: do its low W bits say all, as a signed or an unsigned word?
  [[nodiscard]] bool fits(const llvm::Value* value, bool as_signed) const;

  [[nodiscard]] bool is_free(const llvm::Value* value) const { return !nest_.contains(value); }
  [[nodiscard]] bool is_narrow(const llvm::Value* value) const;

 private:
  [[nodiscard]] Upper derive(const llvm::Instruction& instruction) const;
  [[nodiscard]] Upper derive_cast(const llvm::CastInst& cast) const;
  [[nodiscard]] Upper derive_binary(const llvm::BinaryOperator& binary) const;
  [[nodiscard]] Upper derive_common(llvm::ArrayRef<const llvm::Value*> operands) const;

  const LoopNest& nest_;
  llvm::ScalarEvolution& evolution_;
  unsigned word_bits_;
  llvm::DenseMap<const llvm::Value*, Upper> known_;
};

/// Operands of a phi that can arrive, given the nest's guards.
std::vector<const llvm::Value*> incoming_values(const llvm::PHINode& phi, const LoopNest& nest);

}  // namespace heddle::frontend
