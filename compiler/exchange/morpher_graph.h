// Morpher's dataflow graphs (XML), as its DFG generator writes them, and PANORAMA's, which are of the same kind.
#pragma once

#include <string>
#include <string_view>

#include "compiler/exchange/draft.h"

namespace heddle::exchange {

/// `outer_memory`: OLOAD and OSTORE need a memory port on the array that the graph is for. Both dialects: with and
/// without NPB, nextiter and ALAP; roots MutexBB and DFG, or DFG alone. docs/exchange.md says what each operation
/// becomes. Fails with line and column.
Result<ImportedGraph> read_morpher_graph(std::string_view text, const std::string& file, bool outer_memory);

}  // namespace heddle::exchange
