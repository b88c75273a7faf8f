// From the lower bound upward: is there a mapping at this II?
#pragma once

#include <string>
#include <vector>

#include "compiler/mapper/exact/ask.h"
#include "compiler/mapper/exact/folded.h"
#include "compiler/mapper/solve.h"
#include "compiler/mapper/thread_time.h"

namespace heddle::mapper::exact {

/// Improves an answer. Counts CPU time of the thread that made it; all arguments must outlive it.
class Solver {
 public:
  Solver(const Problem& problem, const Options& options, const Context& context,
         const std::vector<Capability>& capability, Answer& answer);

  /// Looks for a mapping of a smaller II than is known (to the answer, or to the race), and raises what is proved.
  void run();
  /// The same with little effort, where the formulas are small: some thousand conflicts each, short schedules only, and
  /// no further than the first II that stays open. Some tenths of a second; what comes out depends on no clock.
  void look();
  /// The shortest schedule, and the fewest hops, at the II of the answer.
  void polish();
  /// What was not decided, in words; empty if nothing was looked at.
  [[nodiscard]] std::string open() const;

 private:
  [[nodiscard]] bool out_of_time() const;
  [[nodiscard]] bool beaten(int ii) const;
  bool try_ii(int ii);
  bool look_at(int ii);
  Verdict put(const Question& question, std::int64_t conflicts = -1);
  bool refuted_folded(Folded& folded, int ii, std::int64_t conflicts);
  void raise_proved(int ii);

  const Problem& problem_;
  const Options& options_;
  const Context& context_;
  Answer& answer_;
  Instance instance_;
  double start_;
  int nothing_at_ = 0;             ///< no mapping at this II ...
  int nothing_until_ = 0;          ///< ... in schedules of at most so many cycles
  int folded_satisfiable_at_ = 0;  ///< the folded formula does not refute this II
  std::string skipped_;            ///< a formula that was too large
};

/// Outcome and reason from mapping, bounds and proofs; `open`: see Solver.
void conclude(Answer& answer, int max_ii, const std::string& open);

/// The largest II that is looked at.
int largest_ii(const Problem& problem, const Options& options);

}  // namespace heddle::mapper::exact
