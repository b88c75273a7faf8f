// The cycle-accurate SystemC model of a window-attention array. SystemC types do not cross this header.
#pragma once

#include "compiler/attention/player.h"
#include "compiler/base/context.h"
#include "compiler/base/result.h"

namespace heddle::systemc {

/// Plays a program that check() accepts, clock by clock, in one clocked process. Values and cycles are those of the
/// RTL. Fails when `context` is cancelled.
Result<attention::Played> simulate_swat(const attention::Program& program, const arch::Swat& array,
                                        const attention::LogitScale& scale, const attention::Inputs& inputs,
                                        const attention::Pace& pace, const Context& context);

}  // namespace heddle::systemc
