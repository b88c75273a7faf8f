// A run reads one module, wraps each parameterisation in a module w0, w1, ... of its own, and takes what those
// instantiate out of `stat`. Modules inside are black boxes.
#include "cost_models/fpga/module_synthesis.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "compiler/base/files.h"
#include "compiler/base/scratch.h"
#include "compiler/base/tool_process.h"
#include "cost_models/fpga/number_modules.h"
#include "cost_models/fpga/synthesis_cache.h"
#include "cost_models/fpga/yosys_output.h"

namespace heddle::fpga {
namespace {

using Outcome = SynthesisRow::Outcome;
using Rows = std::map<ModuleSpec, ModuleRow>;

constexpr std::size_t kKeptLog = 4000;
constexpr const char* kTop = "cgra_top";
constexpr const char* kPackages[] = {"cgra_pkg", "cgra_packed_pkg"};

/// What each module of rtl/cgra instantiates.
const std::map<std::string, std::vector<std::string>>& inner_modules() {
  static const std::map<std::string, std::vector<std::string>> modules{
      {"cgra_pe",
       {"cgra_config_mem", "cgra_regfile", "cgra_operand_mux", "cgra_live_out", "cgra_fu", "cgra_address_generator"}},
      {"cgra_fu",
       {"cgra_alu", "cgra_multiplier", "cgra_divider", "cgra_load_store", "cgra_number", "cgra_packed", "cgra_delay"}},
      {"cgra_multiplier", {"cgra_delay"}},
      {"cgra_divider", {"cgra_div_stage"}},
      {"cgra_number",
       {"cgra_widen_any", "cgra_number_mac", "cgra_number_compare", "cgra_narrow_any", "fp_from_int", "fp_to_int",
        "cgra_delay"}},
      {"cgra_widen_any", {"fp_convert"}},
      {"cgra_narrow_any", {"fp_convert", "cgra_delay"}},
      {"cgra_number_mac", {"fp_mac", "cgra_narrow_any", "cgra_delay"}},
      {"cgra_spm", {"cgra_spm_arbiter", "cgra_spm_bank", "cgra_spm_response"}},
  };
  return modules;
}

std::vector<std::string> inside(const std::string& module) {
  const auto found = inner_modules().find(module);
  return found == inner_modules().end() ? std::vector<std::string>{} : found->second;
}

/// The modules that must be read to elaborate `module`: itself, and all that lies in it at any depth.
std::set<std::string> closure(const std::string& module) {
  std::set<std::string> modules{module};
  for (const std::string& inner : inside(module)) modules.merge(closure(inner));
  const std::vector<std::string>& contents = unit_contents(module);
  modules.insert(contents.begin(), contents.end());
  return modules;
}

/// Where the source of a module lies below rtl/.
std::filesystem::path source_of(const std::string& module) {
  return std::filesystem::path(module.starts_with("cgra_") ? "cgra" : "arithmetic") / (module + ".sv");
}

bool uses_package(const std::string& text, const char* package) {
  return text.find(package + std::string("::")) != std::string::npos;
}

/// A value as a Verilog constant: hexadecimal ones get a width.
std::string verilog(const std::string& value) {
  if (!value.starts_with("0x")) return value;
  return fmt::format("{}'h{}", 4 * (value.size() - 2), value.substr(2));
}

std::string wrapper(const ModuleSpec& spec, std::size_t index) {
  if (spec.module == kTop) {
    // The one thing that cgra_top does itself.
    const std::int64_t pes = spec.number("NumPes", 1);
    std::string sum = "a_i[0+:32]";
    for (std::int64_t pe = 1; pe < pes; ++pe) sum += fmt::format(" | a_i[{}+:32]", 32 * pe);
    return fmt::format("module w{} (input [{}:0] a_i, output [31:0] y_o);\n  assign y_o = {};\nendmodule\n", index,
                       32 * pes - 1, sum);
  }
  std::string parameters;
  for (const auto& [name, value] : spec.parameters)
    parameters += fmt::format("{}.{}({})", parameters.empty() ? "" : ", ", name, verilog(value));
  if (!parameters.empty()) parameters = " #(" + parameters + ")";
  return fmt::format("module w{};\n  (* keep *) {}{} u ();\nendmodule\n", index, spec.module, parameters);
}

/// One Yosys run: parameterisations of one module.
struct Run {
  std::vector<ModuleSpec> specs;
  std::filesystem::path directory;
};

std::string script_of(const Run& run, Family family, const std::vector<std::string>& files) {
  const std::string& module = run.specs[0].module;
  std::string script = "read_verilog -sv -defer";
  for (const std::string& file : files) script += " " + file;
  script += "\nhierarchy -check -top grid\n";
  // Derived modules keep their source's name in an attribute; one without parameters has it as its own.
  for (const std::string& box : inside(module)) script += fmt::format("blackbox A:hdlname=\\\\{0} {0}\n", box);
  return script + array_synthesis_command(family) + " -top grid\ntee -q -o stat.json stat -json\n";
}

Status write_run(const Run& run, Family family, const std::filesystem::path& rtl) {
  std::error_code error;
  std::filesystem::create_directories(run.directory, error);
  const std::string& module = run.specs[0].module;
  std::vector<std::string> files;
  if (module != kTop) {
    for (const char* package : kPackages) files.push_back(package + std::string(".sv"));
    for (const std::string& file : files) {
      HEDDLE_ASSIGN(const std::string text, read_file(rtl / "cgra" / file));
      HEDDLE_TRY(write_file(run.directory / file, text));
    }
    HEDDLE_ASSIGN(const std::string assertions, read_file(rtl / "cgra/cgra_assert.svh"));
    HEDDLE_TRY(write_file(run.directory / "cgra_assert.svh", assertions));
    for (const std::string& name : closure(module)) {
      HEDDLE_ASSIGN(const std::string text, read_file(rtl / source_of(name)));
      HEDDLE_TRY(write_file(run.directory / (name + ".sv"), text));
      files.push_back(name + ".sv");
    }
  }
  std::string grid, top = "module grid;\n";
  for (std::size_t i = 0; i < run.specs.size(); ++i) {
    grid += wrapper(run.specs[i], i);
    top += fmt::format("  (* keep *) w{0} u{0} ();\n", i);
  }
  HEDDLE_TRY(write_file(run.directory / "grid.sv", grid + top + "endmodule\n"));
  files.push_back("grid.sv");
  return write_file(run.directory / "run.ys", script_of(run, family, files));
}

/// Adds the cells of a module and of the modules in it; black boxes have no statistics.
void add_cells(const std::map<std::string, ModuleStatistics>& modules, const ModuleStatistics& module,
               std::int64_t count, std::map<std::string, std::int64_t>& cells) {
  for (const auto& [type, number] : module.cells) {
    const auto found = modules.find(type);
    if (found == modules.end())
      cells[type] += count * number;
    else
      add_cells(modules, found->second, count * number, cells);
  }
}

/// Cells of the module that wrapper `index` instantiates.
Result<std::map<std::string, std::int64_t>> cells_of(const std::map<std::string, ModuleStatistics>& modules,
                                                     const ModuleSpec& spec, std::size_t index) {
  const auto wrapped = modules.find(fmt::format("w{}", index));
  if (wrapped == modules.end()) return fail(ErrorCode::kUnsupported, "stat: wrapper missing");
  if (spec.module == kTop) return wrapped->second.cells;
  for (const auto& [type, count] : wrapped->second.cells) {
    const auto found = modules.find(type);
    if (found == modules.end()) continue;
    std::map<std::string, std::int64_t> cells;
    add_cells(modules, found->second, 1, cells);
    return cells;
  }
  return fail(ErrorCode::kUnsupported, "stat: the module is missing");
}

class Batch {
 public:
  Batch(Family family, const std::filesystem::path& rtl, const SynthesisOptions& options, const Context& context)
      : family_(family), rtl_(rtl), options_(options), context_(context) {}

  Result<Rows> run(const std::vector<ModuleSpec>& specs) {
    HEDDLE_ASSIGN(version_, yosys_version(options_, context_));
    if (!options_.cache.empty()) {
      HEDDLE_ASSIGN(cache_, SynthesisCache::open(options_.cache));
    }
    std::map<std::string, std::vector<ModuleSpec>> missing;
    for (const ModuleSpec& spec : std::set<ModuleSpec>(specs.begin(), specs.end())) {
      HEDDLE_TRY(look_up(spec));
      if (!rows_.contains(spec)) missing[spec.module].push_back(spec);
    }
    std::vector<std::vector<ModuleSpec>> groups;
    groups.reserve(missing.size());
    for (auto& [module, group] : missing) groups.push_back(std::move(group));
    HEDDLE_TRY(synthesise(groups));
    if (!repeat_.empty()) HEDDLE_TRY(synthesise(std::exchange(repeat_, {})));
    return std::move(rows_);
  }

 private:
  Result<std::string> identity(const ModuleSpec& spec) const {
    HEDDLE_ASSIGN(const std::string hash, source_hash(spec.module, rtl_));
    return fmt::format("module {}\n{}source {}\n{}\n", spec.text(), version_, hash, array_synthesis_command(family_));
  }

  static std::string key(const std::string& identity) {
    return hex64(content_hash(identity)) + hex64(content_hash(identity, 0x9E3779B97F4A7C15U));
  }

  Status look_up(const ModuleSpec& spec) {
    if (!cache_) return {};
    HEDDLE_ASSIGN(const std::string text, identity(spec));
    HEDDLE_ASSIGN(const std::optional<CacheEntry> entry, cache_->find(key(text), text));
    if (!entry) return {};
    HEDDLE_ASSIGN(const Document document, parse_json(entry->result, "synthesis cache"));
    ModuleRow row;
    HEDDLE_ASSIGN(row.usage, usage_from_json(document.root));
    row.cpu_seconds = document.root.value("cpu_seconds", 0.0);
    row.cached = true;
    rows_[spec] = row;
    return {};
  }

  Status store(const ModuleSpec& spec, const ModuleRow& row) {
    rows_[spec] = row;
    if (!cache_ || row.outcome != Outcome::kDone) return {};
    HEDDLE_ASSIGN(const std::string text, identity(spec));
    Json json = to_json(row.usage);
    json["cpu_seconds"] = row.cpu_seconds;
    return cache_->store(key(text), {text, json.dump(), ""});
  }

  Status synthesise(const std::vector<std::vector<ModuleSpec>>& groups) {
    const TemporaryDirectory scratch(options_.scratch);
    std::vector<Run> runs;
    std::vector<ToolJob> jobs;
    for (const auto& group : groups) {
      runs.push_back({group, scratch.path() / std::to_string(runs.size())});
      HEDDLE_TRY(write_run(runs.back(), family_, rtl_));
      jobs.push_back({{options_.yosys, "-q", "-s", "run.ys"},
                      runs.back().directory,
                      runs.back().directory / "yosys.log",
                      options_.seconds});
    }
    std::int64_t ended = 0;  // in whatever order
    if (!runs.empty()) context_.progress("synthesis of modules", ended, static_cast<std::int64_t>(runs.size()));
    return run_tool_jobs(jobs, context_.jobs, context_, [&](std::size_t i, const ToolOutcome& outcome) -> Status {
      if (outcome.end == ToolOutcome::End::kNotStarted)
        return fail(ErrorCode::kNotFound, "yosys could not be started", {}, "install the package yosys");
      ++ended;
      context_.progress("synthesis of " + runs[i].specs[0].module, ended, static_cast<std::int64_t>(runs.size()));
      return finish(runs[i], outcome);
    });
  }

  Status finish(const Run& run, const ToolOutcome& outcome) {
    if (outcome.end != ToolOutcome::End::kSuccess) return finish_failed(run, outcome);
    HEDDLE_ASSIGN(const std::string statistics, read_file(run.directory / "stat.json"));
    HEDDLE_ASSIGN(const auto modules, parse_statistics(statistics));
    for (std::size_t i = 0; i < run.specs.size(); ++i) {
      HEDDLE_ASSIGN(const auto cells, cells_of(modules, run.specs[i], i));
      ModuleRow row;
      row.usage = usage_of_cells(family_, cells);
      row.cpu_seconds = outcome.cpu_seconds / static_cast<double>(run.specs.size());
      HEDDLE_TRY(store(run.specs[i], row));
    }
    return {};
  }

  Status finish_failed(const Run& run, const ToolOutcome& outcome) {
    if (run.specs.size() > 1) {
      for (const ModuleSpec& spec : run.specs) repeat_.push_back({spec});
      return {};
    }
    ModuleRow row;
    row.outcome = outcome.end == ToolOutcome::End::kTimeOut  ? Outcome::kTimedOut
                  : outcome.end == ToolOutcome::End::kSignal ? Outcome::kCrashed
                                                             : Outcome::kFailed;
    row.message = "yosys " + describe(outcome);
    row.log = read_file(run.directory / "yosys.log").value_or("");
    if (row.log.size() > kKeptLog) row.log = row.log.substr(row.log.size() - kKeptLog);
    row.cpu_seconds = outcome.cpu_seconds;
    return store(run.specs[0], row);
  }

  Family family_;
  const std::filesystem::path& rtl_;
  const SynthesisOptions& options_;
  const Context& context_;
  std::string version_;
  std::optional<SynthesisCache> cache_;
  Rows rows_;
  std::vector<std::vector<ModuleSpec>> repeat_;
};

}  // namespace

Result<std::string> source_hash(const std::string& module, const std::filesystem::path& rtl_directory) {
  if (module == kTop) return hex64(0);
  HEDDLE_ASSIGN(const std::string text, read_file(rtl_directory / source_of(module)));
  std::uint64_t hash = content_hash(text);
  for (const char* package : kPackages) {
    if (!uses_package(text, package)) continue;
    HEDDLE_ASSIGN(const std::string contents, read_file(rtl_directory / source_of(package)));
    hash = content_hash(contents, hash);
  }
  for (const std::string& part : unit_contents(module)) {
    HEDDLE_ASSIGN(const std::string contents, read_file(rtl_directory / source_of(part)));
    hash = content_hash(contents, hash);
  }
  return hex64(hash);
}

std::string array_synthesis_command(Family family) {
  switch (family) {
    case Family::kXc7:
    case Family::kXcup: return fmt::format("synth_xilinx -family {} -noiopad", name(family));
    case Family::kEcp5: return "synth_ecp5 -noflatten";
    case Family::kIce40: return "synth_ice40 -noflatten -dsp";
  }
  return "";
}

Result<Rows> synthesize_modules(const std::vector<ModuleSpec>& specs, Family family,
                                const std::filesystem::path& rtl_directory, const SynthesisOptions& options,
                                const Context& context) {
  return Batch(family, rtl_directory, options, context).run(specs);
}

}  // namespace heddle::fpga
