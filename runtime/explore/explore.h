// A sweep from its points to its results: the collector.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "compiler/base/context.h"
#include "runtime/explore/evaluate.h"
#include "runtime/explore/front.h"
#include "runtime/explore/slurm.h"
#include "runtime/explore/store.h"
#include "runtime/explore/sweep.h"

namespace heddle::explore {

struct RunOptions {
  std::filesystem::path directory;  ///< of the store and the results
  std::filesystem::path cache;      ///< SQLite file of evaluations, shared between sweeps; empty: none
  std::filesystem::path path;       ///< of the sweep file, likewise: files that it names may lie beside it
  std::string text;                 ///< of the sweep file, kept in the store
  bool resume = false;              ///< go on with the sweep that the directory holds
  std::int64_t limit = 0;           ///< stop after so many points more; 0: none
  std::optional<SlurmOptions> slurm = std::nullopt;  ///< none: processes of this machine
};

/// What there is of a sweep.
struct Progress {
  std::uint64_t points = 0;  ///< of the whole sweep
  std::uint64_t stored = 0;  ///< done
  std::uint64_t ok = 0;      ///< of these, measured and within the constraints
  std::size_t front = 0;
  double hypervolume = 0;
};

/// Evaluates the points of `sweep` that are not stored, on context.jobs processes or by Slurm, then writes
/// results.jsonl, results.csv and front.json. The files depend on the sweep and context.seed only. `evaluate` runs in
/// the workers. Fails with kInterrupted when cancelled, with what is done stored, as Store::open does, and with
/// kBadInput if the directory holds points and `resume` is off, or another sweep, seed or build.
Result<Progress> run_sweep(const Sweep& sweep, const Tools& tools, const RunOptions& options, const Context& context,
                           const std::function<Json(const Json&)>& evaluate);

/// results.jsonl, results.csv and front.json from what is stored.
Status write_results(const Sweep& sweep, const Store& store, const std::filesystem::path& directory);

/// Members of the front of what is stored, and the reference of their hypervolume.
struct StoredFront {
  std::vector<Member> members;
  std::vector<double> reference;
  Progress progress;
};
Result<StoredFront> front_of(const Sweep& sweep, const Store& store);

}  // namespace heddle::explore
