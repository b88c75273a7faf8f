// The cycle-accurate SystemC model of an array. SystemC types do not cross this header.
#pragma once

#include <memory>

#include "compiler/arch/cgra.h"
#include "compiler/codegen/device.h"

namespace heddle::systemc {

/// One clocked process over flat state (a process per wire would cost an order of magnitude in speed). SystemC allows
/// one elaboration a process; this call replaces the simulation context first, so several devices may be made one after
/// the other, but only the newest may be clocked.
std::unique_ptr<codegen::Device> make_cgra_device(const arch::Cgra& cgra);

}  // namespace heddle::systemc
