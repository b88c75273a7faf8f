// The words of Morpher's files: its operations and what they are in ours.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "compiler/dfg/graph.h"

namespace heddle::exchange {

/// How a word of Morpher's turns into one of our operations.
struct MorpherWord {
  std::string_view name;
  dfg::Opcode op;
  enum class Form : std::uint8_t {
    kPlain,       ///< operands in ports a and b
    kSwapped,     ///< CGT: a > b is b < a
    kMerge,       ///< CMERGE: the value if the predicate holds, else nothing (0)
    kSelect,      ///< SELECT: with a predicate a choice, without one the join of two merges (an `or`)
    kLoad,        ///< address in I2, or a constant
    kStore,       ///< data in I1, address in I2, or a constant
    kOuterLoad,   ///< OLOAD: a word of the enclosing loop; a live-in, unless the array does these with its memory ports
    kOuterStore,  ///< OSTORE: likewise a live-out
    kAccumulate   ///< ACCUM (of FLEX): adds to its own value of the iteration before
  } form = Form::kPlain;
};

/// All words, by name; NOP is not one.
const std::vector<MorpherWord>& morpher_words();
const MorpherWord* morpher_word(std::string_view name);

/// The memory operation that an outer load or store is where it needs a memory port: OLOADB -> load_s8.
dfg::Opcode morpher_memory_operation(std::string_view name);

}  // namespace heddle::exchange
