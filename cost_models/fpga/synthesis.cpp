#include "cost_models/fpga/synthesis.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "compiler/base/files.h"
#include "compiler/base/scratch.h"
#include "compiler/base/tool_process.h"
#include "cost_models/fpga/synthesis_cache.h"
#include "cost_models/fpga/yosys_output.h"

namespace heddle::fpga {
namespace {

using Outcome = SynthesisRow::Outcome;

constexpr std::size_t kKeptLog = 4000;
constexpr Outcome kOutcomes[] = {Outcome::kDone, Outcome::kFailed, Outcome::kCrashed, Outcome::kTimedOut};

/// A distinct design: what it is, where its row goes, and where it is worked on.
struct Work {
  const DesignPoint* point = nullptr;
  const Sources* sources = nullptr;
  std::string script;
  std::string identity;
  std::string key;
  std::filesystem::path directory;
  std::optional<SynthesisRow> row;
};

std::vector<std::string> place_command(const SynthesisOptions& options) {
  return {options.nextpnr,
          "--hx8k",
          "--package",
          "ct256",
          "--json",
          "netlist.json",
          "--pcf-allow-unconstrained",
          "--timing-allow-fail",
          "--freq",
          "100",
          "--seed",
          "1",
          "--report",
          "report.json",
          "-q"};
}

std::string end_of_log(const std::filesystem::path& log) {
  std::string text = read_file(log).value_or("");
  if (text.size() > kKeptLog) text = text.substr(text.size() - kKeptLog);
  return text;
}

std::string row_json(const SynthesisRow& row) {
  Json json = Json::object();
  json["outcome"] = name(row.outcome);
  if (!row.message.empty()) json["message"] = row.message;
  json["cpu_seconds"] = row.cpu_seconds;
  json["utilisation"] = to_json(row.utilisation);
  return json.dump();
}

Result<SynthesisRow> row_from(const CacheEntry& entry, Family family) {
  HEDDLE_ASSIGN(const Document document, parse_json(entry.result, "synthesis cache"));
  const Json& json = document.root;
  if (!json.is_object()) return fail(ErrorCode::kIo, "synthesis cache: expected an object");
  SynthesisRow row;
  const std::string outcome = json.value("outcome", "");
  const auto known = std::find_if(std::begin(kOutcomes), std::end(kOutcomes),
                                  [&](Outcome candidate) { return name(candidate) == outcome; });
  if (known == std::end(kOutcomes)) return fail(ErrorCode::kIo, "synthesis cache: unknown outcome " + outcome);
  row.outcome = *known;
  row.message = json.value("message", "");
  row.cpu_seconds = json.value("cpu_seconds", 0.0);
  HEDDLE_ASSIGN(row.utilisation, utilisation_from_json(json.value("utilisation", Json()), family));
  row.log = entry.log;
  row.cached = true;
  return row;
}

/// Everything that the result depends on.
std::string identity_of(const Work& work, const std::string& yosys, const std::string& nextpnr,
                        const SynthesisOptions& options) {
  std::string place;
  if (work.point->place_and_route)
    for (const std::string& word : place_command(options)) place += word + " ";
  return fmt::format("{}{}sources {}\n{}{}\n", yosys, nextpnr, work.sources->hash, work.script, place);
}

SynthesisRow failed_row(const ToolOutcome& outcome, const std::string& tool, const std::filesystem::path& log) {
  SynthesisRow row;
  row.outcome = outcome.end == ToolOutcome::End::kTimeOut  ? Outcome::kTimedOut
                : outcome.end == ToolOutcome::End::kSignal ? Outcome::kCrashed
                                                           : Outcome::kFailed;
  row.message = fmt::format("{} {}", tool, describe(outcome));
  row.log = end_of_log(log);
  row.cpu_seconds = outcome.cpu_seconds;
  return row;
}

Result<Utilisation> read_results(const Work& work) {
  HEDDLE_ASSIGN(const std::string statistics, read_file(work.directory / "stat.json"));
  HEDDLE_ASSIGN(const auto modules, parse_statistics(statistics));
  const auto top = modules.find(work.point->top);
  if (top == modules.end())
    return fail(ErrorCode::kBadInput, fmt::format("stat: no module {} in the netlist", work.point->top));
  Utilisation result = count_cells(work.point->family, top->second.cells);
  result.logic_cells = top->second.logic_cells;
  if (!work.point->is_timed()) return result;
  HEDDLE_ASSIGN(const std::string path, read_file(work.directory / "ltp.txt"));
  HEDDLE_ASSIGN(result.depth, parse_depth(path));
  if (!work.point->has_delay()) return result;
  HEDDLE_ASSIGN(const std::string arrival, read_file(work.directory / "sta.txt"));
  HEDDLE_ASSIGN(result.delay_ps, parse_arrival(arrival));
  return result;
}

/// The row of a Yosys run that has ended.
SynthesisRow synthesis_row(const Work& work, const ToolOutcome& outcome) {
  if (outcome.end != ToolOutcome::End::kSuccess) return failed_row(outcome, "yosys", work.directory / "yosys.log");
  SynthesisRow row;
  row.cpu_seconds = outcome.cpu_seconds;
  auto utilisation = read_results(work);
  if (utilisation) {
    row.utilisation = *utilisation;
  } else {
    row.outcome = Outcome::kFailed;
    row.message = utilisation.error().message;
    row.log = end_of_log(work.directory / "yosys.log");
  }
  return row;
}

/// Adds what nextpnr found to a row.
void add_placement(const Work& work, const ToolOutcome& outcome, SynthesisRow& row) {
  const double before = row.cpu_seconds;
  if (outcome.end != ToolOutcome::End::kSuccess) {
    row = failed_row(outcome, "nextpnr-ice40", work.directory / "nextpnr.log");
  } else {
    const auto report = read_file(work.directory / "report.json");
    const auto fmax = report ? parse_fmax(*report) : Result<std::optional<double>>(tl::unexpected(report.error()));
    if (fmax) {
      row.utilisation.fmax_mhz = *fmax;
    } else {
      row.outcome = Outcome::kFailed;
      row.message = fmax.error().message;
    }
    row.cpu_seconds = outcome.cpu_seconds;
  }
  row.cpu_seconds += before;
}

/// Version line of a tool, or kNotFound with the package's name.
Result<std::string> version_of(const std::string& tool, const char* flag, const char* package,
                               const SynthesisOptions& options, const Context& context) {
  const TemporaryDirectory scratch(options.scratch);
  auto text = tool_output({tool, flag}, scratch.path(), context);
  if (text) return text;
  if (text.error().code != ErrorCode::kNotFound) return text;
  return fail(ErrorCode::kNotFound, fmt::format("{} is not installed, so nothing can be synthesised", tool), {},
              fmt::format("install the package {}", package));
}

/// The batch: distinct works, and which of them each point is.
class Batch {
 public:
  Batch(const SynthesisOptions& options, const Context& context) : options_(options), context_(context) {}

  Status prepare(const std::vector<DesignPoint>& points);
  Status run();
  [[nodiscard]] std::vector<SynthesisRow> rows() const;

 private:
  Result<const Sources*> sources_of(const DesignPoint& point);
  Status look_up(Work& work);
  Status finish(Work& work);
  Status write(const std::vector<Work*>& missing, const std::filesystem::path& directory) const;
  Status place(const std::vector<Work*>& missing);

  const SynthesisOptions& options_;
  const Context& context_;
  std::optional<SynthesisCache> cache_;
  std::map<std::vector<std::filesystem::path>, Sources> sources_;  ///< by files, "", include directories
  std::vector<Work> works_;
  std::vector<std::size_t> work_of_point_;
  std::int64_t finished_ = 0;
};

Result<const Sources*> Batch::sources_of(const DesignPoint& point) {
  std::vector<std::filesystem::path> key = point.files;
  key.emplace_back();
  key.insert(key.end(), point.include_directories.begin(), point.include_directories.end());
  auto known = sources_.find(key);
  if (known == sources_.end()) {
    HEDDLE_ASSIGN(Sources sources, read_sources(point));
    known = sources_.emplace(std::move(key), std::move(sources)).first;
  }
  return &known->second;
}

Status Batch::prepare(const std::vector<DesignPoint>& points) {
  for (const DesignPoint& point : points) HEDDLE_TRY(check(point));
  HEDDLE_ASSIGN(const std::string yosys, yosys_version(options_, context_));
  std::string nextpnr;
  if (std::any_of(points.begin(), points.end(), [](const DesignPoint& point) { return point.place_and_route; })) {
    HEDDLE_ASSIGN(nextpnr, version_of(options_.nextpnr, "--version", "nextpnr-ice40", options_, context_));
  }
  if (!options_.cache.empty()) {
    HEDDLE_ASSIGN(cache_, SynthesisCache::open(options_.cache));
  }
  std::map<std::string, std::size_t> index;
  for (const DesignPoint& point : points) {
    Work work;
    work.point = &point;
    HEDDLE_ASSIGN(work.sources, sources_of(point));
    work.script = synthesis_script(point, *work.sources);
    work.identity = identity_of(work, yosys, point.place_and_route ? nextpnr : "", options_);
    work.key = hex64(content_hash(work.identity)) + hex64(content_hash(work.identity, 0x9E3779B97F4A7C15U));
    const auto [entry, is_new] = index.emplace(work.identity, works_.size());
    work_of_point_.push_back(entry->second);
    if (!is_new) continue;
    HEDDLE_TRY(look_up(work));
    if (work.row) ++finished_;
    works_.push_back(std::move(work));
  }
  return {};
}

Status Batch::look_up(Work& work) {
  if (!cache_) return {};
  HEDDLE_ASSIGN(const std::optional<CacheEntry> entry, cache_->find(work.key, work.identity));
  if (!entry) return {};
  HEDDLE_ASSIGN(SynthesisRow row, row_from(*entry, work.point->family));
  const bool maybe_chance = row.outcome == Outcome::kCrashed || row.outcome == Outcome::kTimedOut;
  if (!maybe_chance || !options_.retry_failures) work.row = std::move(row);
  return {};
}

/// Keeps a finished row.
Status Batch::finish(Work& work) {
  context_.progress("synthesis", ++finished_, static_cast<std::int64_t>(works_.size()));
  if (work.row->outcome != Outcome::kDone)
    context_.log(LogLevel::kWarning, fmt::format("{}: {}", work.point->top, work.row->message));
  std::error_code ignored;
  std::filesystem::remove_all(work.directory, ignored);
  if (!cache_) return {};
  return cache_->store(work.key, {work.identity, row_json(*work.row), work.row->log});
}

Status Batch::write(const std::vector<Work*>& missing, const std::filesystem::path& directory) const {
  for (std::size_t i = 0; i < missing.size(); ++i) {
    missing[i]->directory = directory / std::to_string(i);
    HEDDLE_TRY(write_sources(*missing[i]->sources, missing[i]->directory));
    HEDDLE_TRY(write_file(missing[i]->directory / "synthesis.ys", missing[i]->script));
  }
  return {};
}

Status Batch::run() {
  std::vector<Work*> missing;
  for (Work& work : works_)
    if (!work.row) missing.push_back(&work);
  if (missing.empty()) return {};
  const TemporaryDirectory scratch(options_.scratch);
  HEDDLE_TRY(write(missing, scratch.path()));
  std::vector<ToolJob> jobs;
  for (const Work* work : missing)
    jobs.push_back({{options_.yosys, "-q", "-s", "synthesis.ys"},
                    work->directory,
                    work->directory / "yosys.log",
                    options_.seconds});
  std::vector<Work*> to_place;
  HEDDLE_TRY(run_tool_jobs(jobs, context_.jobs, context_, [&](std::size_t i, const ToolOutcome& outcome) -> Status {
    Work& work = *missing[i];
    if (outcome.end == ToolOutcome::End::kNotStarted)
      return fail(ErrorCode::kNotFound, "yosys could not be started", {}, "install the package yosys");
    work.row = synthesis_row(work, outcome);
    if (!work.point->place_and_route || work.row->outcome != Outcome::kDone) return finish(work);
    to_place.push_back(&work);
    return {};
  }));
  return place(to_place);
}

Status Batch::place(const std::vector<Work*>& missing) {
  std::vector<ToolJob> jobs;
  for (const Work* work : missing)
    jobs.push_back({place_command(options_), work->directory, work->directory / "nextpnr.log", options_.seconds});
  return run_tool_jobs(jobs, context_.jobs, context_, [&](std::size_t i, const ToolOutcome& outcome) -> Status {
    add_placement(*missing[i], outcome, *missing[i]->row);
    return finish(*missing[i]);
  });
}

std::vector<SynthesisRow> Batch::rows() const {
  std::vector<SynthesisRow> result;
  result.reserve(work_of_point_.size());
  for (const std::size_t index : work_of_point_) result.push_back(*works_[index].row);
  return result;
}

}  // namespace

std::string_view name(SynthesisRow::Outcome outcome) {
  switch (outcome) {
    case Outcome::kDone: return "done";
    case Outcome::kFailed: return "failed";
    case Outcome::kCrashed: return "crashed";
    case Outcome::kTimedOut: return "timed_out";
  }
  return "?";
}

Result<std::string> yosys_version(const SynthesisOptions& options, const Context& context) {
  return version_of(options.yosys, "-V", "yosys", options, context);
}

Result<std::vector<SynthesisRow>> synthesize_all(const std::vector<DesignPoint>& points,
                                                 const SynthesisOptions& options, const Context& context) {
  Batch batch(options, context);
  HEDDLE_TRY(batch.prepare(points));
  HEDDLE_TRY(batch.run());
  return batch.rows();
}

Result<Utilisation> synthesize(const DesignPoint& point, const SynthesisOptions& options, const Context& context) {
  HEDDLE_ASSIGN(const std::vector<SynthesisRow> rows, synthesize_all({point}, options, context));
  if (rows[0].outcome == Outcome::kDone) return rows[0].utilisation;
  return fail(ErrorCode::kUnsupported, fmt::format("{}: {}\n{}", point.top, rows[0].message, rows[0].log));
}

}  // namespace heddle::fpga
