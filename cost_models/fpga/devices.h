// Named FPGAs and what they have.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cost_models/fpga/usage.h"

namespace heddle::fpga {

/// A part or board; `available` in the units of Usage (carry, mux and inverters are not limited here and are 0).
struct Device {
  std::string name;
  std::string board;  ///< "ZCU104", or empty
  std::string note;   ///< what the figures leave out
  Family family = Family::kXcup;
  Usage available;
};

/// The built-in table (cost_models/fpga/devices.yaml, heddle.devices/1), in its order.
const std::vector<Device>& devices();

/// Devices of a document of the schema heddle.devices/1 (workloads/schema/devices.json). Fails with the place in the
/// file.
Result<std::vector<Device>> read_devices(const Document& document);

/// By part or board name, in any case, in `more` first. Fails with the nearest name and the list.
Result<Device> find_device(const std::string& name, const std::vector<Device>& more = {});

/// The first device of a family: what reports use if none is named.
const Device& default_device(Family family);

/// One resource of a device and how much of it is used.
struct DeviceShare {
  std::string_view key;
  std::string_view title;
  double used = 0;
  double available = 0;

  /// used / available; nothing for what the device lacks.
  [[nodiscard]] std::optional<double> share() const;
  [[nodiscard]] bool fits() const { return used <= available; }
};

/// LUT (logic and memory together, as both are LUT sites), LUTs as memory where limited apart, FF, DSP, BRAM.
std::vector<DeviceShare> device_shares(const Device& device, const Usage& used);

Json to_json(const Device& device, const std::vector<DeviceShare>& shares);

}  // namespace heddle::fpga
