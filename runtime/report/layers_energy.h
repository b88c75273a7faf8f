// Energy of a network's layers: a model, on the counts of a run (docs/energy.md).
#pragma once

#include "compiler/arch/cgra.h"
#include "compiler/base/json.h"
#include "compiler/base/result.h"

namespace heddle::report {

/// Adds to `layers` (heddle.layers/1 with a run on `cgra`): `energy` of each layer that has an `activity`, and of all
/// these layers together, with their operations a picojoule. Nothing if no layer was counted, or the table has no price
/// for an operation of the array's (kUnsupported is no error here: the layers then have no energy).
Status add_energy(Json& layers, const arch::Cgra& cgra);

/// A table of what each layer takes, and the total; empty if `layers` has no energy.
std::string layers_energy_text(const Json& layers);

/// "12.3 nJ", from picojoules.
std::string scaled_energy(double picojoules);

}  // namespace heddle::report
