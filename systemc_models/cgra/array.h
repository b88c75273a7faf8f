// The array without a clock: state, loop control, and what one clock cycle of a run does to them.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "compiler/arch/cgra.h"
#include "compiler/codegen/activity.h"
#include "compiler/codegen/device.h"
#include "systemc_models/cgra/configuration.h"
#include "systemc_models/cgra/scratchpad.h"
#include "systemc_models/cgra/state_map.h"

namespace heddle::systemc {

/// What the host writes before a start, and reads after the run.
struct ControlRegisters {
  std::uint32_t ii_minus_1 = 0;
  std::uint32_t trip_count = 0;
  std::uint64_t last_it = 0;
  std::uint32_t last_slot = 0;
  std::uint32_t run_cycles = 0;
  std::uint32_t stall_cycles = 0;
};

/// The position of a run; `it` is the iteration of stage 0.
struct LoopState {
  bool busy = false;
  bool stalled = false;  ///< this clock cycle does not end its array cycle
  std::uint32_t slot = 0;
  std::uint64_t it = 0;
  std::uint64_t array_cycle = 0;
};

/// The loop unit: counts down what is left of each inner loop, and remembers which of them ended with past iterations.
class LoopUnit {
 public:
  LoopUnit(int levels, int max_stages);

  void set_last(std::size_t loop, std::uint32_t last) {
    if (loop < last_.size()) last_[loop] = last;
  }
  void start();
  /// The next iteration begins.
  void next();
  /// Bit l: inner loop l ends with the iteration `back` iterations before the current one; all end before the first.
  [[nodiscard]] unsigned ends(std::size_t back) const { return back < ends_.size() ? ends_[back] : 0; }
  /// Does the edge of a code (codegen::edge_code) hold in stage `stage`? Codes of loops that are not there never do.
  [[nodiscard]] bool holds(unsigned code, std::size_t stage) const {
    return (ends(stage + code % 2) & (1U << ((code - 1) / 2))) != 0;
  }

 private:
  [[nodiscard]] unsigned ending() const;

  std::vector<std::uint32_t> last_;  ///< trip count less 1
  std::vector<std::uint32_t> rest_;
  std::vector<unsigned> ends_;  ///< by stage, one more than there are
};

class Array {
 public:
  using Probe = std::function<void(const codegen::ProbeSample&)>;

  explicit Array(const arch::Cgra& cgra);
  Array(const Array&) = delete;
  Array& operator=(const Array&) = delete;

  /// One clock cycle of a run. Precondition: busy.
  void clock();
  /// Host port (docs/execution_model.md, section 7), one word.
  void host_write(std::uint32_t address, std::uint32_t value);
  [[nodiscard]] std::uint32_t host_read(std::uint32_t address);
  void set_probe(Probe probe) { probe_ = std::move(probe); }

  [[nodiscard]] const arch::Cgra& cgra() const { return cgra_; }
  [[nodiscard]] const LoopState& loop() const { return loop_; }
  [[nodiscard]] const StateMap& map() const { return map_; }
  /// Counts of everything since creation.
  [[nodiscard]] codegen::Activity activity() const;
  /// All state words; their addresses never change.
  [[nodiscard]] const std::vector<Word>& state() const { return state_; }

 private:
  /// A result on its way to RES.
  struct Completion {
    Index result = 0;
    std::int32_t live_out = Operation::kNoLiveOut;
    Word value = 0;
  };

  /// Place in `completing_` of a load whose data is not there yet.
  struct WaitingLoad {
    std::size_t bucket = 0;
    std::size_t entry = 0;
    std::size_t request = 0;
  };

  void start();
  void sample() const;
  void evaluate();
  void issue(const Operation& operation);
  [[nodiscard]] Word operand(const Operation& operation, std::size_t port) const;
  [[nodiscard]] Word base_of(const Operation& operation) const;
  [[nodiscard]] Word step_of(const Operation& operation) const;
  void advance();
  void complete();
  void count_loop();
  void count_slots(codegen::Activity& activity) const;
  [[nodiscard]] bool valid(std::uint32_t stage) const {
    return loop_.it >= stage && loop_.it - stage < control_.trip_count;
  }
  [[nodiscard]] std::uint32_t control_register(std::uint32_t address) const;
  void write_control_register(std::uint32_t address, std::uint32_t value);

  const arch::Cgra cgra_;
  const StateMap map_;
  const Word mask_;
  Configuration configuration_;
  Scratchpad scratchpad_;
  ControlRegisters control_;
  LoopState loop_;
  LoopUnit loop_unit_;
  std::vector<Word> state_;
  std::vector<Word> live_outs_;
  std::vector<Word> generators_;
  std::vector<std::vector<Completion>> completing_;  // ring by array cycle: results that are in RES from then on
  std::vector<Request> requests_;                    // of this array cycle
  std::vector<WaitingLoad> waiting_loads_;           // of this array cycle
  std::vector<Word> register_inputs_;                // of this array cycle
  codegen::Activity activity_;                       // without what follows from the cycles of each slot
  std::vector<std::uint64_t> slot_cycles_;           // of this run
  Probe probe_;
};

}  // namespace heddle::systemc
