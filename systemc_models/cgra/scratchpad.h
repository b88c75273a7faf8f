// The scratchpad: banks with few ports behind a crossbar, and the rounds in which they serve an array cycle.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/arch/cgra.h"
#include "systemc_models/cgra/state_map.h"

namespace heddle::systemc {

/// What a memory PE wants in this array cycle.
struct Request {
  std::uint32_t address = 0;  ///< a byte of the scratchpad, aligned to `bytes`
  std::uint32_t bank = 0;
  std::uint8_t bytes = 0;
  bool store = false;
  bool is_signed = false;
  bool served = false;
  Word data = 0;  ///< stores: to write; loads: what was read, extended to 64 bits
};

class Scratchpad {
 public:
  explicit Scratchpad(const arch::Cgra& cgra);

  /// A request at `address` (any 32-bit value; wraps, and is rounded down to its size).
  [[nodiscard]] Request request(Word address, std::uint8_t bytes) const;
  /// One clock cycle: serves what the ports of each bank allow, in order. True if all are served now.
  bool serve_round(std::vector<Request>& requests);

  [[nodiscard]] std::uint32_t read_word(std::uint32_t address) const;
  void write_word(std::uint32_t address, std::uint32_t value);

 private:
  void load(Request& request) const;
  void store(const Request& request);

  std::vector<std::uint8_t> bytes_;
  std::uint32_t size_;
  std::uint32_t bank_count_;
  std::uint32_t bank_bytes_;
  std::uint32_t word_bytes_;
  std::uint32_t ports_;
  bool interleaved_;
  std::vector<std::uint32_t> load_of_bank_;  // ports taken in this round
};

}  // namespace heddle::systemc
