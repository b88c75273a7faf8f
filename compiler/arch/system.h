// What stands around an array: memory, copies, the core that runs the rest. A model's figures (heddle.system/1).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "compiler/base/json.h"
#include "compiler/base/result.h"

namespace heddle::arch {

struct Dram {
  double bytes_per_second = 0;
  std::int64_t burst_bytes = 1;  ///< pieces are rounded up to it
  double latency_ns = 0;         ///< once for all pieces of a launch in one direction
  bool operator==(const Dram&) const = default;
};

/// In cycles of its own clock.
struct HostCore {
  double mhz = 0;
  double cycles_per_mac = 0;
  double cycles_per_element = 0;
  double cycles_per_function = 0;  ///< exp, division, tanh, ...
  bool operator==(const HostCore&) const = default;
};

struct System {
  std::string name;
  std::string description;
  double array_mhz = 0;
  Dram dram;
  int dma_channels = 1;  ///< 2: reads and writes at the same time
  HostCore host;
  bool operator==(const System&) const = default;
};

/// The system that is meant where none is named.
inline constexpr const char* kDefaultSystem = "softcore";

/// Errors carry file:line:col, the key path and the nearest valid key.
Result<System> system_from_document(const Document& document);

Result<System> load_system(const std::filesystem::path& path);

Json to_json(const System& system);

}  // namespace heddle::arch
