// The wiring becomes one directed graph over port names ("THIS.NORTH_I", "RF0.WP0", "FU0.DP0_T"), in which registers
// end the ways of one cycle. What the array of ours needs to know is what reaches what within a cycle.
#include "compiler/exchange/morpher_pe.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/base/files.h"

namespace heddle::exchange {
namespace {

constexpr const char* kPortLists[] = {"INPUTS", "OUTPUTS", "INTERNALS", "INTERNAL",
                                      "REGS",   "SOCKETS", "ISOCKETS",  "TSOCKETS"};

/// The keys of a module that say nothing about a PE to us, beside the lists of ports, are left unread with a remark.
constexpr std::string_view kKnownKeys[] = {"SUBMODS", "CONNECTIONS", "CONFLICTS", "OPS"};

class PeReader {
 public:
  PeReader(const MorpherModules& modules, std::string module) : modules_(modules), module_(std::move(module)) {}

  Result<MorpherPe> read() {
    HEDDLE_TRY(declare("THIS", module_, /*depth=*/0));
    if (pe_.function_units.empty())
      return error(modules_.pointer(module_), fmt::format("{} has no functional unit", module_));
    HEDDLE_TRY(connect("", module_));
    for (const auto& [instance, module] : inside_)
      if (units_.count(instance) == 0) HEDDLE_TRY(connect(instance, module));
    measure();
    HEDDLE_TRY(check());
    return std::move(pe_);
  }

 private:
  [[nodiscard]] tl::unexpected<Error> error(const std::string& pointer, const std::string& message,
                                            std::string hint = {}) const {
    return fail(ErrorCode::kBadInput, fmt::format("at {}: {}", pointer, message), modules_.document.mark(pointer),
                std::move(hint));
  }

  Status declare(const std::string& instance, const std::string& module, int depth) {
    const Json& body = modules_.all().at(module);
    const std::string pointer = modules_.pointer(module);
    if (!body.is_object()) return error(pointer, "expected an object");
    for (const char* list : kPortLists) HEDDLE_TRY(declare_list(instance, body, pointer, list));
    for (const auto& [key, value] : body.items())
      if (std::ranges::find(kKnownKeys, key) == std::end(kKnownKeys) &&
          std::ranges::find(kPortLists, key, [](const char* name) { return std::string_view(name); }) ==
              std::end(kPortLists))
        pe_.unread.push_back(pointer_to(pointer, key));
    if (depth == 0 && body.contains("ISOCKETS")) pe_.memory_port = !body.at("ISOCKETS").empty();
    if (depth == 0 && body.contains("CONFLICTS") && body.at("CONFLICTS").is_object())
      for (const auto& [port, others] : body.at("CONFLICTS").items())
        pe_.conflicts.push_back(pointer_to(pointer_to(pointer, "CONFLICTS"), port));
    if (body.contains("OPS")) return {};
    return depth == 0 ? declare_inside(body, pointer) : Status{};
  }

  Status declare_list(const std::string& instance, const Json& body, const std::string& pointer, const char* list) {
    if (!body.contains(list)) return {};
    const std::string at = pointer_to(pointer, list);
    if (!body.at(list).is_array()) return error(at, "expected a list of names");
    std::size_t index = 0;
    for (const Json& name : body.at(list)) {
      if (!name.is_string()) return error(pointer_to(at, index), "expected a name");
      const std::string port = instance + "." + name.get<std::string>();
      ports_.insert(port);
      if (std::string_view(list) == "REGS") registers_.insert(port);
      if (instance == "THIS" && std::string_view(list) == "INPUTS") pe_.inputs.insert(name);
      if (instance == "THIS" && std::string_view(list) == "OUTPUTS") pe_.outputs.insert(name);
      ++index;
    }
    return {};
  }

  /// Modules in the PE: its functional unit, and register files.
  Status declare_inside(const Json& body, const std::string& pointer) {
    if (!body.contains("SUBMODS")) return {};
    const std::string at = pointer_to(pointer, "SUBMODS");
    if (!body.at("SUBMODS").is_object()) return error(at, "expected an object: module to instances");
    for (const auto& [module, instances] : body.at("SUBMODS").items()) {
      const std::string here = pointer_to(at, module);
      if (!modules_.has(module)) return error(here, fmt::format("there is no module {}", module));
      // One instance may stand there by its name alone.
      if (instances.is_string()) {
        HEDDLE_TRY(add_instance(instances, module));
        continue;
      }
      if (!instances.is_array()) return error(here, "expected a list of instances");
      std::size_t index = 0;
      for (const Json& instance : instances) {
        if (!instance.is_object() || !instance.contains("name") || !instance.at("name").is_string())
          return error(pointer_to(here, index), "expected an instance with a name");
        HEDDLE_TRY(add_instance(instance.at("name"), module));
        ++index;
      }
    }
    return {};
  }

  Status add_instance(const std::string& name, const std::string& module) {
    HEDDLE_TRY(declare(name, module, 1));
    inside_.emplace(name, module);
    if (modules_.all().at(module).contains("OPS")) {
      pe_.function_units.push_back(module);
      units_.insert(name);
      HEDDLE_TRY(declare_results(name, module));
    } else if (modules_.all().at(module).contains("REGS")) {
      count_file(modules_.all().at(module));
    }
    return {};
  }

  /// Of a unit whose OUTPUTS `declare` has checked.
  Status declare_results(const std::string& name, const std::string& module) {
    for (const Json& output : modules_.all().at(module).value("OUTPUTS", Json::array()))
      results_.insert(name + "." + output.get<std::string>());
    return {};
  }

  void count_file(const Json& file) {
    pe_.read_ports += file.contains("OUTPUTS") ? static_cast<int>(file.at("OUTPUTS").size()) : 0;
    pe_.write_ports += file.contains("INPUTS") ? static_cast<int>(file.at("INPUTS").size()) : 0;
  }

  /// Adds the wires of a module; inside an instance, THIS is the instance.
  Status connect(const std::string& instance, const std::string& module) {
    const Json& body = modules_.all().at(module);
    if (!body.contains("CONNECTIONS")) return {};
    const std::string at = pointer_to(modules_.pointer(module), "CONNECTIONS");
    if (!body.at("CONNECTIONS").is_object()) return error(at, "expected an object: port to ports");
    for (const auto& [from, targets] : body.at("CONNECTIONS").items()) {
      const std::string here = pointer_to(at, from);
      HEDDLE_ASSIGN(const std::string source, port(instance, from, here));
      if (!targets.is_array()) return error(here, "expected a list of ports");
      std::size_t index = 0;
      for (const Json& target : targets) {
        const std::string place = pointer_to(here, index++);
        if (!target.is_string()) return error(place, "expected a port");
        HEDDLE_ASSIGN(const std::string sink, port(instance, target, place));
        wires_[source].insert(sink);
      }
    }
    return {};
  }

  Result<std::string> port(const std::string& instance, const std::string& name, const std::string& pointer) const {
    std::string full = name;
    if (!instance.empty() && name.substr(0, 5) == "THIS.") full = instance + name.substr(4);
    if (ports_.count(full) > 0) return full;
    // Some files leave THIS. out.
    if (const std::string own = (instance.empty() ? "THIS" : instance) + "." + name; ports_.count(own) > 0) return own;
    const std::string nearest = nearest_name(full, ports_);
    return error(pointer, fmt::format("there is no port {}", name),
                 nearest.empty() ? "" : fmt::format("the nearest is {}", nearest));
  }

  /// What a value at `start` reaches in the same cycle; registers are reached, not passed.
  [[nodiscard]] std::set<std::string> reach(const std::string& start) const {
    std::set<std::string> seen;
    std::vector<std::string> open{start};
    while (!open.empty()) {
      const std::string at = open.back();
      open.pop_back();
      const auto wires = wires_.find(at);
      if (wires == wires_.end()) continue;
      for (const std::string& next : wires->second)
        if (seen.insert(next).second && registers_.count(next) == 0) open.push_back(next);
    }
    return seen;
  }

  [[nodiscard]] bool is_unit_input(const std::string& name) const {
    return units_.count(name.substr(0, name.find('.'))) > 0 && results_.count(name) == 0;
  }

  void measure() {
    std::set<std::string> from_inputs;
    for (const std::string& input : pe_.inputs) {
      const auto ways = reach("THIS." + input);
      if (ways.empty()) pe_.dead_inputs.insert(input);
      for (const std::string& each : ways) {
        from_inputs.insert(each);
        if (each.substr(0, 5) == "THIS." && pe_.outputs.count(each.substr(5)) > 0) ++pe_.passing;
      }
    }
    for (const std::string& result : results_)
      for (const std::string& each : reach(result)) {
        reached_.insert(each);
        if (is_unit_input(each)) pe_.own_result_at_once = true;
      }
    for (const std::string& each : from_inputs) reached_.insert(each);
    for (const std::string& name : registers_) {
      for (const std::string& each : reach(name)) reached_.insert(each);
      const bool in_file = name.substr(0, 5) != "THIS.";
      if (!in_file && from_inputs.count(name) == 0) {
        ++pe_.result_registers;
        continue;
      }
      ++pe_.registers;
      if (in_file) continue;
      pe_.registers_apart = true;
      ++pe_.read_ports;
      ++pe_.write_ports;
    }
    for (const std::string& output : pe_.outputs)
      if (reached_.count("THIS." + output) == 0) pe_.dead_outputs.insert(output);
  }

  Status check() const {
    const std::string pointer = modules_.pointer(module_);
    bool fed = false;
    for (const std::string& each : reached_) fed = fed || is_unit_input(each);
    if (!fed) return error(pointer, fmt::format("nothing reaches the inputs of {}", pe_.function_units.front()));
    return {};
  }

  const MorpherModules& modules_;
  std::string module_;
  MorpherPe pe_;
  std::set<std::string> units_;  ///< instances of functional units
  std::map<std::string, std::string> inside_;
  std::set<std::string> ports_;
  std::set<std::string> registers_;
  std::set<std::string> results_;
  std::set<std::string> reached_;
  std::map<std::string, std::set<std::string>> wires_;
};

}  // namespace

bool is_morpher_pe(const MorpherModules& modules, const std::string& module) {
  if (!modules.has(module)) return false;
  const Json& body = modules.all().at(module);
  if (!body.is_object() || !body.contains("SUBMODS") || !body.at("SUBMODS").is_object()) return false;
  for (const auto& [inner, instances] : body.at("SUBMODS").items())
    if (modules.has(inner) && modules.all().at(inner).is_object() && modules.all().at(inner).contains("OPS"))
      return true;
  return false;
}

Result<MorpherPe> read_morpher_pe(const MorpherModules& modules, const std::string& module) {
  return PeReader(modules, module).read();
}

}  // namespace heddle::exchange
