// The verilated array at its streams.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "compiler/attention/datapath.h"
#include "compiler/attention/streams.h"

namespace heddle::attention {

/// The models that tests/swat verilates.
enum class Model : std::uint8_t {
  kHalf,      ///< fp16, 2 groups of 4 rows, 32 elements, 32 slots, 4 elements a word
  kBrain,     ///< bf16, 1 group of 8 rows, 64 elements, 16 slots, 8 elements a word
  kByte,      ///< int8, fp16 outputs, 2 groups of 4 rows, 32 elements, 32 slots, 4 elements a word
  kMinifloat  ///< e4m3, fp16 outputs, as kHalf
};

/// How often a stream's other side is ready, in 1 / 16; 16: always.
struct Pace {
  unsigned loads = 16;
  unsigned runs = 16;
  unsigned outputs = 16;
  std::uint64_t seed = 1;
};

struct Simulated {
  Operand outputs;
  std::int64_t cycles = 0;  ///< from the first clock in which streams may transfer to the last output word's
  bool finished = false;    ///< all words came
};

class RtlArray {
 public:
  virtual ~RtlArray() = default;
  /// Runs a program. `reset_at`: in this clock the array is reset, and the program begins again; -1: never.
  virtual Simulated run(const Program& program, const LogitScale& scale, const Ports& ports, const Inputs& inputs,
                        const Pace& pace, std::int64_t reset_at) = 0;
};

std::unique_ptr<RtlArray> make_rtl_array(Model model);

}  // namespace heddle::attention
