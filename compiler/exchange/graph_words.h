// Operations as other tools call them (TRAM, GenMap, CGRA-Mapper, LLVM), and as we do.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/dfg/graph.h"

namespace heddle::exchange {

struct GraphWord {
  std::string name;  ///< lower case
  dfg::Opcode op = dfg::Opcode::kMov;
  enum class Form : std::uint8_t {
    kPlain,       ///< operand 0 in port a, 1 in b
    kSwapped,     ///< a > b as b < a
    kSelect,      ///< operand 0 is the condition, as in LLVM
    kPhi,         ///< the value of an earlier iteration or of before the loop
    kBranch,      ///< a condition, for the phis that it steers
    kLoad,        ///< operand 0 is the address
    kStore,       ///< operand 0 is the data, 1 the address, as in LLVM
    kInput,       ///< no operation: a word that the host sets
    kOutput,      ///< no operation: its operand is a live-out
    kConstant,    ///< no operation
    kNot,         ///< exclusive or with -1
    kNegate,      ///< 0 - a
    kAccumulate,  ///< adds to its own value of the iteration before
  } form = Form::kPlain;
  std::optional<std::int64_t> value = {};  ///< of a constant that its word states
  bool stands_in = false;                  ///< `op` is not what the word means, but takes a PE as long
};

/// `name` in any case; our own opcode names too, and "const_5", whose value is in GraphWord. nullopt: unknown.
std::optional<GraphWord> graph_word(const std::string& name);
/// The operation that the text of a node's label names, for graph_word: "add", "(9) add", an instruction of LLVM ("%3 =
/// icmp slt i32 %a, %b" is "slt"), Morpher's "... HyIns=ADD, ...", SAT-MapIt's "17 C_0", "20 LiveInArg", "42 LiveOut".
/// Empty if none.
std::string word_in_label(const std::string& label);
/// Likewise of a node's name: "Node4load", "ADD_12", "mul3".
std::string word_in_name(const std::string& name);

/// A whole number, decimal or 0x, with blanks around it.
std::optional<std::int64_t> whole_number(std::string_view text);

/// All names, for hints.
std::vector<std::string> graph_word_names();

}  // namespace heddle::exchange
