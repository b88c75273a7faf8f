// Reads Morpher's DFG XML as far as mapping needs it: operations, value edges, order edges. For benchmarks.
#pragma once

#include <string>

#include "compiler/base/result.h"
#include "compiler/dfg/graph.h"

namespace heddle::mapper {

/// The files are not well-formed XML (two roots, missing spaces and quotes), so this scans for the tags it knows.
Result<dfg::Graph> import_morpher(const std::string& text, const std::string& name);

}  // namespace heddle::mapper
