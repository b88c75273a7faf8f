#include "runtime/explore/explore.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>

#include "compiler/base/files.h"
#include "cost_models/fpga/synthesis_cache.h"
#include "runtime/explore/pool.h"
#include "runtime/explore/record.h"
#include "runtime/explore/search.h"
#include "runtime/explore/space.h"

namespace heddle::explore {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kSecondsPerCommit = 0.5;

/// A point to evaluate, and where.
struct Asked {
  std::uint64_t sequence = 0;
  std::uint64_t index = 0;                  ///< of the combination
  std::size_t rung = 0;                     ///< of fidelity
  std::optional<std::uint64_t> evaluation;  ///< its number at the last of several rungs
};

/// A point whose tasks are not all done.
struct Open {
  Asked asked;
  Json values;
  TaskResults results;
  std::size_t missing = 0;
  std::string log;
  std::vector<std::uint64_t> tasks;  // that were run for it
};

/// A task in work, and the places that wait for its result.
struct Pending {
  std::string key;  // of the cache; empty: not kept
  std::string identity;
  std::vector<std::pair<std::uint64_t, std::size_t>> readers;  // sequence of the point, index of the result
};

/// What is remembered of a point where others depend on it.
struct Known {
  std::vector<std::optional<std::vector<double>>> rungs;  ///< objectives; nothing: not good there
};

class Collector : public Bench {
 public:
  Collector(const Sweep& sweep, const RunOptions& options, const Context& context, Store store, Executor& executor)
      : sweep_(sweep),
        options_(options),
        context_(context),
        store_(std::move(store)),
        executor_(executor),
        remembers_(is_adaptive(sweep)),
        reference_(sweep) {
    for (const Fidelity rung : rungs_of(sweep)) rungs_.push_back(at_rung(sweep, rung));
  }

  Status open_cache() {
    if (options_.cache.empty()) return {};
    std::error_code ignored;
    std::filesystem::create_directories(options_.cache.parent_path(), ignored);
    HEDDLE_ASSIGN(auto cache, fpga::SynthesisCache::open(options_.cache));
    cache_ = std::make_unique<fpga::SynthesisCache>(std::move(cache));
    return {};
  }

  Status recall() {
    return store_.each([&](const Record& record) -> Status {
      ++progress_.stored;
      count(record);
      remember(record);
      return {};
    });
  }

  Result<bool> run(const std::vector<std::uint64_t>& points, std::size_t rung) override;
  [[nodiscard]] const std::vector<double>* objectives(std::uint64_t point, std::size_t rung) const override;
  [[nodiscard]] bool is_known(std::uint64_t point) const override { return sequences_.contains(point); }
  [[nodiscard]] std::vector<std::uint64_t> known() const override { return order_; }
  [[nodiscard]] std::uint64_t points() const override { return order_.size(); }

  /// How many points there will be, for showing progress, and what evaluations depend on.
  void expect(std::uint64_t points, Json sources) {
    progress_.points = points;
    sources_ = std::move(sources);
  }
  /// An evolutionary sampler may have run out of new points.
  Status settle() {
    progress_.points = points();
    return store_.set_text("points", std::to_string(points()));
  }
  Result<Progress> finish_run();
  [[nodiscard]] const Store& store() const { return store_; }

 private:
  void count(const Record& record);
  void remember(const Record& record);
  Asked ask(std::uint64_t point, std::size_t rung);
  [[nodiscard]] Result<bool> is_done(const Asked& asked, const Json& values) const;
  Status begin(const Asked& asked, Json values);
  Result<Json> content_at(const Open& point) const;
  Status request(Task task, std::uint64_t sequence, std::size_t index);
  Status deliver(std::uint64_t sequence, std::size_t index, const Json& result);
  Status finish(Open point);
  Status take(const Finished& finished);
  Status commit();
  Status collect(int milliseconds);
  void show(bool last);

  const Sweep& sweep_;
  const RunOptions& options_;
  const Context& context_;
  Store store_;
  Executor& executor_;
  bool remembers_ = false;
  std::unique_ptr<fpga::SynthesisCache> cache_;
  std::map<std::uint64_t, Open> open_;           // by sequence
  std::map<std::uint64_t, Pending> pending_;     // by number of the task
  std::map<std::string, std::uint64_t> by_key_;  // tasks in work
  std::uint64_t next_task_ = 0;
  std::vector<std::uint64_t> stored_tasks_;  // of points that the next commit makes durable
  Progress progress_;
  Front front_;
  Reference reference_;
  std::vector<Sweep> rungs_;  // the sweep at each fidelity
  std::map<std::uint64_t, Known> known_;
  std::unordered_map<std::uint64_t, std::uint64_t> sequences_;  // of points asked for in this run, if remembered
  std::vector<std::uint64_t> order_;                            // likewise
  std::uint64_t evaluations_ = 0;                               // at the last of several rungs
  Json sources_;
  std::uint64_t begun_ = 0;
  std::uint64_t new_points_ = 0;
  Clock::time_point started_ = Clock::now();
  Clock::time_point committed_ = Clock::now();
  Clock::time_point shown_ = {};
};

void Collector::count(const Record& record) {
  if (record.content["status"] != "ok") return;
  ++progress_.ok;
  Member member = member_of(sweep_, record);
  reference_.add(member);
  front_.add(std::move(member));
}

void Collector::remember(const Record& record) {
  if (!remembers_) return;
  Known known;
  for (const Json& lower : record.content.value("lower", Json::array()))
    known.rungs.emplace_back(coordinates_of(sweep_, lower["objectives"]));
  const Json& status = record.content["status"];
  known.rungs.emplace_back();
  if (status == "ok" || status == "screened") known.rungs.back() = coordinates_of(sweep_, record.content["objectives"]);
  known_[index_of(sweep_, record.content["axes"])] = std::move(known);
}

const std::vector<double>* Collector::objectives(std::uint64_t point, std::size_t rung) const {
  const auto found = known_.find(point);
  if (found == known_.end() || rung >= found->second.rungs.size() || !found->second.rungs[rung]) return nullptr;
  return &*found->second.rungs[rung];
}

/// Numbers depend on the order of the calls only, so that they are the same in a sweep that goes on.
Asked Collector::ask(std::uint64_t point, std::size_t rung) {
  const auto [place, fresh] = sequences_.try_emplace(point, sequences_.size());
  if (fresh) order_.push_back(point);
  Asked asked{place->second, point, rung, {}};
  if (rung > 0 && rung + 1 == rungs_.size()) asked.evaluation = evaluations_++;
  return asked;
}

Result<bool> Collector::is_done(const Asked& asked, const Json& values) const {
  if (!remembers_) return store_.contains(point_id(values));
  const auto found = known_.find(asked.index);
  return found != known_.end() && found->second.rungs.size() > asked.rung;
}

Status Collector::begin(const Asked& asked, Json values) {
  Open point{asked, std::move(values), {}, 0, {}, {}};
  const auto design = design_of(sweep_, point.values);
  if (!design) {
    if (design.error().code != ErrorCode::kInfeasible) return tl::unexpected(design.error());
    point.results.emplace_back("array", Json{{"status", "infeasible"}, {"reason", design.error().message}});
    return finish(std::move(point));
  }
  std::vector<Task> tasks = tasks_of(rungs_[asked.rung], *design, sources_);
  for (const Task& task : tasks) point.results.emplace_back(task.name, Json());
  point.missing = tasks.size();
  if (tasks.empty()) return finish(std::move(point));
  open_.emplace(asked.sequence, std::move(point));
  for (std::size_t k = 0; k < tasks.size(); ++k) HEDDLE_TRY(request(std::move(tasks[k]), asked.sequence, k));
  return {};
}

Status Collector::request(Task task, std::uint64_t sequence, std::size_t index) {
  std::string identity = task.identity.dump();
  std::string key;
  if (task.is_kept) {
    key = hex64(content_hash(identity));
    const auto running = by_key_.find(key);
    if (running != by_key_.end() && pending_[running->second].identity == identity) {
      pending_[running->second].readers.emplace_back(sequence, index);
      return {};
    }
    if (cache_) {
      HEDDLE_ASSIGN(const auto known, cache_->find(key, identity));
      if (known) return deliver(sequence, index, Json::parse(known->result));
    }
    by_key_[key] = next_task_;
  }
  pending_[next_task_] = {key, std::move(identity), {{sequence, index}}};
  executor_.submit(next_task_++, std::move(task.request));
  return {};
}

Status Collector::deliver(std::uint64_t sequence, std::size_t index, const Json& result) {
  const auto found = open_.find(sequence);
  found->second.results[index].second = result;
  if (--found->second.missing > 0) return {};
  Open point = std::move(found->second);
  open_.erase(found);
  return finish(std::move(point));
}

/// At one of several rungs: with what the lower ones gave.
Result<Json> Collector::content_at(const Open& point) const {
  const std::size_t rung = point.asked.rung;
  Json content = content_of(rungs_[rung], point.values, point.results);
  if (rungs_.size() == 1) return content;
  Json before;
  if (rung > 0) {
    HEDDLE_ASSIGN(const Record record, store_.find(point_id(point.values)));
    before = record.content;
  }
  return climbed(sweep_, rung, std::move(content), before, point.asked.evaluation);
}

Status Collector::finish(Open point) {
  HEDDLE_ASSIGN(Json content, content_at(point));
  const Record record{point.asked.sequence, point_id(point.values), std::move(content), point.log};
  HEDDLE_TRY(store_.add(record));
  stored_tasks_.insert(stored_tasks_.end(), point.tasks.begin(), point.tasks.end());
  if (point.asked.rung == 0) ++progress_.stored;
  count(record);
  remember(record);
  ++new_points_;
  return {};
}

Status Collector::take(const Finished& finished) {
  const auto found = pending_.find(finished.task);
  const Pending task = std::move(found->second);
  pending_.erase(found);
  by_key_.erase(task.key);
  const Json result = finished.done ? finished.result : Json{{"status", "failed"}, {"reason", finished.reason}};
  // A failure may be the machine's, so it is not kept for other sweeps.
  if (cache_ && !task.key.empty() && result["status"] != "failed")
    HEDDLE_TRY(cache_->store(task.key, {task.identity, result.dump(), ""}));
  for (const auto& [sequence, index] : task.readers) {
    open_[sequence].log += finished.log;
    open_[sequence].tasks.push_back(finished.task);
    HEDDLE_TRY(deliver(sequence, index, result));
  }
  return {};
}

Status Collector::commit() {
  HEDDLE_TRY(store_.commit());
  executor_.release(stored_tasks_);
  stored_tasks_.clear();
  return {};
}

Status Collector::collect(int milliseconds) {
  HEDDLE_ASSIGN(const std::vector<Finished> finished, executor_.wait(milliseconds));
  for (const Finished& each : finished) HEDDLE_TRY(take(each));
  if (std::chrono::duration<double>(Clock::now() - committed_).count() > kSecondsPerCommit) {
    HEDDLE_TRY(commit());
    committed_ = Clock::now();
  }
  show(false);
  return {};
}

/// Rate, time left, front and hypervolume, once a second.
void Collector::show(bool last) {
  const auto now = Clock::now();
  if (!last && std::chrono::duration<double>(now - shown_).count() < 1) return;
  shown_ = now;
  progress_.front = front_.members().size();
  progress_.hypervolume = hypervolume(front_.members(), reference_.values());
  const double seconds = std::chrono::duration<double>(now - started_).count();
  const double rate = seconds > 0 ? static_cast<double>(new_points_) / seconds : 0;
  const double left = rate > 0 ? static_cast<double>(progress_.points - progress_.stored) / rate : 0;
  context_.progress(fmt::format("{:.2f} points/s, {:.0f} s left, front {}, hypervolume {:.6g}", rate, left,
                                progress_.front, progress_.hypervolume),
                    static_cast<std::int64_t>(progress_.stored), static_cast<std::int64_t>(progress_.points));
}

Result<bool> Collector::run(const std::vector<std::uint64_t>& points, std::size_t rung) {
  for (std::size_t k = 0; k < points.size() || !open_.empty();) {
    const bool enough = options_.limit > 0 && begun_ >= static_cast<std::uint64_t>(options_.limit);
    if (context_.cancelled()) {
      HEDDLE_TRY(commit());
      return fail(ErrorCode::kInterrupted,
                  fmt::format("interrupted after {} of {} points", progress_.stored, progress_.points), {},
                  "--resume goes on from there");
    }
    if (enough && open_.empty()) return false;
    if (!enough && k < points.size() && open_.size() < executor_.points_ahead()) {
      HEDDLE_ASSIGN(auto values, point_at(sweep_, points[k]));
      const Asked asked = remembers_ ? ask(points[k], rung) : Asked{k, points[k], rung, {}};
      HEDDLE_ASSIGN(const bool done, is_done(asked, *values));
      if (!done) {
        HEDDLE_TRY(begin(asked, std::move(*values)));
        ++begun_;
      }
      ++k;
    } else {
      HEDDLE_TRY(collect(200));
    }
  }
  return true;
}

Result<Progress> Collector::finish_run() {
  HEDDLE_TRY(commit());
  show(true);
  return progress_;
}

/// The store is of this sweep, seed and build, or new.
Status claim(Store& store, const RunOptions& options, const Json& sources) {
  HEDDLE_ASSIGN(const std::uint64_t stored, store.size());
  HEDDLE_ASSIGN(const auto text, store.text("sweep"));
  if (text && !options.resume)
    return fail(ErrorCode::kBadInput,
                fmt::format("'{}' holds a sweep with {} points", options.directory.string(), stored), {},
                "--resume goes on with it; or name another folder");
  if (text && *text != options.text)
    return fail(ErrorCode::kBadInput, fmt::format("'{}' holds another sweep", options.directory.string()), {},
                "name another folder");
  HEDDLE_ASSIGN(const auto known, store.text("sources"));
  if (known && *known != sources.dump())
    return fail(ErrorCode::kBadInput,
                fmt::format("'{}' was begun with another seed, kernel, or build of heddle", options.directory.string()),
                {}, "name another folder; what is cached is found again");
  HEDDLE_TRY(store.set_text("sources", sources.dump()));
  HEDDLE_TRY(store.set_text("path", options.path.string()));
  return store.set_text("sweep", options.text);
}

Result<std::unique_ptr<Executor>> executor_of(const Sweep& sweep, const RunOptions& options, const Context& context,
                                              const std::function<Json(const Json&)>& evaluate) {
  if (options.slurm) {
    HEDDLE_ASSIGN(auto slurm, SlurmExecutor::open(options.directory / "slurm", sweep, *options.slurm, context));
    return std::unique_ptr<Executor>(std::move(slurm));
  }
  const auto logs = options.directory / "logs";
  std::error_code ignored;
  std::filesystem::create_directories(logs, ignored);
  return std::make_unique<Pool>(PoolOptions{context.jobs, sweep.limits.seconds, sweep.limits.memory_mb, logs},
                                evaluate);
}

}  // namespace

Result<Progress> run_sweep(const Sweep& sweep, const Tools& tools, const RunOptions& options, const Context& context,
                           const std::function<Json(const Json&)>& evaluate) {
  HEDDLE_ASSIGN(const std::uint64_t points, points_of(sweep, context.seed));
  HEDDLE_ASSIGN(const Json sources, sources_of(sweep, tools, context.seed));
  HEDDLE_ASSIGN(Store store, Store::open(options.directory, Store::Access::kWrite));
  HEDDLE_TRY(claim(store, options, sources));
  HEDDLE_TRY(store.set_text("points", std::to_string(points)));
  HEDDLE_ASSIGN(const auto executor, executor_of(sweep, options, context, evaluate));
  Collector collector(sweep, options, context, std::move(store), *executor);
  HEDDLE_TRY(collector.open_cache());
  HEDDLE_TRY(collector.recall());
  collector.expect(points, sources);
  HEDDLE_ASSIGN(const bool complete, search(sweep, context.seed, collector));
  if (complete && is_adaptive(sweep)) HEDDLE_TRY(collector.settle());
  HEDDLE_ASSIGN(const Progress progress, collector.finish_run());
  HEDDLE_TRY(write_results(sweep, collector.store(), options.directory));
  executor->finish();
  return progress;
}

}  // namespace heddle::explore
