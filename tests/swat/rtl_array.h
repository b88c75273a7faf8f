// The verilated array at its streams.
#pragma once

#include <cstdint>
#include <memory>

#include "compiler/attention/player.h"

namespace heddle::attention {

/// The models that tests/swat verilates.
enum class Model : std::uint8_t {
  kHalf,      ///< fp16, 2 groups of 4 rows, 32 elements, 32 slots, 4 elements a word
  kBrain,     ///< bf16, 1 group of 8 rows, 64 elements, 16 slots, 8 elements a word
  kByte,      ///< int8, fp16 outputs, 2 groups of 4 rows, 32 elements, 32 slots, 4 elements a word
  kMinifloat  ///< e4m3, fp16 outputs, as kHalf
};

/// The array that a model is.
arch::Swat array_of(Model model);

std::unique_ptr<ArrayPorts> make_rtl_array(Model model);

/// Plays a program from its begin until clock `end`, or to its end (-1).
Played play(ArrayPorts& ports, const Program& program, const arch::Swat& array, const LogitScale& scale,
            const Inputs& inputs, const Pace& pace = {}, std::int64_t end = -1);

}  // namespace heddle::attention
