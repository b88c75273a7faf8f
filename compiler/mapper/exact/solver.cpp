#include "compiler/mapper/exact/solver.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/mapper/capability.h"
#include "compiler/mapper/exact/polish.h"

namespace heddle::mapper::exact {
namespace {

/// Of each search for a better mapping of the same II: some tenths of a second.
constexpr std::int64_t kPolishConflicts = 4000;
constexpr double kPolishBytes = 2e7;

/// The folded formula is asked first, and once more before the longest schedules. Some seconds, and a minute.
constexpr std::int64_t kFoldedConflicts = 20'000;
constexpr std::int64_t kPatientConflicts = 400'000;
constexpr double kMostFolded = 4e6;

/// Of each formula of a look. Slack, in cycles over the longest path: a little is found in a tenth of the time that
/// none takes to refute, and more makes the formulas larger.
constexpr std::int64_t kLookConflicts = 2000;
constexpr double kLookBytes = 2e7;
constexpr int kLookSlacks[] = {2, 4};

}  // namespace

int largest_ii(const Problem& problem, const Options& options) {
  const int depth = problem.cgra.config_depth;
  return options.max_ii > 0 ? std::min(options.max_ii, depth) : depth;
}

void conclude(Answer& answer, int max_ii, const std::string& open) {
  const std::string bound =
      answer.proved > answer.bounds.mii()
          ? fmt::format("no mapping of II {} exists, whatever its schedule (proved by SAT)", answer.proved - 1)
          : "";
  if (answer.mapping && answer.mapping->ii == answer.lower_bound()) {
    answer.outcome = Outcome::kOptimal;
    answer.reason = bound.empty() ? fmt::format("II {} equals its lower bound: {}", answer.mapping->ii,
                                                tightest(answer.bounds).witness)
                                  : fmt::format("II {} is the minimum: {}", answer.mapping->ii, bound);
    return;
  }
  if (answer.lower_bound() > max_ii) {
    answer.outcome = Outcome::kInfeasible;
    answer.reason = fmt::format("no mapping of any II up to {} exists, whatever its schedule (proved by SAT)", max_ii);
    return;
  }
  const std::string left = open.empty() ? fmt::format("II {} was not decided in time", answer.lower_bound()) : open;
  answer.outcome = answer.mapping ? Outcome::kFeasible : Outcome::kNotFound;
  answer.reason = fmt::format("{}{}{}", bound, bound.empty() ? "" : "; ", left);
}

Solver::Solver(const Problem& problem, const Options& options, const Context& context,
               const std::vector<Capability>& capability, Answer& answer)
    : problem_(problem),
      options_(options),
      context_(context),
      answer_(answer),
      instance_(problem, capability, answer.bounds.banks),
      start_(thread_seconds()) {}

void Solver::run() {
  const int known = answer_.mapping ? answer_.mapping->ii : largest_ii(problem_, options_) + 1;
  for (int ii = answer_.lower_bound(); ii < known && !out_of_time() && !beaten(ii); ++ii)
    if (try_ii(ii)) break;
  answer_.cpu_seconds += thread_seconds() - start_;
}

void Solver::look() {
  const int known = answer_.mapping ? answer_.mapping->ii : largest_ii(problem_, options_) + 1;
  for (int ii = answer_.lower_bound(); ii < known && ii == answer_.lower_bound() && !out_of_time(); ++ii)
    if (look_at(ii)) break;
  answer_.cpu_seconds += thread_seconds() - start_;
}

void Solver::polish() {
  if (!answer_.mapping || out_of_time()) return;
  const double before = thread_seconds();
  const Limits limits = options_.polish ? Limits{[this] { return out_of_time(); }}
                                        : Limits{[this] { return out_of_time(); }, kPolishConflicts, kPolishBytes};
  const auto done = exact::polish(*answer_.mapping, instance_, problem_, limits);
  answer_.shortest = done.shortest;
  answer_.fewest_hops = done.fewest_hops;
  answer_.cpu_seconds += thread_seconds() - before;
}

std::string Solver::open() const {
  if (nothing_at_ < answer_.lower_bound() || nothing_until_ == 0) return skipped_;
  return fmt::format("no mapping of II {} exists with at most {} cycles an iteration (proved by SAT), {}", nothing_at_,
                     nothing_until_, skipped_.empty() ? "longer ones are open" : "for longer ones " + skipped_);
}

bool Solver::out_of_time() const { return context_.cancelled() || thread_seconds() - start_ > options_.seconds; }

/// The heuristic beside has a mapping of this II, or of a smaller one.
bool Solver::beaten(int ii) const { return options_.race != nullptr && options_.race->incumbent.load() <= ii; }

/// True: the answer has a mapping at this II.
bool Solver::try_ii(int ii) {
  const search::Schedule schedule(instance_.task(), ii);
  const int longest = instance_.longest_horizon(ii);
  std::optional<Folded> folded;
  if (Folded::estimated_variables(instance_.question(schedule, ii, longest)) <= kMostFolded)
    folded.emplace(instance_.question(schedule, ii, longest));
  if (folded && refuted_folded(*folded, ii, kFoldedConflicts)) return false;
  std::vector<int> horizons;
  for (const int slack : {1, 2 + ii, 4 + 3 * ii}) horizons.push_back(std::min(longest, schedule.length + slack));
  horizons.push_back(longest);
  horizons.erase(std::unique(horizons.begin(), horizons.end()), horizons.end());
  for (const int horizon : horizons) {
    if (horizon == longest && folded && refuted_folded(*folded, ii, kPatientConflicts)) return false;
    const Verdict verdict = put(instance_.question(schedule, ii, horizon));
    if (verdict == Verdict::kSatisfiable) return true;
    if (verdict == Verdict::kUnknown) break;
    nothing_until_ = horizon;
    nothing_at_ = ii;
    if (horizon == longest) raise_proved(ii);
  }
  return false;
}

/// True: the answer has a mapping at this II.
bool Solver::look_at(int ii) {
  const search::Schedule schedule(instance_.task(), ii);
  const int longest = instance_.longest_horizon(ii);
  const Question folded_question = instance_.question(schedule, ii, longest);
  if (Folded::estimated_variables(folded_question) * kBytesAVariable > kLookBytes) return false;
  Folded folded(folded_question);
  if (refuted_folded(folded, ii, kLookConflicts)) return false;
  for (const int slack : kLookSlacks) {
    const Question question = instance_.question(schedule, ii, std::min(longest, schedule.length + slack));
    if (estimated_bytes(question) > kLookBytes || out_of_time()) return false;
    const Verdict verdict = put(question, kLookConflicts);
    if (verdict == Verdict::kSatisfiable) return true;
    if (verdict == Verdict::kUnsatisfiable && question.horizon == longest) {
      raise_proved(ii);
      return false;
    }
  }
  return false;
}

void Solver::raise_proved(int ii) {
  if (answer_.lower_bound() == ii) answer_.proved = ii + 1;
  if (options_.race != nullptr) options_.race->proved.store(answer_.proved);
}

/// True: the folded formula is contradictory, so there is no mapping of this II. Asked again, it goes on.
bool Solver::refuted_folded(Folded& folded, int ii, std::int64_t conflicts) {
  if (folded_satisfiable_at_ == ii || out_of_time()) return false;
  const Verdict verdict = folded.solve([this, ii] { return out_of_time() || beaten(ii); }, conflicts);
  answer_.attempts += 1;
  if (verdict == Verdict::kSatisfiable) folded_satisfiable_at_ = ii;
  if (verdict == Verdict::kUnsatisfiable) raise_proved(ii);
  return verdict == Verdict::kUnsatisfiable;
}

Verdict Solver::put(const Question& question, std::int64_t conflicts) {
  const double bytes = estimated_bytes(question);
  if (bytes > kMostBytes) {
    skipped_ = fmt::format("the formula of II {} would take about {:.1f} GB, above the limit of {:.1f}: not built",
                           question.ii, bytes * 1e-9, kMostBytes * 1e-9);
    return Verdict::kUnknown;
  }
  Model model(question);
  answer_.attempts += 1;
  context_.progress(fmt::format("map {}: II {}, schedules of at most {} cycles, {} clauses", problem_.graph.name,
                                question.ii, question.horizon, model.clauses()),
                    0, 0);
  auto reply = ask(model, question, problem_, answer_.bounds.banks,
                   {[this, &question] { return out_of_time() || beaten(question.ii); }, conflicts});
  if (!reply.mapping) return reply.verdict;
  answer_.mapping = std::move(reply.mapping);
  answer_.best_seconds = thread_seconds() - start_;
  return reply.verdict;
}

}  // namespace heddle::mapper::exact
