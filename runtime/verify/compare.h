// Compares what two runs of one kernel left behind.
#pragma once

#include <string>
#include <vector>

#include "compiler/frontend/frontend.h"
#include "runtime/session/session.h"

namespace heddle::verify {

struct Difference {
  std::string what;  ///< "argument c[3]"
  std::string expected;
  std::string got;
};

/// The first differing element of each output: return value, buffers, globals, standard output. `kernel` null: main.
/// Bit by bit, but of a C float or double every NaN equals every NaN: machines differ in the sign and the payload.
/// `globals` gives the types of global variables; one that it does not name is bytes.
std::vector<Difference> compare_outcomes(const frontend::Kernel* kernel, const session::RunOutcome& expected,
                                         const session::RunOutcome& got,
                                         const std::vector<frontend::GlobalVariable>& globals = {});

/// The first launch whose cycle counts differ, field by field; or another number of launches.
std::vector<Difference> compare_cycles(const std::vector<session::LaunchRecord>& expected,
                                       const std::vector<session::LaunchRecord>& got);

}  // namespace heddle::verify
