// The bank of each array as variables of a formula, where the problem leaves it open.
#pragma once

#include <vector>

#include "compiler/mapper/bounds.h"
#include "compiler/mapper/exact/sat.h"

namespace heddle::mapper::exact {

struct BankChoice {
  explicit BankChoice(const Problem& problem);

  FreeArrays free;
  std::vector<int> array_of;  ///< by node: the index in `free.arrays` of the array it accesses, or -1
  int ports = 1;              ///< of a bank
};

/// Of one formula.
class BankVariables {
 public:
  /// Each array in one bank, and no more bytes in a bank than it has room: each smallest set of arrays that is too much
  /// for a bank is excluded. Where nothing tells banks apart, array k is in one of the first k + 1.
  void choose(Sat& sat, const BankChoice& choice);
  /// `requests`: by node and slot, the literal that it issues then (0: never). At most `ports` meet in a bank.
  void limit(Sat& sat, const BankChoice& choice, const std::vector<std::vector<Literal>>& requests) const;
  /// After kSatisfiable: `banks` (by array) with the choice filled in.
  [[nodiscard]] std::vector<int> chosen(const Sat& sat, const BankChoice& choice, std::vector<int> banks) const;

 private:
  void exclude_overflow(Sat& sat, const BankChoice& choice, std::size_t bank) const;
  std::vector<std::vector<Literal>> in_;  ///< array x bank
};

}  // namespace heddle::mapper::exact
