// Operations as other tools call them (TRAM, GenMap, CGRA-Mapper, LLVM), and as we do.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/dfg/graph.h"

namespace heddle::exchange {

struct GraphWord {
  std::string name;  ///< lower case
  dfg::Opcode op = dfg::Opcode::kMov;
  enum class Form : std::uint8_t {
    kPlain,     ///< operand 0 in port a, 1 in b
    kSwapped,   ///< a > b as b < a
    kSelect,    ///< operand 0 is the condition, as in LLVM
    kPhi,       ///< the value of an earlier iteration or of before the loop
    kBranch,    ///< a condition, for the phis that it steers
    kLoad,      ///< operand 0 is the address
    kStore,     ///< operand 0 is the data, 1 the address, as in LLVM
    kInput,     ///< no operation: a word that the host sets
    kOutput,    ///< no operation: its operand is a live-out
    kConstant,  ///< no operation
  } form = Form::kPlain;
};

/// `name` in any case; our own opcode names too. nullopt: unknown.
std::optional<GraphWord> graph_word(const std::string& name);
/// All names, for hints.
std::vector<std::string> graph_word_names();

}  // namespace heddle::exchange
