#include "runtime/explore/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "runtime/explore/search.h"

namespace heddle::explore {
namespace {

Json with_reason(Json content, const char* status, const std::string& reason) {
  content["status"] = status;
  content["reason"] = reason;
  return content;
}

/// Over the kernels; a sum where the metric says so.
double over_kernels(const TaskResults& results, const std::string& metric) {
  const bool sum = metric == "cycles_sum";
  double total = 0;
  int count = 0;
  for (const auto& [name, result] : results) {
    if (name == "array") continue;
    const double value = result[sum ? "cycles" : metric].get<double>();
    total += sum ? value : std::log(value);
    ++count;
  }
  return sum ? total : std::exp(total / count);
}

Json metrics_of(const Sweep& sweep, const TaskResults& results) {
  Json metrics = Json::object();
  for (const Measured& each : sweep.metrics) {
    if (!each.kind.of_array) {
      metrics[each.kind.name] = over_kernels(results, each.kind.name);
      continue;
    }
    for (const auto& [name, result] : results) {
      if (name == "array") metrics[each.kind.name] = result[each.kind.name];
    }
  }
  return metrics;
}

Json kernels_of(const TaskResults& results) {
  Json kernels = Json::object();
  for (const auto& [name, result] : results) {
    if (name == "array") continue;
    kernels[name] = result;
    kernels[name].erase("status");
  }
  return kernels;
}

}  // namespace

std::string shown(const Json& value) {
  if (value.is_null()) return "-";
  if (value.is_string()) return value.get<std::string>();
  return value.is_number_float() ? fmt::format("{:.6g}", value.get<double>()) : value.dump();
}

Json content_of(const Sweep& sweep, const Json& values, const TaskResults& results) {
  Json content{{"status", "ok"}, {"axes", values}};
  for (const char* status : {"failed", "infeasible"}) {
    for (const auto& [name, result] : results) {
      if (result["status"] == status)
        return with_reason(std::move(content), status,
                           fmt::format("{}: {}", name, result["reason"].get<std::string>()));
    }
  }
  content["metrics"] = metrics_of(sweep, results);
  content["kernels"] = kernels_of(results);
  Json names = values;
  names.update(content["metrics"]);
  content["objectives"] = Json::object();
  for (const Objective& objective : sweep.objectives) {
    const auto value = objective.formula.number(names);
    if (!value) return with_reason(std::move(content), "failed", value.error().message);
    content["objectives"][objective.name] = *value;
  }
  for (const Constraint& constraint : sweep.constraints) {
    const auto is_absent = [&](const std::string& name) { return names[name].is_null(); };
    if (std::ranges::any_of(constraint.formula.names(), is_absent)) continue;
    const auto holds = constraint.formula.truth(names);
    if (!holds) return with_reason(std::move(content), "failed", holds.error().message);
    if (!*holds) return with_reason(std::move(content), "excluded", constraint.formula.text() + " does not hold");
  }
  return content;
}

Member member_of(const Sweep& sweep, const Record& record) {
  return {record.sequence, record.id, coordinates_of(sweep, record.content["objectives"])};
}

std::vector<double> coordinates_of(const Sweep& sweep, const Json& objectives) {
  std::vector<double> coordinates;
  for (const Objective& objective : sweep.objectives) {
    const double value = objectives[objective.name];
    coordinates.push_back(objective.maximize ? -value : value);
  }
  return coordinates;
}

namespace {

/// (lower - here) / here, of the metrics that both have.
Json errors_of(const Json& lower, const Json& here) {
  Json errors = Json::object();
  for (const auto& [name, value] : lower.items()) {
    if (!here.contains(name) || here[name].get<double>() == 0) continue;
    errors[name] = (value.get<double>() - here[name].get<double>()) / here[name].get<double>();
  }
  return errors;
}

}  // namespace

Json climbed(const Sweep& sweep, std::size_t rung, Json content, const Json& before,
             std::optional<std::uint64_t> evaluation) {
  const std::vector<Fidelity> rungs = rungs_of(sweep);
  content["fidelity"] = to_string(rungs[rung]);
  if (content["status"] == "ok" && rung + 1 < rungs.size())
    content =
        with_reason(std::move(content), "screened", fmt::format("not promoted beyond {}", to_string(rungs[rung])));
  if (evaluation) content["evaluation"] = *evaluation;
  if (before.is_null()) return content;
  Json lower = before.value("lower", Json::array());
  lower.push_back(
      {{"fidelity", before["fidelity"]}, {"metrics", before["metrics"]}, {"objectives", before["objectives"]}});
  if (content.contains("metrics"))
    for (Json& each : lower) each["error"] = errors_of(each["metrics"], content["metrics"]);
  content["lower"] = std::move(lower);
  return content;
}

Reference::Reference(const Sweep& sweep) {
  for (const Objective& objective : sweep.objectives) {
    given_.push_back(objective.reference.has_value());
    const double sign = objective.maximize ? -1 : 1;
    values_.push_back(objective.reference ? sign * *objective.reference : std::numeric_limits<double>::lowest());
  }
}

void Reference::add(const Member& member) {
  for (std::size_t k = 0; k < values_.size(); ++k) {
    if (!given_[k]) values_[k] = std::max(values_[k], member.coordinates[k]);
  }
}

}  // namespace heddle::explore
