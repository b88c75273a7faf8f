// heddle_calibrate_arrays [FAMILY] [-j JOBS] [--cache FILE] [--fresh]: synthesises the calibration of the array
// predictor and the arrays that it is judged by, and writes cost_models/calibration/modules_FAMILY.json and
// arrays_FAMILY.json, and the tables of docs/cost_of_arrays.md. Run it again after a change in rtl/cgra: points of the
// calibration that is built in are kept where source, tool and command are what they were (unless --fresh), and with a
// cache only changed modules are synthesised.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <set>
#include <string_view>

#include "compiler/base/files.h"
#include "cost_models/fpga/array_modules.h"
#include "cost_models/fpga/calibration_grid.h"
#include "cost_models/fpga/calibration_tables.h"
#include "cost_models/fpga/module_predictor.h"
#include "cost_models/fpga/module_synthesis.h"

namespace heddle::fpga {
namespace {

const std::filesystem::path kSource = HEDDLE_SOURCE_DIR;

struct Plan {
  std::vector<CalibrationArray> arrays;
  std::vector<std::vector<ModuleUse>> uses;  ///< by array
  std::set<ModuleSpec> fitted;
  std::set<ModuleSpec> all;
};

Result<Plan> make_plan() {
  Plan plan;
  const std::filesystem::path list = kSource / "cost_models/calibration/arrays.json";
  HEDDLE_ASSIGN(plan.arrays, calibration_arrays(list, kSource / "workloads/architectures"));
  for (const ModuleSpec& spec : calibration_grid()) plan.fitted.insert(own_parameters(spec));
  plan.all = plan.fitted;
  for (const CalibrationArray& array : plan.arrays) {
    HEDDLE_ASSIGN(plan.uses.emplace_back(), array_modules(array.cgra));
    for (const ModuleUse& use : plan.uses.back()) {
      plan.all.insert(own_parameters(use.spec));
      if (!array.held_out) plan.fitted.insert(own_parameters(use.spec));
    }
  }
  return plan;
}

using Rows = std::map<ModuleSpec, ModuleRow>;

Status check_rows(const Rows& rows) {
  double cpu = 0;
  for (const auto& [spec, row] : rows) {
    cpu += row.cached ? 0 : row.cpu_seconds;
    if (row.outcome != SynthesisRow::Outcome::kDone)
      return fail(ErrorCode::kUnsupported, fmt::format("{}: {}\n{}", spec.text(), row.message, row.log));
  }
  fmt::print(stderr, "{} modules, {:.0f} CPU seconds of Yosys\n", rows.size(), cpu);
  return {};
}

Result<ModuleCalibration> write_modules(const Plan& plan, const Rows& rows, Family family, const std::string& version) {
  ModuleCalibration calibration{family, version, array_synthesis_command(family), {}};
  for (const ModuleSpec& spec : plan.fitted) {
    HEDDLE_ASSIGN(const std::string source, source_hash(spec.module, kSource / "rtl"));
    calibration.points.push_back({spec, source, rows.at(spec).usage});
  }
  Json json = to_json(calibration);
  // A point a line: the file is read by people, too.
  std::string text = "{\n";
  for (const char* key : {"schema", "family", "tool", "command"})
    text += fmt::format("  \"{}\": {},\n", key, json[key].dump());
  text += "  \"points\": [\n";
  for (std::size_t i = 0; i < json["points"].size(); ++i)
    text += fmt::format("    {}{}\n", json["points"][i].dump(), i + 1 < json["points"].size() ? "," : "");
  HEDDLE_TRY(
      write_file(kSource / fmt::format("cost_models/calibration/modules_{}.json", name(family)), text + "  ]\n}\n"));
  return calibration;
}

Result<Json> write_arrays(const Plan& plan, const Rows& rows, Family family, const std::string& version) {
  Json arrays = Json::array();
  for (std::size_t i = 0; i < plan.arrays.size(); ++i) {
    Usage total;
    std::map<Part, Usage> parts;
    for (const ModuleUse& use : plan.uses[i]) {
      const Usage usage = static_cast<double>(use.count) * rows.at(own_parameters(use.spec)).usage;
      total += usage;
      parts[use.part] += usage;
    }
    Json by_part = Json::object();
    for (const auto& [part, usage] : parts) by_part[std::string(name(part))] = to_json(usage);
    arrays.push_back({{"name", plan.arrays[i].name},
                      {"held_out", plan.arrays[i].held_out},
                      {"usage", to_json(total)},
                      {"parts", by_part}});
  }
  Json json{{"schema", "heddle.array_calibration/1"},
            {"family", name(family)},
            {"tool", version},
            {"command", array_synthesis_command(family)},
            {"arrays", arrays}};
  HEDDLE_TRY(
      write_file(kSource / fmt::format("cost_models/calibration/arrays_{}.json", name(family)), dump_json(json)));
  return json;
}

Status write_page(const Plan& plan, const Json& synthesised, const ModuleCalibration& calibration) {
  const std::filesystem::path file = kSource / "docs/cost_of_arrays.md";
  HEDDLE_ASSIGN(const std::string tables, array_tables(plan.arrays, synthesised, calibration));
  HEDDLE_ASSIGN(const std::string page, read_file(file));
  HEDDLE_ASSIGN(const std::string changed, replace_generated(page, calibration.family, tables));
  return write_file(file, changed);
}

/// Rows of the points that are built in and would come out the same today.
Result<Rows> kept_points(const Plan& plan, Family family, const std::string& version) {
  Rows rows;
  const auto before = built_in_calibration(family);
  if (!before || before->tool != version || before->command != array_synthesis_command(family)) return rows;
  for (const CalibrationPoint& point : before->points) {
    if (!plan.all.contains(point.spec)) continue;
    HEDDLE_ASSIGN(const std::string source, source_hash(point.spec.module, kSource / "rtl"));
    if (source != point.source) continue;
    ModuleRow& row = rows[point.spec];
    row.usage = point.usage;
    row.cached = true;
  }
  return rows;
}

Status calibrate(Family family, const SynthesisOptions& options, bool fresh, const Context& context) {
  HEDDLE_ASSIGN(const Plan plan, make_plan());
  HEDDLE_ASSIGN(std::string version, yosys_version(options, context));
  while (!version.empty() && version.back() == '\n') version.pop_back();
  Rows rows;
  if (!fresh) {
    HEDDLE_ASSIGN(rows, kept_points(plan, family, version));
  }
  std::vector<ModuleSpec> missing;
  std::copy_if(plan.all.begin(), plan.all.end(), std::back_inserter(missing),
               [&](const ModuleSpec& spec) { return !rows.contains(spec); });
  fmt::print(stderr, "{} modules, {} to synthesise\n", plan.all.size(), missing.size());
  HEDDLE_ASSIGN(const Rows made, synthesize_modules(missing, family, kSource / "rtl", options, context));
  rows.insert(made.begin(), made.end());
  HEDDLE_TRY(check_rows(rows));
  HEDDLE_ASSIGN(const ModuleCalibration calibration, write_modules(plan, rows, family, version));
  HEDDLE_ASSIGN(const Json synthesised, write_arrays(plan, rows, family, version));
  return write_page(plan, synthesised, calibration);
}

}  // namespace
}  // namespace heddle::fpga

// NOLINTNEXTLINE(bugprone-exception-escape): without memory a tool may end
int main(int argc, char** argv) {
  heddle::fpga::SynthesisOptions options;
  options.seconds = 0;
  heddle::Context context;
  context.progress = [](const std::string& what, std::int64_t done, std::int64_t total) {
    std::fprintf(stderr, "%s (%lld of %lld)\n", what.c_str(), static_cast<long long>(done),
                 static_cast<long long>(total));
  };
  bool fresh = false;
  std::string family_name = "xcup";
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "-j" && i + 1 < argc) {
      context.jobs = std::atoi(argv[++i]);
    } else if (argument == "--cache" && i + 1 < argc) {
      options.cache = argv[++i];
    } else if (argument == "--fresh") {
      fresh = true;
    } else {
      family_name = argument;
    }
  }
  const auto family = heddle::fpga::parse_family(family_name);
  const heddle::Status done =
      family ? heddle::fpga::calibrate(*family, options, fresh, context) : tl::unexpected(family.error());
  if (done) return 0;
  std::fprintf(stderr, "%s\n", heddle::to_string(done.error()).c_str());
  return heddle::exit_status(done.error().code);
}
