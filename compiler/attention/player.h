// Plays a program into an array's streams, clock by clock, and takes its words: the same for every model of an array.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/arch/swat.h"
#include "compiler/attention/datapath.h"
#include "compiler/attention/streams.h"
#include "compiler/base/random.h"

namespace heddle::attention {

/// What is offered in a clock. A stream that has begun to offer a transfer keeps offering it.
struct Offer {
  const Load* load = nullptr;              ///< null: nothing
  std::span<const numerics::Code> vector;  ///< all of it
  std::int32_t word = 0;                   ///< of the vector, this clock
  const Run* run = nullptr;                ///< null: nothing
  std::int32_t run_group = 0;
  bool out_ready = false;
};

/// What the array says to it.
struct Answer {
  bool load_ready = false;
  bool run_ready = false;
  bool out_valid = false;
  std::int32_t out_group = 0;
  std::int32_t out_row = 0;
  std::int32_t out_line = 0;
  std::span<const numerics::Code> out_word;  ///< until the clock
};

/// An array at its ports. Two implementations: SystemC's state, and verilated RTL.
class ArrayPorts {
 public:
  virtual ~ArrayPorts() = default;
  /// Forgets everything, and holds what is constant in a program.
  virtual void begin(std::int32_t head_dim, const LogitScale& scale) = 0;
  /// Asynchronous reset.
  virtual void reset() = 0;
  virtual Answer settle(const Offer& offer) = 0;
  virtual void clock() = 0;
};

/// How often a stream's other side is ready, in 1 / 16; 16: always.
struct Pace {
  unsigned loads = 16;
  unsigned runs = 16;
  unsigned outputs = 16;
  std::uint64_t seed = 1;
};

struct Played {
  Operand outputs;
  std::int64_t cycles = 0;        ///< from the first clock in which streams may transfer to the last word's
  std::int64_t load_words = 0;    ///< of stream_elements elements
  std::int64_t output_words = 0;  ///< of rows that tasks have
  bool finished = false;          ///< all words came
};

class Player {
 public:
  /// All references stay valid while it plays.
  Player(const Program& program, const arch::Swat& array, const Inputs& inputs, const Pace& pace = {});
  /// One clock; false when all words have come, or none has for a long time.
  bool step(ArrayPorts& array);
  [[nodiscard]] const Played& played() const { return played_; }

 private:
  void take(const Answer& answer);

  const Program& program_;
  const Inputs& inputs_;
  Pace pace_;
  Random random_;
  std::vector<RunCommand> commands_;
  std::int32_t rows_;
  std::int32_t stream_;
  std::int32_t words_;  ///< of a vector
  std::int64_t left_ = 0;
  std::int64_t cycle_ = 0;
  std::int64_t last_ = 0;  ///< cycle of the newest word
  std::size_t load_ = 0;
  std::size_t command_ = 0;
  std::vector<std::int64_t> taken_;  ///< words of each group
  Offer offer_;
  Played played_;
};

}  // namespace heddle::attention
