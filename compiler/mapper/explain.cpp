#include "compiler/mapper/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "compiler/base/check.h"
#include "compiler/mapper/capability.h"

namespace heddle::mapper {
namespace {

/// Reads and writes of registers follow from the hops, as docs/execution_model.md section 4 says.
class Census {
 public:
  Census(const Problem& problem, const Mapping& mapping) : problem_(problem), mapping_(mapping) {}

  Utilization run() {
    count_available();
    std::set<arch::PeId> busy;
    for (std::size_t n = 0; n < mapping_.nodes.size(); ++n) {
      const auto op = problem_.graph.nodes[n].op;
      busy.insert(mapping_.nodes[n].pe);
      const auto timing = problem_.cgra.timing(mapping_.nodes[n].pe, op);
      HEDDLE_CHECK(timing.has_value(), "a PE that lacks the operation");
      all_.issue.used += timing->interval;
      if (dfg::is_memory(op)) ++all_.memory.used;
    }
    for (const auto& route : mapping_.routes) walk(route);
    all_.pes = static_cast<int>(busy.size());
    all_.links.used = static_cast<int>(links_.size());
    all_.registers.used = static_cast<int>(registers_.size());
    all_.read_ports.used = static_cast<int>(reads_.size());
    all_.write_ports.used = static_cast<int>(writes_.size());
    return all_;
  }

 private:
  using Use = std::tuple<int, int, int>;  // PE or link, register, slot

  void count_available() {
    const auto& cgra = problem_.cgra;
    const int ii = mapping_.ii;
    all_.issue.available = static_cast<int>(cgra.pes.size()) * ii;
    all_.memory.available = static_cast<int>(cgra.memory_pes.size()) * ii;
    all_.links.available = static_cast<int>(cgra.links.size()) * ii;
    for (const auto& pe : cgra.pes) {
      const auto& kind = cgra.classes[static_cast<std::size_t>(pe.pe_class)];
      all_.registers.available += kind.registers * ii;
      all_.read_ports.available += kind.rf_read_ports * ii;
      all_.write_ports.available += kind.rf_write_ports * ii;
    }
  }

  void walk(const Route& route) {
    const auto use = [&](const Place& place, int cycle) { return Use{place.pe.value, place.reg, cycle % mapping_.ii}; };
    for (std::size_t h = 0; h < route.hops.size(); ++h) {
      const Hop& hop = route.hops[h];
      if (hop.place.kind == Place::Kind::kLink) links_.insert({hop.place.link.value, 0, hop.cycle % mapping_.ii});
      if (hop.place.kind != Place::Kind::kRegister) continue;
      registers_.insert(use(hop.place, hop.cycle));
      if (h + 1 == route.hops.size() || route.hops[h + 1].place != hop.place) reads_.insert(use(hop.place, hop.cycle));
      if (route.hops[h - 1].place != hop.place) writes_.insert(use(hop.place, hop.cycle - 1));
    }
  }

  const Problem& problem_;
  const Mapping& mapping_;
  Utilization all_;
  std::set<Use> links_, registers_, reads_, writes_;
};

std::string percent(const Utilization::Share& share) {
  return fmt::format("{} of {} ({:.0f} %)", share.used, share.available, 100 * share.fraction());
}

std::string place_text(const Problem& problem, const Mapping& mapping, dfg::NodeId node) {
  const auto& placed = mapping.nodes[node.index()];
  return fmt::format("cycle {:>3}  PE {:>3}", placed.time, placed.pe.value) + "  " + describe(problem.graph, node);
}

void add_critical(const Problem& problem, const Answer& answer, std::string& text) {
  const Bound& bound = tightest(answer.bounds);
  if (bound.nodes.empty()) return;
  text += &bound == &answer.bounds.rec ? "critical cycle:\n" : "operations that decide:\n";
  for (const auto node : bound.nodes)
    text += "  " + (answer.mapping ? place_text(problem, *answer.mapping, node) : describe(problem.graph, node)) + "\n";
}

Json share_json(const Utilization::Share& share) {
  return Json{{"used", share.used}, {"available", share.available}, {"fraction", share.fraction()}};
}

Json bound_json(const dfg::Graph& graph, const Bound& bound) {
  Json nodes = Json::array();
  for (const auto id : bound.nodes) {
    const auto& node = graph.node(id);
    nodes.push_back(Json{{"id", id.value},
                         {"op", std::string(dfg::name(node.op))},
                         {"name", node.name},
                         {"file", node.where.file},
                         {"line", node.where.line}});
  }
  return Json{{"value", bound.value}, {"witness", bound.witness}, {"nodes", std::move(nodes)}};
}

}  // namespace

std::string fixed_text(const Problem& problem) {
  return fmt::format(
      "no operation is computed twice, {}, {}",
      banks_are_free(problem) ? "arrays lie in any banks in which they have room"
                              : "arrays lie in the banks that were assigned before",
      problem.route_through ? "values may pass units that have nothing else to do" : "values do not pass units");
}

Utilization utilization(const Problem& problem, const Mapping& mapping) { return Census(problem, mapping).run(); }

std::string explain(const Problem& problem, const Answer& answer) {
  std::string text = fmt::format("{} on {}: ", problem.graph.name, problem.cgra.name);
  if (answer.mapping) {
    text += fmt::format("II {}, {}, gap {}\n", answer.mapping->ii, to_string(answer.outcome), answer.gap());
  } else {
    text += fmt::format("{}\n", to_string(answer.outcome));
  }
  text += answer.reason + "\n";
  const Bounds& b = answer.bounds;
  text += fmt::format("bounds of II: {}\n", b.mii());
  for (const BoundPart& part : kBoundParts)
    text += fmt::format("  {:<11} {:>3}  {}\n", part.title, (b.*part.bound).value, (b.*part.bound).witness);
  text += fmt::format("fixed: {}\n", fixed_text(problem));
  if (answer.mapping) {
    const auto use = utilization(problem, *answer.mapping);
    text += fmt::format("schedule: {} cycles, {} stages\n", answer.mapping->schedule_length(problem),
                        (answer.mapping->schedule_length(problem) + answer.mapping->ii - 1) / answer.mapping->ii);
    text += fmt::format(
        "use: issue slots {}, memory ports {}, links {}, registers {}, read ports {}, write ports {}; {} of {} PEs\n",
        percent(use.issue), percent(use.memory), percent(use.links), percent(use.registers), percent(use.read_ports),
        percent(use.write_ports), use.pes, problem.cgra.pes.size());
  }
  add_critical(problem, answer, text);
  return text;
}

Json explain_json(const Problem& problem, const Answer& answer) {
  Json root;
  root["graph"] = problem.graph.name;
  root["architecture"] = problem.cgra.name;
  root["outcome"] = to_string(answer.outcome);
  root["reason"] = answer.reason;
  root["fixed"] = fixed_text(problem);
  root["mii"] = answer.bounds.mii();
  root["ii"] = answer.mapping ? Json(answer.mapping->ii) : Json(nullptr);
  root["gap"] = answer.mapping ? Json(answer.gap()) : Json(nullptr);
  for (const BoundPart& part : kBoundParts)
    root["bounds"][part.name] = bound_json(problem.graph, answer.bounds.*part.bound);
  if (answer.mapping) {
    const auto use = utilization(problem, *answer.mapping);
    root["utilization"] = Json{{"issue", share_json(use.issue)},
                               {"memory", share_json(use.memory)},
                               {"links", share_json(use.links)},
                               {"registers", share_json(use.registers)},
                               {"read_ports", share_json(use.read_ports)},
                               {"write_ports", share_json(use.write_ports)},
                               {"pes", use.pes}};
  }
  return root;
}

}  // namespace heddle::mapper
