// The exact solver: from the lower bound upward, is there a mapping at this II? Each answer is a mapping or a proof.
//
// The schedule length makes the formula finite. Short horizons are tried first, because their formulas are small and a
// short schedule is the better mapping; the last one is the longest schedule that the array's stages allow, and only if
// that has no mapping either is an II proved infeasible. If time ends before, the answer says up to which length
// nothing exists.
//
// Fixed are: no operation is computed twice, the bank of each array (`assign_banks`), and the graph as it was
// legalised.
#include <ctime>

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "compiler/base/check.h"
#include "compiler/mapper/capability.h"
#include "compiler/mapper/exact/decode.h"
#include "compiler/mapper/exact/instance.h"
#include "compiler/mapper/solve.h"

namespace heddle::mapper {
namespace {

using exact::Model;
using exact::Question;
using exact::Verdict;

/// Formulas above this many variables are not built: about 2 GiB.
constexpr double kMostVariables = 6e6;

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// What the solver knows at the end, in words.
void conclude(Answer& answer, int max_ii, int nothing_at, int nothing_until) {
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
  const std::string open =
      nothing_at >= answer.lower_bound() && nothing_until > 0
          ? fmt::format(
                "no mapping of II {} exists with at most {} cycles an iteration (proved by SAT), longer ones are open",
                nothing_at, nothing_until)
          : fmt::format("II {} was not decided in time", answer.lower_bound());
  answer.outcome = answer.mapping ? Outcome::kFeasible : Outcome::kNotFound;
  answer.reason = fmt::format("{}{}{}", bound, bound.empty() ? "" : "; ", open);
}

class Exact {
 public:
  Exact(const Problem& problem, const Options& options, const Context& context,
        const std::vector<Capability>& capability, Answer& answer)
      : problem_(problem),
        options_(options),
        context_(context),
        answer_(answer),
        instance_(problem, capability, answer.bounds.banks),
        start_(thread_seconds()) {}

  /// Looks for a mapping of a smaller II than is known.
  void run() {
    const int depth = problem_.cgra.config_depth;
    const int max_ii = options_.max_ii > 0 ? std::min(options_.max_ii, depth) : depth;
    const int known = answer_.mapping ? answer_.mapping->ii : max_ii + 1;
    for (int ii = answer_.lower_bound(); ii < known && !out_of_time(); ++ii)
      if (try_ii(ii)) break;
    answer_.cpu_seconds += thread_seconds() - start_;
    conclude(answer_, max_ii, nothing_at_, nothing_until_);
  }

 private:
  [[nodiscard]] bool out_of_time() const {
    return context_.cancelled() || thread_seconds() - start_ > options_.seconds;
  }

  /// True: the answer has a mapping at this II.
  bool try_ii(int ii) {
    const search::Schedule schedule(instance_.task(), ii);
    const int longest = instance_.longest_horizon(ii);
    std::vector<int> horizons;
    for (const int slack : {1, 2 + ii, 4 + 3 * ii}) horizons.push_back(std::min(longest, schedule.length + slack));
    horizons.push_back(longest);
    horizons.erase(std::unique(horizons.begin(), horizons.end()), horizons.end());
    for (const int horizon : horizons) {
      const Verdict verdict = ask(instance_.question(schedule, ii, horizon));
      if (verdict == Verdict::kSatisfiable) return true;
      if (verdict == Verdict::kUnknown) break;
      nothing_until_ = horizon;
      nothing_at_ = ii;
      if (horizon == longest && answer_.lower_bound() == ii) answer_.proved = ii + 1;
    }
    return false;
  }

  Verdict ask(const Question& question) {
    const search::Fabric& fabric = instance_.fabric();
    const double per_cycle = static_cast<double>(instance_.task().nodes) *
                             (4.0 * fabric.pes + static_cast<double>(fabric.links) * fabric.hop_limit);
    if (per_cycle * question.horizon > kMostVariables) return Verdict::kUnknown;
    Model model(question);
    answer_.attempts += 1;
    context_.progress(fmt::format("map {}: II {}, schedules of at most {} cycles, {} clauses", problem_.graph.name,
                                  question.ii, question.horizon, model.clauses()),
                      0, 0);
    for (;;) {
      const Verdict verdict = model.solve([this] { return out_of_time(); });
      if (verdict != Verdict::kSatisfiable) return verdict;
      auto decoded = exact::decode(model, question, problem_, answer_.bounds.banks);
      if (auto* mapping = std::get_if<Mapping>(&decoded)) {
        answer_.mapping = std::move(*mapping);
        return verdict;
      }
      const int pe = std::get<exact::FullFile>(decoded).pe;
      HEDDLE_CHECK(!model.has_named_registers(pe), "exact: registers that the formula chose do not work out");
      model.name_registers(pe);
    }
  }

  const Problem& problem_;
  const Options& options_;
  const Context& context_;
  Answer& answer_;
  exact::Instance instance_;
  double start_;
  int nothing_at_ = 0;     ///< no mapping at this II ...
  int nothing_until_ = 0;  ///< ... in schedules of at most so many cycles
};

Result<Answer> improve_exactly(const Problem& problem, Answer answer, const Options& options, const Context& context) {
  HEDDLE_ASSIGN(const auto capability, capabilities(problem));
  if (problem.graph.nodes.empty()) return answer;
  Exact(problem, options, context, capability, answer).run();
  return answer;
}

}  // namespace

Result<Answer> solve_exact(const Problem& problem, const Options& options, const Context& context) {
  HEDDLE_ASSIGN(Answer answer, lower_limits(problem, options));
  if (answer.outcome == Outcome::kInfeasible) return answer;
  return improve_exactly(problem, std::move(answer), options, context);
}

Result<Answer> solve_portfolio(const Problem& problem, const Options& options, const Context& context) {
  Options first = options;
  first.seconds = options.seconds / 2;
  HEDDLE_ASSIGN(Answer answer, solve_heuristic(problem, first, context));
  if (answer.outcome == Outcome::kInfeasible || answer.outcome == Outcome::kOptimal) return answer;
  Options rest = options;
  rest.seconds = options.seconds - answer.cpu_seconds;
  return improve_exactly(problem, std::move(answer), rest, context);
}

}  // namespace heddle::mapper
