// The RTL of a window-attention array, verilated once per description and cached, behind the ports that the player
// drives.
#pragma once

#include <filesystem>
#include <memory>

#include "compiler/attention/player.h"
#include "compiler/base/context.h"
#include "compiler/base/result.h"

struct HeddleSwatEntry;

namespace heddle::session {

struct SwatRtlOptions {
  std::filesystem::path rtl_directory;    ///< rtl/swat, with files.f
  std::filesystem::path cache_directory;  ///< verilated libraries
  std::filesystem::path driver_source;    ///< swat_driver.cpp
};

/// An array at its ports whose assertions can fail.
class SwatDevice : public attention::ArrayPorts {
 public:
  /// What the first assertion that failed says; empty: none has.
  [[nodiscard]] virtual std::string failure() const = 0;
};

/// Over the entry points of a library that was verilated from this description.
std::unique_ptr<SwatDevice> make_swat_device(const HeddleSwatEntry& entry, const arch::Swat& array);

/// Verilates the array (a minute for 64 cores; progress is reported) or takes it from the cache, and plays a program
/// that check() accepts, clock by clock. Fails with kUnsupported for integer outputs, with kMismatch if an assertion
/// of the RTL fails, and when `context` is cancelled.
Result<attention::Played> simulate_swat_rtl(const attention::Program& program, const arch::Swat& array,
                                            const attention::LogitScale& scale, const attention::Inputs& inputs,
                                            const SwatRtlOptions& options, const Context& context);

}  // namespace heddle::session
