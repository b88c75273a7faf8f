// Programs of random tasks, with random inputs: what a scheduler could write, and much that none would.
#pragma once

#include <cstdint>

#include "compiler/attention/datapath.h"
#include "compiler/attention/streams.h"
#include "compiler/base/random.h"

namespace heddle::attention {

struct RandomShape {
  std::int32_t groups = 2;
  std::int32_t rows = 4;
  std::int32_t head_dim = 32;
  std::int32_t slots = 32;
  std::int32_t tasks = 6;       ///< of a group
  std::int32_t most_keys = 24;  ///< of a run
};

struct RandomProgram {
  Program program;
  Inputs inputs;
};

/// Every load is `after` what its slot held last, and every run needs the loads of its slots, and no more.
RandomProgram random_program(const RandomShape& shape, const numerics::ScalarFormat& format, double deviation,
                             Random& random);

}  // namespace heddle::attention
