// A program as if every loop reached its lower bound: what is cheap to know of it before anything is mapped.
#pragma once

#include "runtime/session/program.h"

namespace heddle::session {

/// The front end's program with, for each region, the II of its lower bound and the length of its longest path in place
/// of a mapping, and an image of the right size without meaning: fit for the cycles of `make_estimate_backend`, and
/// for nothing else. Configuration words are as many as a mapping of that II has; patches of live-ins may share words
/// differently. A region that provably has no mapping has ii = 0, and `host_reason` says why.
Result<CompiledProgram> bound_program(const frontend::Program& program, const CompileRequest& request);

}  // namespace heddle::session
