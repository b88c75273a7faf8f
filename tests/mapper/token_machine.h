// An oracle for mappings that knows nothing of `verify`: configures a toy array as the mapping says and watches tokens
// move.
#pragma once

#include <string>

#include "compiler/mapper/mapping.h"

namespace heddle::mapper {

/// Runs the mapping in its steady state with a token (node, iteration) as each result. Returns "" if every operand of
/// every operation reads the right token, else what went wrong first: a setting that does not exist or is claimed
/// twice, or a wrong token. Not looked at: timing of order edges, numbers of ports, hop limits, capabilities, banks,
/// live-outs.
std::string replay(const Problem& problem, const Mapping& mapping);

}  // namespace heddle::mapper
