// The SystemC module of the array: one clock, one clocked process, a host port.
#pragma once

#include <cstdint>
#include <span>
#include <systemc>

#include "systemc_models/cgra/array.h"

namespace heddle::systemc {

/// What the host does on its port: one word, or one clock cycle of waiting, at a time.
struct Transaction {
  enum class Kind : std::uint8_t { kNone, kWrite, kRead, kWait };
  Kind kind = Kind::kNone;
  std::uint32_t address = 0;
  std::span<const std::uint32_t> to_write;
  std::span<std::uint32_t> to_read;
  std::uint64_t limit = 0;  ///< kWait: clock cycles
  std::size_t position = 0;
  std::uint32_t read_data = 0;  ///< the port's register: the word addressed in the last clock cycle
};

SC_MODULE(CgraModule) {
  sc_core::sc_clock clk;

  SC_HAS_PROCESS(CgraModule);
  CgraModule(const sc_core::sc_module_name& name, const arch::Cgra& cgra);

  /// Runs the clock until the transaction is through; false if a wait reached its limit.
  bool carry_out(Transaction transaction);
  [[nodiscard]] std::uint64_t clock_cycles() const { return clock_cycles_; }
  Array& array() { return array_; }
  [[nodiscard]] const Array& array() const { return array_; }

 private:
  void tick();
  /// True when the transaction is through with this clock cycle.
  bool host_cycle();
  bool read_cycle();

  Array array_;
  Transaction transaction_;
  bool timed_out_ = false;
  std::uint64_t clock_cycles_ = 0;
};

}  // namespace heddle::systemc
