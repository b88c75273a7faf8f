#include "cost_models/fpga/usage.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

namespace heddle::fpga {

Usage& Usage::operator+=(const Usage& other) {
  for (const UsageColumn& column : kUsageColumns) this->*column.member += other.*column.member;
  return *this;
}

Usage operator*(double factor, Usage usage) {
  for (const UsageColumn& column : kUsageColumns) usage.*column.member *= factor;
  return usage;
}

Json to_json(const Usage& usage) {
  Json json = Json::object();
  for (const UsageColumn& column : kUsageColumns) {
    const double halves = std::round(usage.*column.member * 2);
    if (column.member == &Usage::bram && std::fmod(halves, 2) != 0)
      json[std::string(column.key)] = halves / 2;
    else
      json[std::string(column.key)] = std::llround(usage.*column.member);
  }
  return json;
}

Result<Usage> usage_from_json(const Json& json) {
  Usage usage;
  for (const UsageColumn& column : kUsageColumns) {
    const auto found = json.find(std::string(column.key));
    if (found == json.end()) continue;
    if (!found->is_number() || found->get<double>() < 0)
      return fail(ErrorCode::kBadInput,
                  fmt::format("resource {}: expected a number >= 0, found {}", column.key, found->dump()));
    usage.*column.member = found->get<double>();
  }
  return usage;
}

Usage usage_of_cells(Family family, const std::map<std::string, std::int64_t>& cells) {
  constexpr double kHalf = 0.5;
  const bool amd = family == Family::kXc7 || family == Family::kXcup;
  Usage usage;
  for (const auto& [cell, count] : cells) {
    const auto number = static_cast<double>(count);
    const CellClass known = classify(family, cell);
    switch (known.kind) {
      case CellKind::kLut: usage.lut += number; break;
      case CellKind::kLutRam: usage.lutram += number * known.units; break;
      case CellKind::kFlipFlop: usage.ff += number; break;
      case CellKind::kCarry: usage.carry += number; break;
      case CellKind::kDsp: usage.dsp += number; break;
      case CellKind::kBram: usage.bram += number * known.units * (amd ? kHalf : 1); break;
      case CellKind::kMux: usage.mux += number; break;
      case CellKind::kInverter: usage.inverters += number; break;
      case CellKind::kOther: break;
    }
  }
  return usage;
}

std::int64_t ModuleSpec::number(const std::string& name, std::int64_t absent) const {
  const auto found = parameters.find(name);
  return found == parameters.end() ? absent : std::strtoll(found->second.c_str(), nullptr, 0);
}

std::string ModuleSpec::text() const {
  std::string result = module;
  for (const auto& [name, value] : parameters) result += fmt::format(" {}={}", name, value);
  return result;
}

}  // namespace heddle::fpga
