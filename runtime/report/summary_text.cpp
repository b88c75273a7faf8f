#include "runtime/report/summary_text.h"

#include <fmt/format.h>

#include <filesystem>

#include "runtime/report/text_table.h"

namespace heddle::report {
namespace {

std::string count(const Json& value) { return value.is_number_integer() ? grouped(value.get<std::int64_t>()) : "-"; }

std::string place(const Json& entry) {
  return fmt::format("{}:{}", std::filesystem::path(entry.value("file", std::string())).filename().string(),
                     entry.value("line", 0));
}

/// "9 = max(4, 8, 8, 9, 1)"; directories of older versions have three bounds.
std::string bounds_text(const Json& mii) {
  std::string each;
  for (const char* name : {"rec", "res", "mem", "route", "reg"})
    if (mii.contains(name)) each += fmt::format("{}{}", each.empty() ? "" : ", ", mii[name].get<int>());
  return fmt::format("{} = max({})", mii["total"].get<int>(), each);
}

std::vector<std::string> region_row(const Json& region) {
  const Json& mii = region["mii"];
  const bool mapped = region["ii"].get<int>() > 0;
  return {region["name"],
          place(region),
          count(region["dfg"]["nodes"]),
          bounds_text(mii),
          mapped ? count(region["ii"]) : "-",
          region["status"],
          mapped ? count(region.value("stages", Json())) : "-",
          count(region["cycles"]),
          mapped ? fmt::format("{:.0f} %", 100 * region["utilization"].get<double>()) : "-",
          fmt::format("{:.3f} s", region["map_seconds"].get<double>())};
}

const std::vector<std::pair<const char*, const char*>>& phases() {
  static const std::vector<std::pair<const char*, const char*>> list{
      {"configuration", "config"}, {"live_in", "live-in"}, {"dma_in", "DMA in"},     {"run", "run"},
      {"stall", "(stall)"},        {"dma_out", "DMA out"}, {"live_out", "live-out"}, {"total", "total"}};
  return list;
}

/// What `--unroll auto` tried; empty if the factor was given.
std::string unrolling_text(const Json& report) {
  if (!report.contains("unrolling")) return {};
  TextTable table({"unroll", "cycles/iteration", "bound", "outcome"});
  const auto number = [](const Json& entry, const char* key) {
    return entry.contains(key) ? fmt::format("{:.3g}", entry[key].get<double>()) : "-";
  };
  for (const Json& entry : report["unrolling"])
    table.add({count(entry["factor"]), number(entry, "cycles_per_iteration"), number(entry, "bound"),
               entry["kept"].get<bool>() ? "kept" : entry.value("note", std::string("better ones follow"))});
  return "\n" + table.text();
}

}  // namespace

std::string host_text(const Json& report) {
  TextTable table({"host loop", "function", "why it stays"});
  for (const Json& loop : report["host"])
    table.add({place(loop), loop.value("function", std::string()), loop["reason"]});
  std::string text = table.empty() ? "" : table.text();
  TextTable operators({"host operator", "kind", "why it stays"});
  for (const Json& each : report.value("operators", Json::array()))
    operators.add({each["node"], each["operator"], each["reason"]});
  if (!operators.empty()) text += (text.empty() ? "" : "\n") + operators.text();
  return text;
}

std::string network_text(const Json& summary) {
  TextTable table({"layer", "operator", "attributes", "result", "MACs", "parameters"});
  for (const Json& layer : summary["layers"])
    table.add({layer["name"], layer["operator"], layer["attributes"], layer["outputs"],
               grouped(layer["macs"].get<std::int64_t>()), grouped(layer["parameters"].get<std::int64_t>())});
  table.add({"all", "", "", "", grouped(summary["macs"].get<std::int64_t>()),
             grouped(summary["parameters"].get<std::int64_t>())});
  return table.text(kTableColumns);
}

std::string summary_text(const Json& report) {
  TextTable table({"region", "source", "nodes", "MII = max(rec, res, mem, route, reg)", "II", "status", "stages",
                   "cycles", "util", "map time"});
  for (const Json& region : report["regions"]) table.add(region_row(region));
  std::string text = table.empty() ? "no loop became a region\n" : table.text();
  const std::string host = host_text(report);
  text += unrolling_text(report);
  return host.empty() ? text : text + "\n" + host;
}

std::string explanation_text(const Json& region) {
  std::string text = fmt::format("{} ({}, function {}): {} nodes\n", region["name"].get<std::string>(), place(region),
                                 region["function"].get<std::string>(), count(region["dfg"]["nodes"]));
  const int ii = region["ii"].get<int>();
  if (ii == 0) {
    text += fmt::format("  no mapping ({}); the loop runs on the host\n  why: {}\n",
                        region["status"].get<std::string>(), region.value("reason", std::string("not recorded")));
  } else if (region["cycles"].is_number()) {
    text += fmt::format("  {} iterations take {} cycles: ({} - 1) * {} + {}\n", count(region["trip_count"]),
                        count(region["cycles"]), count(region["trip_count"]), ii, region["schedule_length"].get<int>());
  } else {
    text += fmt::format("  N iterations take (N - 1) * {} + {} cycles; the run tells N\n", ii,
                        region["schedule_length"].get<int>());
  }
  return text;
}

std::string cycles_text(const Json& simulation) {
  std::vector<std::string> header{"region", "launches", "trip count"};
  for (const auto& [key, title] : phases()) header.emplace_back(title);
  TextTable table(header);
  std::string refused;
  std::int64_t launches = 0;
  std::int64_t interpreted = 0;
  for (const Json& launch : simulation["launches"]) {
    if (!launch.contains("cycles")) {
      refused += fmt::format("{} x{} ran on the host: {}\n", launch["region"].get<std::string>(),
                             launch["count"].get<int>(), launch.value("refused", std::string()));
      continue;
    }
    launches += launch["count"].get<std::int64_t>();
    if (launch.value("values", "") == "interpreter") interpreted += launch["count"].get<std::int64_t>();
    std::vector<std::string> row{launch["region"], count(launch["count"]), count(launch["trip_count"])};
    for (const auto& [key, title] : phases())
      row.push_back(count(launch["cycles"][key].get<std::int64_t>() * launch["count"].get<std::int64_t>()));
    table.add(row);
  }
  std::vector<std::string> total{"all", grouped(launches), "-"};
  for (const auto& [key, title] : phases()) total.push_back(count(simulation["cycles"][key]));
  table.add(total);
  std::string text = table.text() + refused;
  if (interpreted > 0)
    text += fmt::format("{} of {} launches were interpreted, since their arrays share banks\n", grouped(interpreted),
                        grouped(launches));
  return text;
}

}  // namespace heddle::report
