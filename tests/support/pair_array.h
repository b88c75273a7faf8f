// The smallest array on which something can go wrong: two PEs side by side that can do everything.
#pragma once

#include <stdexcept>

#include "compiler/arch/cgra.h"

namespace heddle::testing_support {

/// Link 0 goes east, link 1 west. add and mov take 1 cycle, mul and loads 2.
inline arch::Cgra pair_array() {
  const arch::PeId left(0), right(1);
  arch::Cgra cgra;
  cgra.name = "pair";
  cgra.columns = 2;
  cgra.config_depth = 8;
  cgra.max_stages = 8;
  arch::PeClass both;
  both.name = "both";
  both.memory = true;
  both.rf_write_ports = 2;
  both.operations = {{dfg::Opcode::kAdd, {1, 1}},
                     {dfg::Opcode::kMov, {1, 1}},
                     {dfg::Opcode::kMul, {2, 1}},
                     {dfg::Opcode::kLoadS32, {2, 1}},
                     {dfg::Opcode::kStore32, {1, 1}}};
  cgra.classes = {both};
  cgra.pes = {{0, 0, 0}, {0, 1, 0}};
  cgra.links = {{left, right, "E", false}, {right, left, "W", false}};
  cgra.scratchpad = {2, 64, 1, false};
  if (const Status status = arch::finish(cgra); !status) throw std::logic_error(to_string(status.error()));
  return cgra;
}

}  // namespace heddle::testing_support
