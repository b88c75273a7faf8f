// The reference execution of an image: docs/execution_model.md, sections 3 to 6, taken word by word. Slow and plain on
// purpose; it shares nothing with the SystemC model, the RTL or the encoder but the layout of the word and
// dfg::evaluate.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "compiler/arch/cgra.h"
#include "compiler/codegen/image.h"
#include "compiler/dfg/interpret.h"

namespace heddle::codegen {

struct Execution {
  std::vector<std::uint64_t> live_outs;  ///< by number
  std::uint64_t array_cycles = 0;
  std::uint64_t clock_cycles = 0;  ///< array cycles and stalls
};

/// Runs a launch on the array and changes `scratchpad`, whose size must be that of the array. Fails if the words make
/// no sense on this array: an operation that the PE does not have, a source that does not exist, a loop of bypasses.
Result<Execution> execute(const arch::Cgra& cgra, const Image& image, const dfg::Launch& launch,
                          std::span<std::uint8_t> scratchpad);

}  // namespace heddle::codegen
