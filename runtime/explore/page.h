// A sweep's results as a page of the documentation.
#pragma once

#include <string>

#include "runtime/explore/explore.h"

namespace heddle::explore {

/// Markdown: what was swept, points by status, the front, and what each value of each axis is worth: the hypervolume
/// of the points with that value alone, as a share of that of all. Depends on the store's records only.
Result<std::string> page_of(const Sweep& sweep, const Store& store);

}  // namespace heddle::explore
