// heddle explore: runs a sweep, and answers questions about one.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ostream>
#include <string_view>

#include "compiler/base/files.h"
#include "compiler/base/scratch.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/explore_answers.h"
#include "runtime/explore/explore.h"
#include "runtime/explore/pool.h"
#include "runtime/explore/space.h"

namespace heddle::cli {
namespace {

constexpr std::string_view kQuestions[] = {"status", "best", "page", "report", "why", "compare", "evaluate"};

class ExploreCommand : public Command {
 public:
  std::string name() const override { return "explore"; }
  std::string summary() const override { return "Evaluate the designs of a sweep, and show which are worth having"; }
  std::vector<OptionSpec> options() override {
    return {
        {"WHAT",
         &what_,
         "A sweep file or the name of a shipped one, to run it; or status, best, page, report, why or compare, about "
         "folders",
         "",
         {},
         Complete::kFile,
         true},
        {"FIRST", &first_, "The folder of the sweep", "", {}, Complete::kDirectory},
        {"SECOND",
         &second_,
         "why: a point, as digits of its id or #N; compare: another folder",
         "",
         {},
         Complete::kDirectory},
        {"-o,--output", &output_, "Folder of the sweep to run", "DIR", {}, Complete::kDirectory},
        {"--resume", &resume_, "Go on with the sweep that the folder holds"},
        {"--limit", &limit_, "Stop after so many points more; 0: none", "N"},
        {"--dry-run", &dry_run_, "Count the points and estimate the time from three of them"},
        {"--executor",
         &executor_,
         "Where evaluations run: processes here, or job arrays of Slurm (DIR and heddle on a folder that all nodes "
         "share)",
         "",
         {"local", "slurm"}},
        {"--points-per-task", &slurm_.points_per_task, "slurm: points that a task of an array evaluates", "N"},
        {"--tasks", &slurm_.tasks, "slurm: tasks that wait or run at once", "N"},
        {"--partition", &slurm_.partition, "slurm: partition of the jobs", "NAME"},
        {"--account", &slurm_.account, "slurm: account of the jobs", "NAME"},
        {"--time", &slurm_.time, "slurm: time limit of a task, as sbatch takes it", "TIME"},
        {"--settle", &slurm_.settle_seconds,
         "slurm: seconds until files of a task that has ended are surely visible here; default 30", "S"},
        {"--sbatch", &slurm_.more, "slurm: a further argument of sbatch, such as --mem=9G", "ARGUMENT"},
        {"--no-cache", &no_cache_, "Neither use nor keep evaluations of other sweeps"},
    };
  }

  Result<int> run(Environment& environment) override {
    if (std::ranges::find(kQuestions, what_) != std::end(kQuestions)) return answer(environment);
    if (!first_.empty())
      return fail(ErrorCode::kBadInput, fmt::format("'{}' after a sweep file", first_), {}, "-o names the folder");
    if (limit_ < 0) return fail(ErrorCode::kBadInput, "--limit: expected 0 or more");
    HEDDLE_ASSIGN(const auto path, resolve(what_, environment.data.root / "workloads" / "sweeps", ".yaml", "sweep"));
    explore::RunOptions options;
    HEDDLE_ASSIGN(options.text, read_file(path));
    HEDDLE_ASSIGN(const explore::Sweep sweep, parse_sweep(options.text, path, environment));
    if (dry_run_) return estimate(sweep, environment);
    if (output_.empty()) return fail(ErrorCode::kBadInput, "a sweep needs a folder", {}, "-o DIR");
    options.path = std::filesystem::absolute(path);
    options.directory = output_;
    if (!no_cache_) options.cache = environment.cache / "evaluations.sqlite";
    options.resume = resume_;
    options.limit = limit_;
    HEDDLE_TRY(set_executor(options));
    const explore::Tools tools = tools_of(environment);
    HEDDLE_ASSIGN(const auto progress,
                  explore::run_sweep(sweep, tools, options, environment.context,
                                     [&](const Json& request) { return explore::evaluate(request, tools); }));
    HEDDLE_TRY(write_report(output_, environment));
    return show_best(output_, progress.points, environment);
  }

 private:
  static explore::Tools tools_of(const Environment& environment) {
    return {environment.data.include(), environment.data.rtl(), environment.cache / "synthesis.sqlite",
            explore::make_program_memo()};
  }

  Status set_executor(explore::RunOptions& options) {
    const auto positive = [](const char* name, std::int64_t value) -> Status {
      if (value < 1 || value > 1'000'000)
        return fail(ErrorCode::kBadInput, fmt::format("{}: expected 1 to 1000000", name));
      return {};
    };
    HEDDLE_TRY(positive("--points-per-task", slurm_.points_per_task));
    HEDDLE_TRY(positive("--tasks", slurm_.tasks));
    if (!(slurm_.settle_seconds >= 0)) return fail(ErrorCode::kBadInput, "--settle: expected 0 or more");
    if (executor_ == "local") return {};
    std::error_code error;
    slurm_.program = std::filesystem::read_symlink("/proc/self/exe", error);
    options.slurm = slurm_;
    return {};
  }

  /// For task.sh of the Slurm executor: FIRST is its folder, SECOND the task. Nodes share no SQLite file.
  static Result<int> evaluate_task(const std::string& folder, const std::string& task, Environment& environment) {
    const TemporaryDirectory scratch(std::filesystem::temp_directory_path());
    explore::Tools tools = tools_of(environment);
    tools.synthesis_cache = scratch.path() / "synthesis.sqlite";
    HEDDLE_TRY(explore::run_slurm_task(folder, task, environment.context,
                                       [&](const Json& request) { return explore::evaluate(request, tools); }));
    return 0;
  }

  Result<int> report(Environment& environment) const {
    HEDDLE_TRY(write_report(first_, environment));
    const std::string path = std::filesystem::path(first_) / "report.html";
    if (environment.json)
      environment.print({{"schema", "heddle.explore_report/1"}, {"path", path}});
    else
      environment.out << path << '\n';
    return 0;
  }

  Result<int> answer(Environment& environment) const {
    const bool two = what_ == "why" || what_ == "compare" || what_ == "evaluate";
    if (first_.empty() || second_.empty() == two)
      return fail(ErrorCode::kBadInput, fmt::format("explore {}: expected {}", what_,
                                                    what_ == "why"        ? "DIR POINT"
                                                    : what_ == "compare"  ? "DIR DIR"
                                                    : what_ == "evaluate" ? "FOLDER TASK"
                                                                          : "DIR"));
    if (what_ == "evaluate") return evaluate_task(first_, second_, environment);
    if (what_ == "status") return show_status(first_, environment);
    if (what_ == "best") return show_best(first_, 0, environment);
    if (what_ == "report") return report(environment);
    if (what_ == "page") return show_page(first_, environment);
    return what_ == "why" ? show_why(first_, second_, environment) : show_comparison(first_, second_, environment);
  }

  /// Three points, spread over the sweep, each by one process.
  static Result<int> estimate(const explore::Sweep& sweep, Environment& environment) {
    HEDDLE_ASSIGN(const auto chosen, explore::sample(sweep, environment.context.seed));
    HEDDLE_ASSIGN(const std::uint64_t all, explore::combinations(sweep));
    const explore::Tools tools = tools_of(environment);
    HEDDLE_ASSIGN(const Json sources, explore::sources_of(sweep, tools, environment.context.seed));
    explore::Pool pool({1, sweep.limits.seconds, sweep.limits.memory_mb, std::filesystem::temp_directory_path()},
                       [&](const Json& request) { return explore::evaluate(request, tools); });
    double seconds = 0;
    int points = 0;
    for (const std::size_t k : {std::size_t{0}, chosen.size() / 2, chosen.size() - 1}) {
      if (environment.context.cancelled()) return fail(ErrorCode::kInterrupted, "interrupted");
      HEDDLE_ASSIGN(const auto values, explore::point_at(sweep, chosen[k]));
      ++points;
      const auto design = explore::design_of(sweep, *values);
      if (!design) continue;
      for (explore::Task& task : explore::tasks_of(sweep, *design, sources)) pool.submit(0, std::move(task.request));
      while (!pool.idle()) {
        HEDDLE_ASSIGN(const auto finished, pool.wait(200));
        for (const auto& each : finished) seconds += each.seconds;
      }
    }
    const double total = seconds / points * static_cast<double>(chosen.size()) / environment.context.jobs;
    if (environment.json)
      environment.print({{"schema", "heddle.explore_estimate/1"},
                         {"combinations", all},
                         {"points", chosen.size()},
                         {"seconds_per_point", seconds / points},
                         {"workers", environment.context.jobs},
                         {"seconds", total}});
    else
      environment.out << fmt::format("{} points of {} combinations; about {:.0f} s on {} workers ({:.2f} s a point)\n",
                                     chosen.size(), all, total, environment.context.jobs, seconds / points);
    return 0;
  }

  std::string what_;
  std::string first_;
  std::string second_;
  std::string output_;
  std::int64_t limit_ = 0;
  std::string executor_ = "local";
  explore::SlurmOptions slurm_;
  bool resume_ = false;
  bool dry_run_ = false;
  bool no_cache_ = false;
};

}  // namespace

std::unique_ptr<Command> make_explore_command() { return std::make_unique<ExploreCommand>(); }

}  // namespace heddle::cli
