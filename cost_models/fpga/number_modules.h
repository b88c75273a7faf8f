// The modules of a PE's unit for number formats (rtl/cgra/cgra_number.sv and what it is made of).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "compiler/arch/cgra.h"
#include "cost_models/fpga/usage.h"

namespace heddle::fpga {

/// A set of opcodes: bit i for opcode i.
class OpcodeMask {
 public:
  void insert(dfg::Opcode op) {
    const auto place = static_cast<unsigned>(op);
    words_.at(place / 64) |= std::uint64_t{1} << (place % 64);
  }
  [[nodiscard]] std::string hex() const;  ///< "0x1f": without leading zeros, "0x0" if it is empty

 private:
  std::array<std::uint64_t, 2> words_{};
};

/// Lane of an operation in cgra_number: 0 sums and products, 1 comparisons, 2 conversions. Precondition: is_number(op).
std::size_t number_lane(dfg::Opcode op);

/// Latencies of the three lanes of cgra_number; 0: the class has no operation of that lane.
struct NumberLanes {
  int mac = 0;  ///< sums, products, multiply-accumulates
  int compare = 0;
  int convert = 0;
  [[nodiscard]] bool any() const { return mac + compare + convert > 0; }
};

/// Of a class whose operations passed codegen::check_rtl_limits (each lane has one latency).
NumberLanes number_lanes(const arch::PeClass& pe_class);

/// Instances of one PE of the class, each with how often it occurs; none if it computes with integers only. Units of
/// number formats that contain no other modelled module (`is_unit`) stand for all that they contain.
std::vector<std::pair<ModuleSpec, std::int64_t>> number_modules(const arch::PeClass& pe_class, int word_bits);

/// A unit that is synthesised with what it contains, its hierarchy kept: fp_mac, fp_convert, ...
bool is_unit(const std::string& module);
/// What lies in a unit, itself excluded, as file names without suffix; empty for other modules.
const std::vector<std::string>& unit_contents(const std::string& module);

}  // namespace heddle::fpga
