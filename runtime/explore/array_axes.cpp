// Axes over the description of an array.
#include <fmt/format.h>

#include <algorithm>

#include "runtime/explore/axis.h"

namespace heddle::explore {
namespace {

using Apply = std::function<Status(const Json&, Design&)>;

Status set_grid(Design& design, const char* key, const Json& value) {
  if (design.array.contains("placement") && !design.array["placement"].contains("default"))
    return fail(ErrorCode::kBadInput,
                "the array's placement is a picture or a map, which fits one size only; axes over the grid need "
                "placement: {default: CLASS, rules: [...]}");
  design.array["grid"][key] = value;
  return {};
}

Apply grid(std::vector<const char*> keys) {
  return [keys](const Json& value, Design& design) -> Status {
    for (const char* key : keys) HEDDLE_TRY(set_grid(design, key, value));
    return {};
  };
}

/// A number at a path of the document.
Apply at(const char* pointer) {
  return [pointer](const Json& value, Design& design) -> Status {
    design.array[Json::json_pointer(pointer)] = value;
    return {};
  };
}

bool accesses_memory(const Json& pe_class) {
  if (pe_class.contains("memory")) return pe_class["memory"].get<bool>();
  const Json& operations = pe_class["operations"];
  const auto is_access = [](const std::string& name) { return name == "memory" || name == "load" || name == "store"; };
  if (operations.is_object())
    return std::ranges::any_of(operations.items(), [&](const auto& entry) { return is_access(entry.key()); });
  return std::ranges::any_of(operations, [&](const Json& entry) { return is_access(entry.get<std::string>()); });
}

/// A number of every PE class, or of those with memory.
Apply of_classes(const char* key, bool memory_only = false) {
  return [key, memory_only](const Json& value, Design& design) -> Status {
    for (auto& [name, pe_class] : design.array["pe_classes"].items()) {
      if (!memory_only || accesses_memory(pe_class)) pe_class[key] = value;
    }
    return {};
  };
}

Status set_topology(const Json& value, Design& design) {
  const std::string name = value.get<std::string>();
  design.array["links"] = Json::array({name == "torus" ? "torus" : "mesh"});
  if (name == "mesh+diagonal" || name == "mesh+diagonal+one_hop") design.array["links"].push_back("diagonal");
  if (name == "mesh+one_hop" || name == "mesh+diagonal+one_hop") design.array["links"].push_back("one_hop");
  return {};
}

/// The only class with memory.
Result<std::string> memory_class(const Json& array) {
  std::vector<std::string> found;
  for (const auto& [name, pe_class] : array["pe_classes"].items()) {
    if (accesses_memory(pe_class)) found.push_back(name);
  }
  if (found.size() == 1) return found.front();
  return fail(
      ErrorCode::kBadInput,
      fmt::format("the axis memory_pes needs an array with one class of PEs with memory, this has {}", found.size()));
}

/// Positions in the order in which PEs get memory: the first column, the last one, then inwards; spread over the rows.
std::vector<std::pair<int, int>> memory_positions(int rows, int columns, int count) {
  std::vector<int> order;
  for (int left = 0, right = columns - 1; left <= right; ++left, --right) {
    order.push_back(left);
    if (right > left) order.push_back(right);
  }
  std::vector<std::pair<int, int>> positions;
  for (const int column : order) {
    const int here = std::min(rows, count - static_cast<int>(positions.size()));
    for (int k = 0; k < here; ++k) positions.emplace_back(k * rows / here, column);
  }
  return positions;
}

Status set_memory_pes(const Json& value, Design& design) {
  HEDDLE_ASSIGN(const std::string name, memory_class(design.array));
  Json& placement = design.array["placement"];
  if (!placement.is_object() || !placement.contains("default") || placement["default"] == name)
    return fail(ErrorCode::kBadInput,
                "the axis memory_pes needs placement: {default: CLASS, rules: [...]} with a default without memory");
  const int rows = design.array["grid"]["rows"].get<int>();
  const int columns = design.array["grid"]["columns"].get<int>();
  const int count = value.get<int>();
  if (count > rows * columns)
    return fail(ErrorCode::kInfeasible, fmt::format("{} PEs with memory among {} PEs", count, rows * columns));
  Json rules = Json::array();
  for (const Json& rule : placement.value("rules", Json::array())) {
    if (rule["class"] != name) rules.push_back(rule);
  }
  Json pes = Json::array();
  for (const auto& [row, column] : memory_positions(rows, columns, count)) pes.push_back({row, column});
  rules.push_back({{"class", name}, {"pes", pes}});
  placement["rules"] = rules;
  return {};
}

}  // namespace

std::vector<AxisKind> array_axes() {
  const std::vector<std::string> topologies{"mesh", "torus", "mesh+diagonal", "mesh+one_hop", "mesh+diagonal+one_hop"};
  return {
      {"size", "rows and columns of a square array", {}, 1, 64, 0, grid({"rows", "columns"})},
      {"rows", "rows of the array", {}, 1, 64, 0, grid({"rows"})},
      {"columns", "columns of the array", {}, 1, 64, 0, grid({"columns"})},
      {"topology", "links between PEs", topologies, 0, 0, 1, set_topology},
      {"hop_limit", "links that a value may cross in one cycle", {}, 1, 64, 1, at("/bypass/hop_limit")},
      {"turns", "turns of values on their way", {"dimension_order", "any"}, 0, 0, 1, at("/bypass/turns")},
      {"memory_pes", "PEs with a port to the scratchpad", {}, 1, 4096, 1, set_memory_pes},
      {"banks", "banks of the scratchpad", {}, 1, 64, 1, at("/scratchpad/banks")},
      {"bank_bytes", "bytes of a bank", {}, 8, 16777216, 1, at("/scratchpad/bank_bytes")},
      {"bank_ports", "accesses of a bank in a cycle", {}, 1, 2, 1, at("/scratchpad/ports")},
      {"layout", "addresses over banks", {"blocked", "interleaved"}, 0, 0, 1, at("/scratchpad/layout")},
      {"config_depth", "configuration words of a PE", {}, 1, 256, 1, at("/config_depth")},
      {"loop_levels", "inner loops that the loop unit counts", {}, 0, 4, 1, at("/loop_levels")},
      {"registers", "registers of a PE", {}, 0, 64, 1, of_classes("registers")},
      {"rf_read_ports", "registers read in a cycle", {}, 0, 8, 1, of_classes("rf_read_ports")},
      {"rf_write_ports", "registers written in a cycle", {}, 0, 8, 1, of_classes("rf_write_ports")},
      {"constants", "constant fields of a configuration word", {}, 0, 8, 1, of_classes("constants")},
      {"address_generators", "of each PE with memory", {}, 0, 8, 1, of_classes("address_generators", true)},
  };
}

}  // namespace heddle::explore
