#include "cost_models/fpga/calibration_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "cost_models/fpga/array_cost.h"

namespace heddle::fpga {
namespace {

constexpr const char* kJudged[] = {"lut", "ff", "dsp", "bram"};
constexpr const char* kPartsOf = "hycube_4x4";

/// Whole sites; block RAMs in halves.
std::string count(double value, bool halves) {
  if (!halves) return fmt::format("{:.0f}", value);
  const double rounded = std::round(2 * value) / 2;
  return rounded == std::floor(rounded) ? fmt::format("{:.0f}", rounded) : fmt::format("{:.1f}", rounded);
}

const UsageColumn& column_of(std::string_view key) {
  return *std::find_if(kUsageColumns.begin(), kUsageColumns.end(), [&](const UsageColumn& c) { return c.key == key; });
}

std::string compared(const Usage& estimate, const Usage& synthesis, std::string_view key) {
  const double Usage::* member = column_of(key).member;
  const auto error = relative_error(estimate.*member, synthesis.*member);
  return fmt::format("{} / {} / {}", count(estimate.*member, key == "bram"), count(synthesis.*member, key == "bram"),
                     error ? fmt::format("{:+.1f} %", 100 * *error + 0.0) : "–");
}

struct Row {
  const CalibrationArray* array = nullptr;
  ArrayCost cost;
  Usage synthesis;
  Json parts;
};

Result<std::vector<Row>> rows_of(const std::vector<CalibrationArray>& arrays, const Json& synthesised,
                                 const ModulePredictor& predictor, Family family) {
  std::vector<Row> rows;
  if (synthesised["arrays"].size() != arrays.size())
    return fail(ErrorCode::kBadInput, "the synthesised arrays are not those of arrays.json: calibrate again");
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    const Json& entry = synthesised["arrays"][i];
    if (entry.value("name", "") != arrays[i].name || entry.value("held_out", false) != arrays[i].held_out)
      return fail(ErrorCode::kBadInput, fmt::format("array {} was not synthesised: calibrate again", arrays[i].name));
    Row row{&arrays[i], {}, {}, entry["parts"]};
    HEDDLE_ASSIGN(row.cost, estimate_array(arrays[i].cgra, predictor, family));
    HEDDLE_ASSIGN(row.synthesis, usage_from_json(entry["usage"]));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string table(const std::vector<Row>& rows, bool held_out) {
  std::string text = "| array | PEs | LUT | FF | DSP | BRAM | LUTRAM | CARRY |\n|---|---|---|---|---|---|---|---|\n";
  for (const Row& row : rows) {
    if (row.array->held_out != held_out) continue;
    text += fmt::format("| {} | {} |", row.array->name, row.array->cgra.pes.size());
    for (const char* key : {"lut", "ff", "dsp", "bram", "lutram", "carry"})
      text += fmt::format(" {} |", compared(*row.cost.estimate, row.synthesis, key));
    text += "\n";
  }
  return text;
}

std::string errors(const std::vector<Row>& rows) {
  std::string text = "| held out | mean error | worst | of |\n|---|---|---|---|\n";
  for (const char* key : kJudged) {
    double sum = 0, worst = 0;
    int arrays = 0;
    std::string name = "–";
    for (const Row& row : rows) {
      const double Usage::* member = column_of(key).member;
      const auto error = relative_error((*row.cost.estimate).*member, row.synthesis.*member);
      if (!row.array->held_out || !error) continue;
      ++arrays;
      sum += std::abs(*error);
      if (std::abs(*error) > worst) {
        worst = std::abs(*error);
        name = row.array->name;
      }
    }
    text += fmt::format("| {} | {:.1f} % | {:.1f} % | {} |\n", column_of(key).title,
                        arrays > 0 ? 100 * sum / arrays : 0, 100 * worst, name);
  }
  return text;
}

std::string parts(const Row& row) {
  std::map<std::string, Usage> estimates;
  for (const ArrayPart& part : row.cost.parts)
    if (part.estimate) estimates[std::string(name(part.part))] += *part.estimate;
  std::string text = "| part | LUT | FF | DSP | BRAM |\n|---|---|---|---|---|\n";
  for (const auto& [part, usage] : row.parts.items()) {
    const auto synthesis = usage_from_json(usage);
    text += fmt::format("| {} |", part);
    for (const char* key : kJudged)
      text += fmt::format(" {} |", compared(estimates[part], synthesis.value_or(Usage{}), key));
    text += "\n";
  }
  return text;
}

}  // namespace

Result<std::string> array_tables(const std::vector<CalibrationArray>& arrays, const Json& synthesised,
                                 const ModuleCalibration& calibration) {
  HEDDLE_ASSIGN(const ModulePredictor predictor, ModulePredictor::fit(calibration));
  HEDDLE_ASSIGN(const std::vector<Row> rows, rows_of(arrays, synthesised, predictor, calibration.family));
  std::string text = fmt::format(
      "{}, `{}`; {} modules fitted. Cells are estimate / synthesis / error.\n\n#### Arrays that were not used for the "
      "fit\n\n{}\n{}\n#### Arrays of the fit\n\n{}",
      calibration.tool, calibration.command, calibration.points.size(), table(rows, true), errors(rows),
      table(rows, false));
  for (const Row& row : rows)
    if (row.array->name == kPartsOf) text += fmt::format("\n#### Parts of {}\n\n{}", kPartsOf, parts(row));
  return text;
}

Result<std::string> replace_generated(const std::string& page, Family family, const std::string& text) {
  const std::string begin_mark = fmt::format("<!-- generated: {} -->\n", name(family));
  constexpr std::string_view kEnd = "<!-- end of generated -->";
  const std::size_t begin = page.find(begin_mark);
  const std::size_t end = begin == std::string::npos ? begin : page.find(kEnd, begin);
  if (end == std::string::npos)
    return fail(ErrorCode::kBadInput, fmt::format("the page has no '{}' with '{}' behind it",
                                                  begin_mark.substr(0, begin_mark.size() - 1), kEnd));
  return page.substr(0, begin + begin_mark.size()) + text + page.substr(end);
}

}  // namespace heddle::fpga
