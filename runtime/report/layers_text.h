// The layers of a compiled network as a table.
#pragma once

#include <string>

#include "compiler/arch/cgra.h"
#include "compiler/base/json.h"

namespace heddle::report {

/// Multiply-accumulates that the PEs can begin in a cycle: four where there are dot products of bytes, half of one
/// where a product and a sum are two operations.
double macs_per_cycle(const arch::Cgra& cgra);

/// `layers`: heddle.layers/1 with a run on `cgra`.
std::string layers_text(const Json& layers, const arch::Cgra& cgra);

/// One line on the memory that a network needs, of the object `memory`; empty without one.
std::string memory_text(const Json& memory);

/// One line about latency and memory traffic, by the model; empty if `layers` (heddle.layers/1) has no timeline.
std::string timeline_text(const Json& layers);

}  // namespace heddle::report
