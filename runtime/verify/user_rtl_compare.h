// Runs a stimulus through a design and its golden function, finds the first difference, and makes it short.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "runtime/verify/user_rtl_binding.h"
#include "runtime/verify/user_rtl_process.h"
#include "runtime/verify/user_rtl_stimulus.h"

namespace heddle::verify {

/// Vectors of golden inputs in a row, from a design fresh out of reset.
using Vectors = std::vector<std::uint64_t>;

/// The first output that differs.
struct OutputDifference {
  std::uint64_t vector = 0;  ///< index of the vector whose result it is
  std::size_t output = 0;    ///< of the golden function
  std::vector<std::uint64_t> expected;
  std::vector<std::uint64_t> got;
};

/// How the latencies fit the probe: share of results that agree, for 0, 1, ...
struct LatencyFit {
  static constexpr int kMost = 16;
  std::vector<double> share;
  std::vector<std::size_t> agreeing;  ///< results, of `results` at each latency
  std::vector<std::size_t> results;
  std::vector<int> fitting;  ///< those with share 1
  [[nodiscard]] int best() const;
};

class Comparison {
 public:
  Comparison(const Binding& binding, DutProcess& dut, const Context& context)
      : binding_(binding), dut_(dut), context_(context), golden_(binding.golden, binding.external_sum) {}

  /// Runs `vectors` with registers that start as `start`, and compares them under every latency.
  Result<LatencyFit> fit_latency(const Vectors& vectors, PowerUp start);

  void set_latency(int latency) { latency_ = latency; }
  [[nodiscard]] int latency() const { return latency_; }

  /// Runs `vectors` from reset; the first difference, if there is one. `trace` (may be empty) takes the waves.
  Result<std::optional<OutputDifference>> replay(const Vectors& vectors, PowerUp start,
                                                 const std::filesystem::path& trace = {});

  /// What a phase found. A function without a sum is compared to the end, so that differences can be counted.
  struct PhaseResult {
    std::uint64_t vectors = 0;      ///< run
    std::uint64_t compared = 0;     ///< results looked at
    std::uint64_t differences = 0;  ///< vectors with a wrong result
    std::optional<OutputDifference> first;
    Vectors history;  ///< the vectors up to the first difference, as far back as kept; begins with `history_start`
    std::uint64_t history_start = 0;
  };
  Result<PhaseResult> run(const StimulusPhase& phase);

 private:
  Status begin(PowerUp start);
  /// One block through the design: golden inputs to wired ports, and samples back.
  Status feed(const std::uint64_t* vectors, std::size_t count);
  /// Waits for the block; if the design stops itself, the error tells with which inputs.
  Status finish(const std::uint64_t* vectors);
  /// The first wrong output of a result, or nothing.
  [[nodiscard]] std::optional<OutputDifference> check(const std::uint64_t* vector, const std::uint64_t* expected,
                                                      const std::uint64_t* sample) const;
  [[nodiscard]] bool looks_at(const std::uint64_t* vector, std::size_t output) const;

  const Binding& binding_;
  DutProcess& dut_;
  const Context& context_;
  GoldenRun golden_;
  int latency_ = 0;
};

/// Shortens a failing sequence: from the last start of a run that still fails, then without vectors that are not
/// needed. Nothing if the difference does not show again from reset.
struct ShortRun {
  Vectors vectors;
  OutputDifference difference;
};
Result<std::optional<ShortRun>> shorten(Comparison& comparison, const Binding& binding, const Vectors& history,
                                        PowerUp start);

}  // namespace heddle::verify
