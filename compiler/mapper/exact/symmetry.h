// Maps of an array onto itself that change nothing a mapping could notice.
#pragma once

#include <vector>

#include "compiler/arch/cgra.h"

namespace heddle::mapper::exact {

/// Of each set of PEs that such maps carry into each other, the first PE; ascending. Looked for among mirrors,
/// transpositions and shifts of the grid that keep classes, links and turns. Arrays with two links between the same PEs
/// count as having none but the identity.
std::vector<int> orbit_representatives(const arch::Cgra& cgra);

}  // namespace heddle::mapper::exact
