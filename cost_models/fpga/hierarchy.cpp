#include "cost_models/fpga/hierarchy.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "compiler/base/files.h"
#include "compiler/base/scratch.h"
#include "compiler/base/tool_process.h"
#include "cost_models/fpga/yosys_output.h"

namespace heddle::fpga {
namespace {

using Modules = std::map<std::string, const RtlilModule*>;

Result<std::vector<RtlilModule>> elaborate(const DesignPoint& point, const SynthesisOptions& options,
                                           const Context& context) {
  HEDDLE_TRY(check(point));
  HEDDLE_TRY(yosys_version(options, context));
  HEDDLE_ASSIGN(const Sources sources, read_sources(point));
  const TemporaryDirectory scratch(options.scratch);
  HEDDLE_TRY(write_sources(sources, scratch.path()));
  HEDDLE_TRY(write_file(scratch.path() / "elaborate.ys", elaboration_script(point, sources)));
  HEDDLE_TRY(tool_output({options.yosys, "-q", "-s", "elaborate.ys"}, scratch.path(), context));
  HEDDLE_ASSIGN(const std::string text, read_file(scratch.path() / "elaborated.il"));
  return parse_rtlil(text);
}

/// Walks the design and counts the instances of each unit, and which units lie inside which.
class Counter {
 public:
  Counter(const std::vector<RtlilModule>& modules, const std::set<std::string>& units) : units_(units) {
    for (const RtlilModule& module : modules) by_name_[module.name] = &module;
  }

  /// Adds the units below `module`, which itself is `instances` times there.
  void visit(const std::string& module, std::int64_t instances, std::map<std::string, std::int64_t>& inside) const {
    for (const auto& [type, count] : by_name_.at(module)->cells) {
      if (!by_name_.contains(type)) continue;
      if (units_.contains(by_name_.at(type)->source_name))
        inside[type] += instances * count;
      else
        visit(type, instances * count, inside);
    }
  }

  /// Distinct units (and the top) by name, in order of first use, with instances in the whole design.
  [[nodiscard]] std::vector<std::pair<std::string, std::int64_t>> count(const std::string& top) const {
    std::vector<std::string> order;
    std::map<std::string, std::map<std::string, std::int64_t>> inside;
    explore(top, order, inside);
    std::map<std::string, std::int64_t> total{{top, 1}};
    // A unit is complete when all that contain it are: reverse post-order of the walk.
    std::vector<std::pair<std::string, std::int64_t>> result;
    for (const std::string& module : order) {
      result.emplace_back(module, total[module]);
      for (const auto& [unit, number] : inside[module]) total[unit] += number * total[module];
    }
    return result;
  }

 private:
  void explore(const std::string& module, std::vector<std::string>& order,
               std::map<std::string, std::map<std::string, std::int64_t>>& inside) const {
    if (inside.contains(module)) return;
    visit(module, 1, inside[module]);
    for (const auto& [unit, number] : std::map(inside[module])) explore(unit, order, inside);
    order.insert(order.begin(), module);
  }

  const std::set<std::string>& units_;
  Modules by_name_;
};

/// The source names of the units that lie directly inside `module`.
std::vector<std::string> boxes_in(const std::vector<RtlilModule>& modules, const std::set<std::string>& units,
                                  const std::string& module) {
  std::map<std::string, std::int64_t> inside;
  Counter(modules, units).visit(module, 1, inside);
  std::set<std::string> names;
  for (const RtlilModule& candidate : modules)
    if (inside.contains(candidate.name)) names.insert(candidate.source_name);
  return {names.begin(), names.end()};
}

const RtlilModule& module_of(const std::vector<RtlilModule>& modules, const std::string& module) {
  return *std::find_if(modules.begin(), modules.end(), [&](const RtlilModule& m) { return m.name == module; });
}

/// The parts of a design with their points, in order.
Result<std::vector<std::pair<HierarchyPart, DesignPoint>>> parts_of(const DesignPoint& top_point,
                                                                    const std::vector<std::string>& units,
                                                                    const std::vector<RtlilModule>& modules) {
  const auto top = std::find_if(modules.begin(), modules.end(), [](const RtlilModule& m) { return m.is_top; });
  if (top == modules.end())
    return fail(ErrorCode::kBadInput, fmt::format("{}: no top after elaboration", top_point.top));
  for (const std::string& unit : units)
    if (std::none_of(modules.begin(), modules.end(), [&](const RtlilModule& m) { return m.source_name == unit; }))
      return fail(ErrorCode::kBadInput, fmt::format("{} has no instance of {}", top_point.top, unit));
  const std::set<std::string> apart(units.begin(), units.end());
  std::vector<std::pair<HierarchyPart, DesignPoint>> result;
  for (const auto& [module_name, instances] : Counter(modules, apart).count(top->name)) {
    const RtlilModule& module = module_of(modules, module_name);
    DesignPoint point = top_point;
    if (!module.is_top) {
      point.top = module.source_name;
      point.parameters = module.parameters;
    }
    point.black_boxes = boxes_in(modules, apart, module_name);
    result.push_back({HierarchyPart{module.source_name, module.parameters, instances, {}}, std::move(point)});
  }
  return result;
}

}  // namespace

Result<std::vector<Hierarchy>> synthesize_hierarchies(const std::vector<DesignPoint>& top_points,
                                                      const std::vector<std::string>& units,
                                                      const SynthesisOptions& options, const Context& context) {
  std::vector<Hierarchy> result(top_points.size());
  std::vector<DesignPoint> points;
  for (std::size_t i = 0; i < top_points.size(); ++i) {
    HEDDLE_ASSIGN(const std::vector<RtlilModule> modules, elaborate(top_points[i], options, context));
    HEDDLE_ASSIGN(auto parts, parts_of(top_points[i], units, modules));
    for (auto& [part, point] : parts) {
      result[i].parts.push_back(std::move(part));
      points.push_back(std::move(point));
    }
  }
  HEDDLE_ASSIGN(const std::vector<SynthesisRow> rows, synthesize_all(points, options, context));
  std::size_t next = 0;
  for (Hierarchy& hierarchy : result)
    for (HierarchyPart& part : hierarchy.parts) {
      const SynthesisRow& row = rows[next++];
      if (row.outcome != SynthesisRow::Outcome::kDone)
        return fail(ErrorCode::kUnsupported, fmt::format("{}: {}\n{}", part.module, row.message, row.log));
      part.own = row.utilisation;
      // Instances of units are rows of their own; what is left are cells of the device.
      std::erase_if(part.own.cells, [](const auto& cell) { return cell.first.starts_with("$paramod"); });
      for (const std::string& unit : units) part.own.cells.erase(unit);
      add(hierarchy.total, part.own, part.instances);
    }
  return result;
}

Result<Hierarchy> synthesize_hierarchy(const DesignPoint& top_point, const std::vector<std::string>& units,
                                       const SynthesisOptions& options, const Context& context) {
  HEDDLE_ASSIGN(std::vector<Hierarchy> all, synthesize_hierarchies({top_point}, units, options, context));
  return std::move(all[0]);
}

}  // namespace heddle::fpga
