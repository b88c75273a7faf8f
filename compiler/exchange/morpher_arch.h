// Morpher's architecture descriptions (JSON): hierarchical modules DP, FU, PE, CGRA with their wiring.
#pragma once

#include "compiler/arch/cgra.h"
#include "compiler/base/json.h"

namespace heddle::exchange {

/// An array, and in which ways it is not quite the one of the file: each with its place.
struct ImportedCgra {
  arch::Cgra cgra;
  std::vector<Note> warnings;
  bool outer_memory = false;  ///< OLOAD and OSTORE stand only on PEs with a memory port (read_morpher_graph)
};

/// True if the document looks like one: an object with ARCH.
bool is_morpher_arch(const Document& document);

/// Arrays given as a GRID with relative CONNECTIONS (X+1, Y-1) or as named instances with X and Y; PEs with
/// functional units, registers apart or in a file; memory banks by name. docs/exchange.md says what becomes of what.
/// Fails, with the line, on everything else.
Result<ImportedCgra> read_morpher_arch(const Document& document, const std::string& name);

}  // namespace heddle::exchange
