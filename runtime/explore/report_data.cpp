#include "runtime/explore/report_data.h"

#include <set>
#include <string>

#include "runtime/explore/record.h"

namespace heddle::explore {
namespace {

/// Values of one group of a record, in the order of the names; null where there is none.
template <class List, class Name>
Json row_of(const Json& content, const char* group, const List& list, const Name& name) {
  Json row = Json::array();
  if (!content.contains(group)) return row;
  for (const auto& each : list) row.push_back(content[group].value(name(each), Json()));
  return row;
}

Json point_of(const Sweep& sweep, const Record& record, bool is_on_front) {
  const Json& content = record.content;
  Json point{
      {"sequence", record.sequence},
      {"id", record.id},
      {"status", content["status"]},
      {"front", is_on_front},
      {"axes", row_of(content, "axes", sweep.axes, [](const Axis& each) { return each.kind.name; })},
      {"metrics", row_of(content, "metrics", sweep.metrics, [](const Measured& each) { return each.kind.name; })},
      {"objectives", row_of(content, "objectives", sweep.objectives, [](const Objective& each) { return each.name; })}};
  for (const char* each : {"reason", "kernels"}) {
    if (content.contains(each)) point[each] = content[each];
  }
  if (!record.log.empty()) point["log"] = record.log;
  return point;
}

Json axes_of(const Sweep& sweep) {
  Json axes = Json::array();
  for (const Axis& axis : sweep.axes) {
    axes.push_back({{"name", axis.kind.name}, {"values", axis.values}});
    if (axis.when) axes.back()["when"] = axis.when->text();
  }
  return axes;
}

Json objectives_of(const Sweep& sweep, const StoredFront& front) {
  Json objectives = Json::array();
  for (std::size_t k = 0; k < sweep.objectives.size(); ++k) {
    const Objective& objective = sweep.objectives[k];
    const double sign = objective.maximize ? -1 : 1;
    objectives.push_back({{"name", objective.name},
                          {"formula", objective.formula.text()},
                          {"maximize", objective.maximize},
                          {"reference", front.members.empty() ? Json() : Json(sign * front.reference[k])}});
  }
  return objectives;
}

}  // namespace

Result<Json> report_data(const Sweep& sweep, const Store& store) {
  HEDDLE_ASSIGN(const StoredFront front, front_of(sweep, store));
  std::set<std::uint64_t> on_front;
  for (const Member& member : front.members) on_front.insert(member.sequence);
  Json points = Json::array();
  HEDDLE_TRY(store.each([&](const Record& record) -> Status {
    points.push_back(point_of(sweep, record, on_front.contains(record.sequence)));
    return {};
  }));
  Json metrics = Json::array();
  for (const Measured& metric : sweep.metrics)
    metrics.push_back({{"name", metric.kind.name}, {"fidelity", to_string(metric.fidelity)}});
  Json constraints = Json::array();
  for (const Constraint& constraint : sweep.constraints) constraints.push_back(constraint.formula.text());
  return Json{{"schema", "heddle.sweep_page/1"},
              {"sweep", sweep.name},
              {"description", sweep.description},
              {"planned", front.progress.points},
              {"hypervolume", front.progress.hypervolume},
              {"axes", axes_of(sweep)},
              {"metrics", metrics},
              {"objectives", objectives_of(sweep, front)},
              {"constraints", constraints},
              {"points", points}};
}

}  // namespace heddle::explore
