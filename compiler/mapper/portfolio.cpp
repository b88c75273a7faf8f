// The heuristic and the exact solver together.
//
// The answer is defined by the two one after the other: the heuristic's mapping, unless the exact solver has one of a
// smaller II. Between its quick searches and its thorough ones the heuristic lets the exact solver have a short look,
// limited by conflicts: what that decides on small graphs takes thorough searches seconds. Side by side they only spare
// each other work whose outcome is known: the exact solver does not look at the II of the heuristic's mapping and
// above, the heuristic does not search below what is proved. So the clock decides nothing as long as no budget is hit.
#include <algorithm>
#include <exception>
#include <thread>

#include "compiler/mapper/capability.h"
#include "compiler/mapper/exact/solver.h"

namespace heddle::mapper {
namespace {

/// The exact solver's part.
struct Part {
  Answer answer;
  std::string open;
};

class Portfolio {
 public:
  Portfolio(const Problem& problem, const Options& options, const Context& context,
            const std::vector<Capability>& capability, const Answer& limits)
      : problem_(problem), options_(options), context_(context), capability_(capability), exact_{limits, ""} {}

  Result<Answer> run() {
    HEDDLE_ASSIGN(Answer answer, context_.jobs > 1 ? side_by_side() : one_by_one());
    const Answer& exact = exact_.answer;
    answer.proved = std::max(answer.proved, exact.proved);
    answer.attempts += exact.attempts;
    const double spent = std::max(answer.cpu_seconds, context_.jobs > 1 ? exact.cpu_seconds : 0.0);
    answer.cpu_seconds += exact.cpu_seconds;
    if (exact.mapping && (!answer.mapping || exact.mapping->ii < answer.mapping->ii)) {
      answer.mapping = exact.mapping;
      answer.best_seconds = answer.cpu_seconds;
    }
    Options rest = options_;
    rest.seconds = options_.seconds - (context_.jobs > 1 ? spent : answer.cpu_seconds);
    exact::Solver(problem_, rest, context_, capability_, answer).polish();
    exact::conclude(answer, exact::largest_ii(problem_, options_), exact_.open);
    return answer;
  }

 private:
  Result<Answer> one_by_one() {
    Options first = options_;
    first.seconds = options_.seconds / 2;
    first.look = look();
    HEDDLE_ASSIGN(Answer answer, solve_heuristic(problem_, first, context_));
    if (answer.mapping) race_.found(answer.mapping->ii);
    Options rest = options_;
    rest.seconds = options_.seconds - answer.cpu_seconds;
    solve_exactly(rest);
    return answer;
  }

  Result<Answer> side_by_side() {
    Options shared = options_;
    shared.race = &race_;
    shared.look = look();
    std::exception_ptr bug;
    Result<Answer> answer;
    {
      const std::jthread beside([&] {
        race_.warmed_up.wait(false);
        try {
          solve_exactly(options_);
        } catch (...) {
          bug = std::current_exception();
        }
      });
      // However the heuristic ends, the thread beside must not wait for it.
      const struct Start {
        Race& race;
        ~Start() { race.start(); }
      } start{race_};
      answer = solve_heuristic(problem_, shared, context_);
    }
    if (bug) std::rethrow_exception(bug);
    return answer;
  }

  /// On the heuristic's thread, before the exact solver begins; that goes on from what is proved here.
  std::function<void(Answer&, double)> look() {
    return [this](Answer& answer, double seconds) {
      Options rest = options_;
      rest.seconds = seconds;
      rest.race = nullptr;
      exact::Solver(problem_, rest, context_, capability_, answer).look();
      exact_.answer.proved = std::max(exact_.answer.proved, answer.proved);
      race_.proved.store(exact_.answer.proved);
    };
  }

  void solve_exactly(Options options) {
    options.race = &race_;
    exact::Solver solver(problem_, options, context_, capability_, exact_.answer);
    solver.run();
    exact_.open = solver.open();
  }

  const Problem& problem_;
  const Options& options_;
  const Context& context_;
  const std::vector<Capability>& capability_;
  Race race_;
  Part exact_;
};

}  // namespace

Result<Answer> solve_portfolio(const Problem& problem, const Options& options, const Context& context) {
  HEDDLE_ASSIGN(const Answer limits, lower_limits(problem, options));
  if (limits.outcome == Outcome::kInfeasible) return limits;
  if (problem.graph.nodes.empty()) return solve_heuristic(problem, options, context);
  HEDDLE_ASSIGN(const auto capability, capabilities(problem));
  return Portfolio(problem, options, context, capability, limits).run();
}

}  // namespace heddle::mapper
