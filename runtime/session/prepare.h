// What happens to a program for an array before the mapper is asked.
#pragma once

#include "runtime/session/report_json.h"

namespace heddle::session {

/// What the front end is told of the array of a request.
frontend::Target target_of(const CompileRequest& request);

/// Fit for any PE that an operation may be placed on.
Result<dfg::Graph> legalize_for(const dfg::Graph& graph, const arch::Cgra& cgra);

/// Both must outlive it.
mapper::Problem problem_of(const dfg::Graph& graph, const CompileRequest& request);

/// Shares branches and forwards stores where that is worth it, then legalises: `legal` is what is to be mapped, or
/// `reason` says why that cannot be. Fails on a graph that is not well formed.
Status prepare_region(RegionResult& region, const CompileRequest& request);

}  // namespace heddle::session
