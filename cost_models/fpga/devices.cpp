#include "cost_models/fpga/devices.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include "compiler/base/check.h"
#include "compiler/base/files.h"
#include "compiler/base/json.h"

extern const char* const heddle_devices_schema;
extern const char* const heddle_devices_table;

namespace heddle::fpga {
namespace {

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

const Json& schema() {
  static const Json value = [] {
    auto document = parse_json(heddle_devices_schema, "devices.json");
    HEDDLE_CHECK(document.has_value(), "the embedded schema of devices does not parse");
    return std::move(document->root);
  }();
  return value;
}

/// A second device of a name, part or board alike, could never be asked for.
Status check_names(const Document& document) {
  std::set<std::string> names;
  const Json& list = document.root["devices"];
  for (std::size_t i = 0; i < list.size(); ++i)
    for (const char* key : {"name", "board"}) {
      if (!list[i].contains(key)) continue;
      const std::string name = list[i][key].get<std::string>();
      if (!names.insert(lower(name)).second)
        return fail(ErrorCode::kBadInput, fmt::format("there are two devices or boards with the name {}", name),
                    document.mark(pointer_to(pointer_to("/devices", i), key)));
    }
  return {};
}

}  // namespace

Result<std::vector<Device>> read_devices(const Document& document) {
  HEDDLE_TRY(validate_schema(document, schema()));
  HEDDLE_TRY(check_names(document));
  std::vector<Device> list;
  for (const Json& entry : document.root["devices"]) {
    Device device;
    device.name = entry["name"].get<std::string>();
    device.board = entry.value("board", "");
    device.note = entry.value("note", "");
    HEDDLE_ASSIGN(device.family, parse_family(entry["family"].get<std::string>()));
    HEDDLE_ASSIGN(device.available, usage_from_json(entry));
    list.push_back(std::move(device));
  }
  return list;
}

const std::vector<Device>& devices() {
  static const std::vector<Device> list = [] {
    const auto document = parse_yaml(heddle_devices_table, "devices.yaml");
    HEDDLE_CHECK(document, "devices.yaml does not parse");
    auto read = read_devices(*document);
    HEDDLE_CHECK(read, "devices.yaml: " + (read ? std::string() : to_string(read.error())));
    return std::move(*read);
  }();
  return list;
}

Result<Device> find_device(const std::string& name, const std::vector<Device>& more) {
  std::vector<Device> all = more;
  all.insert(all.end(), devices().begin(), devices().end());
  std::vector<std::string> names;
  for (const Device& device : all) {
    if (lower(device.name) == lower(name) || lower(device.board) == lower(name)) return device;
    names.push_back(device.name);
  }
  std::vector<std::string> candidates;
  for (const Device& device : all) {
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
