#include "cost_models/fpga/utilisation.h"

#include <algorithm>
#include <numeric>

namespace heddle::fpga {
namespace {

template <class T>
void keep_larger(std::optional<T>& mine, const std::optional<T>& other) {
  if (other) mine = std::max(mine.value_or(T{}), *other);
}

/// The counts by their names in JSON, in the order in which they are written.
constexpr std::pair<const char*, std::int64_t Utilisation::*> kCounts[] = {
    {"lut", &Utilisation::lut},     {"ff", &Utilisation::ff},
    {"carry", &Utilisation::carry}, {"dsp", &Utilisation::dsp},
    {"bram", &Utilisation::bram},   {"lutram", &Utilisation::lutram},
    {"mux", &Utilisation::mux},     {"inverters", &Utilisation::inverters},
};
constexpr std::pair<const char*, std::optional<std::int64_t> Utilisation::*> kOptionalCounts[] = {
    {"logic_cells", &Utilisation::logic_cells},
    {"delay_ps", &Utilisation::delay_ps},
    {"depth", &Utilisation::depth},
};

bool is_count(const Json& value) { return value.is_number_integer() && value.get<std::int64_t>() >= 0; }

}  // namespace

Utilisation count_cells(Family family, const std::map<std::string, std::int64_t>& cells) {
  Utilisation result;
  result.cells = cells;
  for (const auto& [cell, count] : cells) {
    const CellClass known = classify(family, cell);
    switch (known.kind) {
      case CellKind::kLut: result.lut_by_inputs.at(static_cast<std::size_t>(known.units) - 1) += count; break;
      case CellKind::kLutRam: result.lutram += count * known.units; break;
      case CellKind::kFlipFlop: result.ff += count; break;
      case CellKind::kCarry:
        result.carry += count;
        // A CCU2C is both LUTs of a slice with their carry (FPGA-TN-02012).
        if (family == Family::kEcp5) result.lut_by_inputs[3] += 2 * count;
        break;
      case CellKind::kDsp: result.dsp += count; break;
      case CellKind::kBram: result.bram += count * known.units; break;
      case CellKind::kMux: result.mux += count; break;
      case CellKind::kInverter: result.inverters += count; break;
      case CellKind::kOther: break;
    }
  }
  result.lut = std::accumulate(result.lut_by_inputs.begin(), result.lut_by_inputs.end(), std::int64_t{0});
  return result;
}

void add(Utilisation& total, const Utilisation& part, std::int64_t instances) {
  const bool first = total == Utilisation{};
  for (const auto& [key, member] : kCounts) total.*member += part.*member * instances;
  for (std::size_t i = 0; i < total.lut_by_inputs.size(); ++i)
    total.lut_by_inputs[i] += part.lut_by_inputs[i] * instances;
  for (const auto& [cell, count] : part.cells) total.cells[cell] += count * instances;
  if (part.logic_cells && (first || total.logic_cells))
    total.logic_cells = total.logic_cells.value_or(0) + *part.logic_cells * instances;
  else
    total.logic_cells.reset();
  keep_larger(total.delay_ps, part.delay_ps);
  keep_larger(total.depth, part.depth);
  total.fmax_mhz.reset();
}

Json to_json(const Utilisation& utilisation) {
  Json json = Json::object();
  for (const auto& [key, member] : kCounts) json[key] = utilisation.*member;
  json["lut_by_inputs"] = utilisation.lut_by_inputs;
  for (const auto& [key, member] : kOptionalCounts)
    if (utilisation.*member) json[key] = *(utilisation.*member);
  if (utilisation.fmax_mhz) json["fmax_mhz"] = *utilisation.fmax_mhz;
  json["cells"] = utilisation.cells;
  return json;
}

Result<Utilisation> utilisation_from_json(const Json& json, Family family) {
  const auto bad = [](const std::string& key) {
    return fail(ErrorCode::kBadInput, "utilisation: '" + key + "' is missing or not a count");
  };
  if (!json.is_object()) return fail(ErrorCode::kBadInput, "utilisation: expected an object");
  const Json counts = json.value("cells", Json());
  if (!counts.is_object() || !std::all_of(counts.begin(), counts.end(), is_count)) return bad("cells");
  std::map<std::string, std::int64_t> cells;
  for (const auto& [cell, count] : counts.items()) cells[cell] = count.get<std::int64_t>();
  Utilisation result = count_cells(family, cells);
  for (const auto& [key, member] : kOptionalCounts) {
    if (!json.contains(key)) continue;
    if (!is_count(json[key])) return bad(key);
    result.*member = json[key].get<std::int64_t>();
  }
  if (json.contains("fmax_mhz")) {
    if (!json["fmax_mhz"].is_number()) return bad("fmax_mhz");
    result.fmax_mhz = json["fmax_mhz"].get<double>();
  }
  return result;
}

}  // namespace heddle::fpga
