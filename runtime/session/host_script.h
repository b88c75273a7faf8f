// What the host writes to and reads from the port of the array for one launch (docs/execution_model.md, section 7),
// word by word. Both backends follow the same script: one carries it out, the other counts it.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/codegen/layout.h"
#include "runtime/session/backend.h"

namespace heddle::session {

/// Words to consecutive addresses.
struct HostWrite {
  std::uint32_t address = 0;
  std::vector<std::uint32_t> words;
};

/// Words from consecutive addresses.
struct HostRead {
  std::uint32_t address = 0;
  std::size_t words = 0;
};

std::uint64_t cycles_of(const std::vector<HostWrite>& writes);
std::uint64_t cycles_of(const HostRead& read);

/// Start and done (section 7).
inline constexpr std::uint64_t kStartAndDoneCycles = 2;

/// Writes scripts for one array; remembers the layouts of its PEs.
class HostScript {
 public:
  explicit HostScript(const arch::Cgra& cgra);

  /// All configuration words of the region.
  [[nodiscard]] std::vector<HostWrite> configuration(const CompiledRegion& region) const;
  /// Constant fields with live-ins and array bases, then the loop control registers.
  [[nodiscard]] std::vector<HostWrite> parameters(const LaunchPlan& plan) const;
  /// RUN_CYCLES and STALL_CYCLES.
  [[nodiscard]] static HostRead counters();
  [[nodiscard]] HostRead live_out(const codegen::LiveOutPlace& place) const;

 private:
  [[nodiscard]] std::vector<HostWrite> patches(const LaunchPlan& plan) const;

  const arch::Cgra& cgra_;
  std::vector<codegen::Layout> layouts_;  ///< by PE
};

/// The scratchpad words that a transfer touches; bytes of them that the transfer does not cover belong to nobody and
/// are written as zero.
HostWrite write_of(const Transfer& transfer);
HostRead read_of(const Transfer& transfer);
/// How many they are.
std::size_t word_count(const Transfer& transfer);
/// Copies the transfer's bytes out of the words that `read_of` delivered.
void store_to_host(const Transfer& transfer, const std::vector<std::uint32_t>& words);

/// True if the array need not be configured again to run `image` after `loaded`: equal words, and the same fields
/// patched.
bool same_configuration(const codegen::Image& image, const codegen::Image& loaded);

/// Array cycles of a run without stalls: (N-1) * II + SL.
std::uint64_t array_cycles(const CompiledRegion& region, std::uint64_t trip_count);

}  // namespace heddle::session
