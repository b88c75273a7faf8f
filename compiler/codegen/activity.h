// What an array did, as counts: the ground of the energy model (docs/energy.md).
#pragma once

#include <array>
#include <cstdint>

#include "compiler/base/json.h"
#include "compiler/base/result.h"
#include "compiler/dfg/graph.h"

namespace heddle::codegen {

/// Counts over some runs. Additive.
struct Activity {
  static constexpr std::size_t kOpcodes = 256;
  static constexpr std::size_t kSizes = 4;  ///< accesses of 1, 2, 4 and 8 bytes

  std::array<std::uint64_t, kOpcodes> operations{};  ///< by opcode: issued in valid iterations
  /// By opcode: issued in the iterations before the first and after the last, while the pipeline fills and drains.
  /// Their results are unused, and memory operations access nothing.
  std::array<std::uint64_t, kOpcodes> idle_operations{};
  std::array<std::uint64_t, kSizes> loads{};   ///< that reached a bank
  std::array<std::uint64_t, kSizes> stores{};  ///< that reached a bank
  std::uint64_t register_reads = 0;            ///< read ports in use
  std::uint64_t register_writes = 0;
  std::uint64_t link_words = 0;    ///< links that carried a value, in array cycles
  std::uint64_t array_cycles = 0;  ///< each PE fetches a configuration word in each
  std::uint64_t stall_cycles = 0;  ///< clock cycles beyond array cycles
  // Words of 32 bits over the host port.
  std::uint64_t configuration_words = 0;
  std::uint64_t scratchpad_words_in = 0;
  std::uint64_t scratchpad_words_out = 0;
  std::uint64_t other_host_words = 0;  ///< loop control, start, live-outs, counters

  Activity& operator+=(const Activity& other);
  Activity& operator-=(const Activity& other);  ///< of an earlier state of the same counters
  bool operator==(const Activity&) const = default;
};

/// "operations": {"add": 16, ...} and so on; zero entries of lists by opcode and size are left out.
Json to_json(const Activity& activity);
/// Fails with kBadInput on unknown operations or negative counts.
Result<Activity> activity_from_json(const Json& json);

}  // namespace heddle::codegen
