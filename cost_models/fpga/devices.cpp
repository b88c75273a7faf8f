#include "cost_models/fpga/devices.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "compiler/base/check.h"
#include "compiler/base/files.h"
#include "compiler/base/json.h"

extern const char* const heddle_devices_table;

namespace heddle::fpga {
namespace {

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::vector<Device> read_table() {
  const auto document = parse_yaml(heddle_devices_table, "devices.yaml");
  HEDDLE_CHECK(document, "devices.yaml does not parse");
  std::vector<Device> list;
  for (const Json& entry : document->root["devices"]) {
    Device device;
    device.name = entry.value("name", "");
    device.board = entry.value("board", "");
    device.note = entry.value("note", "");
    const auto family = parse_family(entry.value("family", ""));
    const auto available = usage_from_json(entry);
    HEDDLE_CHECK(family && available, "devices.yaml: " + device.name);
    device.family = *family;
    device.available = *available;
    list.push_back(std::move(device));
  }
  return list;
}

}  // namespace

const std::vector<Device>& devices() {
  static const std::vector<Device> list = read_table();
  return list;
}

Result<Device> find_device(const std::string& name) {
  std::vector<std::string> names;
  for (const Device& device : devices()) {
    if (lower(device.name) == lower(name) || lower(device.board) == lower(name)) return device;
    names.push_back(device.name);
  }
  std::vector<std::string> candidates;
  for (const Device& device : devices()) {
    candidates.push_back(lower(device.name));
    candidates.push_back(lower(device.board));
  }
  const std::string near = nearest_name(lower(name), candidates);
  return fail(ErrorCode::kNotFound, fmt::format("unknown device '{}'; there are {}", name, fmt::join(names, ", ")), {},
              near.empty() ? "" : fmt::format("did you mean '{}'?", near));
}

const Device& default_device(Family family) {
  const auto found =
      std::find_if(devices().begin(), devices().end(), [&](const Device& device) { return device.family == family; });
  HEDDLE_CHECK(found != devices().end(), "no device of a family");
  return *found;
}

std::optional<double> DeviceShare::share() const {
  if (available == 0) return std::nullopt;
  return used / available;
}

std::vector<DeviceShare> device_shares(const Device& device, const Usage& used) {
  const Usage& has = device.available;
  return {{"lut", "LUT", used.lut + used.lutram, has.lut},
          {"lutram", "of these as memory", used.lutram, has.lutram},
          {"ff", "FF", used.ff, has.ff},
          {"dsp", "DSP", used.dsp, has.dsp},
          {"bram", "BRAM", used.bram, has.bram}};
}

Json to_json(const Device& device, const std::vector<DeviceShare>& shares) {
  Json rows = Json::array();
  for (const DeviceShare& row : shares) {
    const auto share = row.share();
    rows.push_back({{"resource", row.key},
                    {"title", row.title},
                    {"used", std::round(2 * row.used) / 2},
                    {"available", row.available},
                    {"share", share ? Json(*share) : Json(nullptr)},
                    {"fits", row.fits()}});
  }
  return {{"name", device.name},
          {"board", device.board},
          {"note", device.note},
          {"family", name(device.family)},
          {"resources", rows}};
}

}  // namespace heddle::fpga
