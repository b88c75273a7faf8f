// Which points a sweep evaluates, and at which fidelity: samplers, and the climb from cheap fidelities to dear ones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/explore/sweep.h"

namespace heddle::explore {

/// The fidelities of a sweep in ascending order; a sweep that names one for each metric has one rung.
std::vector<Fidelity> rungs_of(const Sweep& sweep);

/// The sweep with each metric at the best of its fidelities that is no dearer than `rung`, or its cheapest.
Sweep at_rung(const Sweep& sweep, Fidelity rung);

/// Whether points are chosen by what others gave, so that somebody has to remember that.
bool is_adaptive(const Sweep& sweep);

/// Who evaluates points for a search, and remembers what they gave.
class Bench {
 public:
  Bench() = default;
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
  virtual ~Bench() = default;

  /// Evaluates those of the points that are not yet, at the fidelity of this rung. False: enough, stop here.
  virtual Result<bool> run(const std::vector<std::uint64_t>& points, std::size_t rung) = 0;

  /// The objectives of a point that was run, all to be minimised; null if it is infeasible, excluded or failed.
  [[nodiscard]] virtual const std::vector<double>* objectives(std::uint64_t point, std::size_t rung) const = 0;

  /// Whether the point was run at the first rung.
  [[nodiscard]] virtual bool is_known(std::uint64_t point) const = 0;

  /// Those points, in the order in which they were run.
  [[nodiscard]] virtual std::vector<std::uint64_t> known() const = 0;

  /// How many they are.
  [[nodiscard]] virtual std::uint64_t points() const = 0;
};

/// Runs the points of the sampler at the first rung, then the promising at each further one (see promote.h). The calls
/// depend on sweep, seed and what the bench answers only. False: the bench had enough. Fails if there is no point, as
/// `sample` does.
Result<bool> search(const Sweep& sweep, std::uint64_t seed, Bench& bench);

/// NSGA-II or MOEA/D (pagmo), until `sampling.points` points are run, or twenty generations gave none that is new. The
/// algorithms see sign(x) log(1 + |x|) of every objective, since MOEA/D weighs objectives against each other, and a
/// penalty for what is not on the front of anything. False: the bench had enough.
Result<bool> evolve(const Sweep& sweep, std::uint64_t seed, Bench& bench);

}  // namespace heddle::explore
