// The cost oracle: runs Yosys on our own RTL and says what it takes. Cached by content, in parallel, never stopped by
// one bad point. The figures are Yosys's, not a vendor tool's.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compiler/base/context.h"
#include "cost_models/fpga/design_point.h"
#include "cost_models/fpga/utilisation.h"

namespace heddle::fpga {

struct SynthesisOptions {
  std::filesystem::path cache;  ///< SQLite file; empty: none is used
  std::filesystem::path scratch = std::filesystem::temp_directory_path();
  double seconds = 600;         ///< wall time that one tool run may take; 0: any
  std::string yosys = "yosys";  ///< looked up in PATH
  std::string nextpnr = "nextpnr-ice40";
  bool retry_failures =
      true;  ///< run points again whose cached row is a crash or a time-out: these may be the machine's fault
};

/// One point's result.
struct SynthesisRow {
  enum class Outcome : unsigned char { kDone, kFailed, kCrashed, kTimedOut };
  Outcome outcome = Outcome::kDone;
  Utilisation utilisation;  ///< meaningful for kDone
  std::string message;      ///< what went wrong, one line
  std::string log;          ///< the last 4000 characters of the tool's log, unless kDone
  double cpu_seconds = 0;   ///< of the run that made it, also when it comes from the cache
  bool cached = false;
};

std::string_view name(SynthesisRow::Outcome outcome);

/// Name and version line of Yosys. Fails with kNotFound, naming the package, if it is not installed: callers then use a
/// predictor and say so.
Result<std::string> yosys_version(const SynthesisOptions& options, const Context& context);

/// Synthesises every point, context.jobs at a time; rows in the order of the points, the same for any number of jobs.
/// A tool that crashes, fails or takes too long gives a row that says so. Each result is in the cache as soon as it is
/// there, so that a cancelled call continues where it was. Points with the same content are run once.
///
/// Fails with kNotFound without yosys (or nextpnr, where wanted) or when a source is missing, kBadInput for impossible
/// points, kIo when the cache cannot be used, kInterrupted when cancelled.
Result<std::vector<SynthesisRow>> synthesize_all(const std::vector<DesignPoint>& points,
                                                 const SynthesisOptions& options, const Context& context);

/// One point; a row other than kDone is an error with the log as its message (kUnsupported).
Result<Utilisation> synthesize(const DesignPoint& point, const SynthesisOptions& options, const Context& context);

}  // namespace heddle::fpga
