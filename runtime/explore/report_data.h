// A sweep's results as the report page reads them.
#pragma once

#include "runtime/explore/explore.h"

namespace heddle::explore {

/// heddle.sweep_page/1: the axes, metrics and objectives, and a row for every point that is stored, in the order of the
/// sampler. Depends on the store's records only.
Result<Json> report_data(const Sweep& sweep, const Store& store);

}  // namespace heddle::explore
