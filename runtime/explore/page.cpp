#include "runtime/explore/page.h"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "runtime/explore/record.h"
#include "runtime/explore/search.h"

namespace heddle::explore {
namespace {

/// The points of one value of an axis.
struct ValuePoints {
  std::size_t points = 0;
  std::size_t ok = 0;
  Front front;
};

/// All points by status, and by axis and value.
struct Tally {
  std::map<std::string, std::size_t> by_status;
  std::map<std::string, std::map<std::string, ValuePoints>> by_value;
};

Result<Tally> tally_of(const Sweep& sweep, const Store& store) {
  Tally tally;
  HEDDLE_TRY(store.each([&](const Record& record) -> Status {
    ++tally.by_status[record.content["status"].get<std::string>()];
    for (const Axis& axis : sweep.axes) {
      ValuePoints& value = tally.by_value[axis.kind.name][record.content["axes"][axis.kind.name].dump()];
      ++value.points;
      if (record.content["status"] != "ok") continue;
      ++value.ok;
      value.front.add(member_of(sweep, record));
    }
    return {};
  }));
  return tally;
}

std::string rule(std::size_t columns) {
  std::string text = "|";
  for (std::size_t k = 0; k < columns; ++k) text += "---|";
  return text + "\n";
}

Result<std::string> front_table(const Sweep& sweep, const Store& store, const StoredFront& front) {
  std::string text = "| point |";
  for (const Axis& axis : sweep.axes) text += " " + axis.kind.name + " |";
  for (const Objective& objective : sweep.objectives) text += " " + objective.name + " |";
  text += "\n" + rule(1 + sweep.axes.size() + sweep.objectives.size());
  for (const Member& member : front.members) {
    HEDDLE_ASSIGN(const Record record, store.find(member.id));
    text += "| " + record.id.substr(0, 8) + " |";
    for (const Axis& axis : sweep.axes) text += " " + shown(record.content["axes"][axis.kind.name]) + " |";
    for (const Objective& objective : sweep.objectives)
      text += " " + shown(record.content["objectives"][objective.name]) + " |";
    text += "\n";
  }
  return text;
}

std::string value_table(const Sweep& sweep, const Tally& tally, const StoredFront& front) {
  std::string text = "| axis | value | points | ok | alone, of the hypervolume |\n" + rule(5);
  for (const Axis& axis : sweep.axes) {
    std::vector<Json> values = axis.values;
    if (axis.when) values.emplace_back();
    for (const Json& value : values) {
      const auto& of_axis = tally.by_value.at(axis.kind.name);
      const auto found = of_axis.find(value.dump());
      if (found == of_axis.end()) continue;
      const double alone = hypervolume(found->second.front.members(), front.reference);
      text += fmt::format("| {} | {} | {} | {} | {:.1f} % |\n", axis.kind.name, shown(value), found->second.points,
                          found->second.ok, 100 * alone / front.progress.hypervolume);
    }
  }
  return text;
}

/// How far the metrics of a lower fidelity were off, over the points whose dearest one is known.
struct Errors {
  double sum = 0;
  double worst = 0;
  std::size_t points = 0;
};

/// For sweeps that climb: how many points got to each fidelity, and the errors of the lower ones. Empty for others.
Result<std::string> fidelity_tables(const Sweep& sweep, const Store& store) {
  const std::vector<Fidelity> rungs = rungs_of(sweep);
  if (rungs.size() == 1) return std::string();
  std::vector<std::size_t> points(rungs.size());
  std::map<std::pair<std::string, std::string>, Errors> errors;
  HEDDLE_TRY(store.each([&](const Record& record) -> Status {
    const Json lower = record.content.value("lower", Json::array());
    for (std::size_t k = 0; k <= lower.size(); ++k) ++points[k];
    if (record.content["status"] != "ok") return {};
    for (const Json& each : lower) {
      for (const auto& [metric, error] : each["error"].items()) {
        Errors& all = errors[{each["fidelity"].get<std::string>(), metric}];
        const double value = error.get<double>();
        all.sum += value;
        ++all.points;
        if (std::abs(value) > std::abs(all.worst)) all.worst = value;
      }
    }
    return {};
  }));
  std::string text = "## Fidelities\n\n| fidelity | points |\n" + rule(2);
  for (std::size_t k = 0; k < rungs.size(); ++k) text += fmt::format("| {} | {} |\n", to_string(rungs[k]), points[k]);
  text += "\n| error of | metric | mean | worst | points |\n" + rule(5);
  for (const auto& [of, all] : errors)
    text += fmt::format("| {} | {} | {:.1f} % | {:.1f} % | {} |\n", of.first, of.second,
                        100 * all.sum / static_cast<double>(all.points), 100 * all.worst, all.points);
  return text + "\n";
}

std::string setting(const Sweep& sweep) {
  std::string text;
  for (const Measured& metric : sweep.metrics) {
    std::string ladder;
    for (const Fidelity each : metric.ladder)
      ladder += fmt::format("{}{}", ladder.empty() ? "" : ", then ", to_string(each));
    text += fmt::format("{}{} ({})", text.empty() ? "Metrics and their fidelity: " : ", ", metric.kind.name, ladder);
  }
  text += ".";
  for (std::size_t k = 0; k < sweep.kernels.size(); ++k) text += (k == 0 ? " Kernels: " : ", ") + sweep.kernels[k].name;
  return text + (sweep.kernels.empty() ? "" : ".");
}

}  // namespace

Result<std::string> page_of(const Sweep& sweep, const Store& store) {
  HEDDLE_ASSIGN(const StoredFront front, front_of(sweep, store));
  if (front.members.empty()) return fail(ErrorCode::kInfeasible, "no point is on the front, so there is no page");
  HEDDLE_ASSIGN(const Tally tally, tally_of(sweep, store));
  std::string text = fmt::format("# Sweep {}\n\n{}\n\n{}\n\n", sweep.name, sweep.description, setting(sweep));
  text += fmt::format("{} of {} points are done:", front.progress.stored, front.progress.points);
  for (const auto& [status, count] : tally.by_status) text += fmt::format(" {} {}", count, status);
  text += fmt::format(". Hypervolume {:.6g}, below", front.progress.hypervolume);
  for (std::size_t k = 0; k < sweep.objectives.size(); ++k) {
    const Objective& objective = sweep.objectives[k];
    text += fmt::format("{} {} {:.6g}", k == 0 ? "" : ",", objective.name,
                        (objective.maximize ? -1 : 1) * front.reference[k]);
  }
  HEDDLE_ASSIGN(const std::string members, front_table(sweep, store, front));
  HEDDLE_ASSIGN(const std::string fidelities, fidelity_tables(sweep, store));
  text += ".\n\n" + fidelities + "## Front\n\n" + members;
  text += "\n## What each value is worth\n\nThe front of the points with this value alone.\n\n";
  return text + value_table(sweep, tally, front);
}

}  // namespace heddle::explore
