#include <fmt/format.h>

#include <cmath>

#include "cost_models/fpga/usage.h"
#include "runtime/report/cost_report.h"
#include "runtime/report/layers_energy.h"
#include "runtime/report/text_table.h"

namespace heddle::report {
namespace {

/// Columns of the tables; inverters and multiplexers are in the JSON.
constexpr const char* kShown[] = {"lut", "lutram", "ff", "carry", "dsp", "bram"};
constexpr const char* kTitles[] = {"LUT", "LUTRAM", "FF", "CARRY", "DSP", "BRAM"};

std::string number(const Json& value) {
  if (value.is_null()) return "–";
  const double number = value.get<double>();
  return number == std::floor(number) ? grouped(static_cast<std::int64_t>(number)) : fmt::format("{:.1f}", number);
}

std::string percent(const Json& share) {
  return share.is_null() ? "–" : fmt::format("{:.1f} %", 100 * share.get<double>());
}

std::vector<std::string> usage_cells(const Json& usage) {
  std::vector<std::string> cells;
  for (const char* key : kShown) cells.push_back(usage.is_null() ? "–" : number(usage.value(key, Json(0))));
  return cells;
}

std::string parts_text(const Json& array) {
  const bool synthesised = !array["synthesis"].is_null() || !array["failed"].empty();
  std::vector<std::string> header{"of", "part", "count"};
  header.insert(header.end(), std::begin(kTitles), std::end(kTitles));
  if (synthesised) header.insert(header.end(), {"LUT synthesis", "FF synthesis"});
  TextTable table(header);
  const auto row = [&](std::vector<std::string> cells, const Json& estimate, const Json& synthesis) {
    const std::vector<std::string> usage = usage_cells(estimate.is_null() ? synthesis : estimate);
    cells.insert(cells.end(), usage.begin(), usage.end());
    if (synthesised)
      for (const char* key : {"lut", "ff"}) cells.push_back(synthesis.is_null() ? "–" : number(synthesis[key]));
    table.add(std::move(cells));
  };
  for (const Json& part : array["parts"])
    row({part["owner"].get<std::string>(), part["part"].get<std::string>(), number(part["instances"])},
        part["estimate"], part["synthesis"]);
  row({"total", "", ""}, array["estimate"], array["synthesis"]);
  return table.text();
}

const char* how(const Json& array) {
  if (array["estimate"].is_null()) return "by synthesis";
  return array["synthesis"].is_null() ? "estimated" : "estimated and synthesised";
}

/// Modules that did not synthesise, each with the end of its log.
std::string failures_text(const Json& array) {
  if (array["failed"].empty()) return {};
  TextTable table({"synthesis failed", ""});
  std::string logs;
  for (const Json& module : array["failed"]) {
    const std::string name = module["module"].get<std::string>(), message = module["message"].get<std::string>();
    table.add({name, message});
    logs += fmt::format("\n{}: {}\n{}\n", name, message, module["log"].get<std::string>());
  }
  return "\n" + table.text() + logs;
}

std::string comparison_text(const Json& array) {
  if (array["estimate"].is_null() || array["synthesis"].is_null()) return {};
  TextTable table({"", "estimate", "synthesis", "error"});
  for (std::size_t i = 0; i < std::size(kShown); ++i)
    table.add({kTitles[i], number(array["estimate"][kShown[i]]), number(array["synthesis"][kShown[i]]),
               percent(array["error"][kShown[i]])});
  return "\n" + table.text();
}

std::string device_text(const Json& device) {
  TextTable table({device["name"].get<std::string>(), "used", "available", "share"});
  for (const Json& row : device["resources"])
    table.add({row["title"].get<std::string>(), number(row["used"]), number(row["available"]),
               percent(row["share"]) + (row["fits"].get<bool>() ? "" : "  does not fit")});
  const std::string note = device.value("note", "");
  return fmt::format("\n{}by {}{}\n", table.text(), device.value("basis", "estimate"), note.empty() ? "" : "; " + note);
}

std::string picojoules(const Json& energy) {
  const auto of = [&](const char* key) { return scaled_energy(energy[key].get<double>()); };
  return fmt::format("{} ({} to {})", of("pj"), of("low"), of("high"));
}

std::string energy_text(const Json& cost) {
  if (!cost.contains("energy") || cost["energy"].is_null()) return {};
  const Json& energy = cost["energy"];
  TextTable table({"energy (model)", "count", "energy (range)"});
  for (const Json& item : energy["items"])
    table.add({item["name"].get<std::string>(), number(item["count"]), picojoules(item)});
  table.add({"total", "", picojoules(energy["total"])});
  std::string text =
      fmt::format("\n{}A model: counts of the simulated run times table {} ({}), not a measurement.\n", table.text(),
                  energy["table"].get<std::string>(), energy["process"].get<std::string>());
  for (const Json& line : energy["sensitivity"]) text += "  " + line.get<std::string>() + "\n";
  return text;
}

std::string mac_text(const Json& cost) {
  const Json& mac = cost["mac"];
  std::string text =
      fmt::format("{} x {} on {}: a multiply-accumulate unit with {} accumulator bits ({} terms)\n\n",
                  mac["a"].get<std::string>(), mac["b"].get<std::string>(), cost["family"].get<std::string>(),
                  mac["accumulator_bits"].get<int>(), mac["terms"].get<int>());
  TextTable table({"multiplier", "", "LUT", "LC", "FF", "DSP", "delay ps"});
  const auto row = [&](const std::string& title, const char* kind, const Json& figures) {
    const auto cell = [&](const char* key) {
      const Json value = figures.value(key, Json());
      return value.is_null() ? "–" : number(std::round(value.get<double>()));
    };
    table.add({title, kind, cell("lut"), cell("logic_cells"), cell("ff"), cell("dsp"), cell("delay_ps")});
  };
  std::string logs;
  for (const Json& entry : mac["multipliers"]) {
    const auto name = entry["multiplier"].get<std::string>();
    row(name + (name == mac["best"].get<std::string>() ? " (best)" : ""), "estimate", entry["estimate"]);
    if (entry.contains("synthesis")) {
      row("", "synthesis", entry["synthesis"]);
      const auto error = [&](const char* key) { return percent(entry["error"].value(key, Json())); };
      table.add({"", "error", error("lut"), error("logic_cells"), error("ff"), "", error("delay_ps")});
    } else if (entry.contains("failed")) {
      table.add({"", "synthesis " + entry["failed"]["outcome"].get<std::string>(), "–", "–", "–", "–", "–"});
      logs += fmt::format("\n{}: {}\n{}\n", name, entry["failed"]["message"].get<std::string>(),
                          entry["failed"]["log"].get<std::string>());
    }
  }
  return text + table.text() + logs;
}

}  // namespace

std::string cost_text(const Json& cost) {
  std::string text;
  if (cost.contains("mac")) {
    text += mac_text(cost);
    if (cost.contains("device")) text += device_text(cost["device"]) + "for one unit, the best\n";
  }
  if (cost.contains("array")) {
    text += fmt::format("{} on {}: what it takes, {}\n\n", cost["name"].get<std::string>(),
                        cost["family"].get<std::string>(), how(cost["array"]));
    text += parts_text(cost["array"]) + comparison_text(cost["array"]) + failures_text(cost["array"]);
    if (cost.contains("device")) text += device_text(cost["device"]);
  }
  if (cost.contains("cycles") && cost["cycles"].is_object())
    text += fmt::format("\n{}: {} clock cycles, {} of them running\n", cost.value("kernel", ""),
                        number(cost["cycles"]["total"]), number(cost["cycles"]["run"]));
  text += energy_text(cost);
  return cost.contains("layers") ? text + "\n" + layers_energy_text(cost) : text;
}

}  // namespace heddle::report
