#include "compiler/exchange/morpher_words.h"

#include <algorithm>

namespace heddle::exchange {

using dfg::Opcode;
using Form = MorpherWord::Form;

const std::vector<MorpherWord>& morpher_words() {
  static const std::vector<MorpherWord> words = {
      {"ADD", Opcode::kAdd},
      {"ACCUM", Opcode::kAdd, Form::kAccumulate},
      {"SUB", Opcode::kSub},
      {"MUL", Opcode::kMul},
      {"DIV", Opcode::kSdiv},
      {"SEXT", Opcode::kSext16},
      {"LS", Opcode::kShl},
      {"RS", Opcode::kLshr},
      {"ARS", Opcode::kAshr},
      {"AND", Opcode::kAnd},
      {"OR", Opcode::kOr},
      {"XOR", Opcode::kXor},
      {"CMP", Opcode::kEq},
      {"CLT", Opcode::kSlt},
      {"CGT", Opcode::kSlt, Form::kSwapped},
      {"SELECT", Opcode::kSelect, Form::kSelect},
      {"CMERGE", Opcode::kSelect, Form::kMerge},
      {"BR", Opcode::kMov},
      {"JUMPL", Opcode::kMov},
      {"MOVC", Opcode::kMov},
      {"MOVCL", Opcode::kMov},
      {"LOAD", Opcode::kLoadS32, Form::kLoad},
      {"LOADCL", Opcode::kLoadU32, Form::kLoad},
      {"LOADH", Opcode::kLoadS16, Form::kLoad},
      {"LOADB", Opcode::kLoadS8, Form::kLoad},
      {"STORE", Opcode::kStore32, Form::kStore},
      {"STOREH", Opcode::kStore16, Form::kStore},
      {"STOREB", Opcode::kStore8, Form::kStore},
      {"OLOAD", Opcode::kMov, Form::kOuterLoad},
      {"OLOADCL", Opcode::kMov, Form::kOuterLoad},
      {"OLOADH", Opcode::kMov, Form::kOuterLoad},
      {"OLOADB", Opcode::kMov, Form::kOuterLoad},
      {"OSTORE", Opcode::kMov, Form::kOuterStore},
      {"OSTOREH", Opcode::kMov, Form::kOuterStore},
      {"OSTOREB", Opcode::kMov, Form::kOuterStore},
  };
  return words;
}

const MorpherWord* morpher_word(std::string_view name) {
  const auto& words = morpher_words();
  const auto found =
      std::find_if(words.begin(), words.end(), [&](const MorpherWord& each) { return each.name == name; });
  return found == words.end() ? nullptr : &*found;
}

Opcode morpher_memory_operation(std::string_view name) {
  const MorpherWord* word = morpher_word(name.substr(1));
  return word != nullptr ? word->op : Opcode::kLoadS32;
}

}  // namespace heddle::exchange
