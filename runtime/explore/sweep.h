// A sweep as a value: a space of designs, what is measured of each, and which are wanted (docs/explore.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/base/json.h"
#include "compiler/base/result.h"
#include "runtime/explore/axis.h"
#include "runtime/explore/expression.h"
#include "runtime/explore/metric.h"

namespace heddle::explore {

/// An axis of this sweep: what varies, its values in the file's order, and where it exists.
struct Axis {
  AxisKind kind;
  std::vector<Json> values;
  std::optional<Expression> when;
};

struct Constraint {
  Expression formula;
  bool over_axes = false;  ///< decided before anything is evaluated
};

struct Objective {
  std::string name;
  Expression formula;
  bool maximize = false;
  std::optional<double> reference;  ///< worst value that counts in the hypervolume
};

/// A metric that some formula uses.
struct Measured {
  MetricKind kind;
  Fidelity fidelity = Fidelity::kPredictor;  ///< the dearest that is wanted
  std::vector<Fidelity> ladder;              ///< ascending, up to it; more than one: only the promising get there
};

struct Kernel {
  std::string name;
  std::filesystem::path source;
};

struct Sampling {
  enum class Kind : unsigned char { kGrid, kRandom, kSobol, kNsga2, kMoead };
  Kind kind = Kind::kGrid;
  std::int64_t points = 0;       ///< 0: all
  std::int64_t population = 24;  ///< of nsga2 and moead
};

struct Limits {
  double seconds = 600;
  std::int64_t memory_mb = 8192;
};

struct Sweep {
  std::string name;
  std::string description;
  Json array;  ///< the document that the axes change
  std::vector<Kernel> kernels;
  std::vector<Axis> axes;
  std::vector<Constraint> constraints;
  std::vector<Objective> objectives;
  std::vector<Measured> metrics;
  std::string family = "xcup";
  Sampling sampling;
  std::map<Fidelity, std::int64_t> promotions;  ///< how many points may get to a fidelity; default a tenth
  double mapper_seconds = 20;
  Limits limits;
};

/// Where the files that a sweep names are looked for, besides its own folder.
struct Places {
  std::filesystem::path architectures;
  std::filesystem::path kernels;
};

/// Reads `heddle.sweep/1` (workloads/schema/sweep.json). Errors carry file:line:col and the nearest valid name.
Result<Sweep> read_sweep(const Document& document, const std::vector<AxisKind>& kinds, const Places& places);

}  // namespace heddle::explore
