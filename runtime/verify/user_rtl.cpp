#include "runtime/verify/user_rtl.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/base/scratch.h"
#include "runtime/verify/user_rtl_build.h"
#include "runtime/verify/user_rtl_compare.h"

namespace heddle::verify {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kProbe = 512;  // vectors for finding the latency
constexpr int kMostLatency = 1000;
constexpr double kClearlyBest = 4;     // times the share of the next latency
constexpr std::size_t kShownRun = 16;  // vectors of a run that could not be shortened

class Verification {
 public:
  Verification(const UserRtlOptions& options, const Context& context) : options_(options), context_(context) {}

  Result<UserRtlReport> run() {
    if (options_.latency && (*options_.latency < 0 || *options_.latency > kMostLatency))
      return fail(ErrorCode::kBadInput, fmt::format("--latency: expected 0 to {}", kMostLatency));
    std::error_code error;
    fs::create_directories(options_.cache, error);
    if (error)
      return fail(ErrorCode::kIo,
                  fmt::format("cannot make directory {}: {}", options_.cache.string(), error.message()));
    {
      const TemporaryDirectory scratch(fs::absolute(options_.cache));
      HEDDLE_ASSIGN(design_, read_design(options_.sources, scratch.path(), context_));
    }
    HEDDLE_ASSIGN(binding_, bind_ports(design_, options_.ports));
    HEDDLE_ASSIGN(Stimulus stimulus, make_stimulus(binding_, {options_.vectors, options_.exhaustive, context_.seed}));
    describe(stimulus);
    HEDDLE_ASSIGN(const BuiltRtl built, build(false));
    for (const Note& warning : built.warnings)
      report_.notes.push_back(fmt::format("Verilator, {}:{}:{}: {}", warning.where.file, warning.where.line,
                                          warning.where.column, warning.message));
    DutProcess dut(built.program, binding_.wiring, options_.seconds, context_);
    Comparison comparison(binding_, dut, context_);
    Status compared = find_latency(comparison);
    if (compared) compared = compare(comparison, stimulus);
    if (!compared) return fail(readable(compared.error(), built.warnings));
    if (report_.counterexample && options_.trace) HEDDLE_TRY(write_trace());
    return std::move(report_);
  }

 private:
  Result<BuiltRtl> build(bool trace) {
    return build_user_rtl(options_.sources, design_, trace, options_.cache, context_);
  }

  /// Verilator knows files by their absolute names; and a design that does not settle most often has a loop that
  /// Verilator has warned of.
  [[nodiscard]] Error readable(Error error, const std::vector<Note>& warnings) const {
    for (const fs::path& file : options_.sources.files) {
      const std::string absolute = fs::absolute(file).lexically_normal().string();
      if (const std::size_t at = error.message.find(absolute); at != std::string::npos)
        error.message.replace(at, absolute.size(), file.string());
    }
    if (error.message.find("did not converge") == std::string::npos) return error;
    for (const Note& warning : warnings)
      if (warning.message.find("UNOPTFLAT") != std::string::npos) error.notes.push_back(warning);
    return error;
  }

  void describe(const Stimulus& stimulus) {
    report_.top = design_.top;
    for (const fs::path& file : options_.sources.files) report_.files.push_back(file.string());
    report_.golden = binding_.golden.name;
    report_.meaning = binding_.golden.meaning;
    report_.seed = context_.seed;
    report_.unused_outputs = binding_.unused;
    const auto use = [&](const std::string& golden, std::size_t index, const std::string& type) {
      report_.uses.push_back({golden, design_.ports[index].name, design_.ports[index].bits, type});
    };
    const DutWiring& wiring = binding_.wiring;
    for (std::size_t i = 0; i < binding_.inputs.size(); ++i) {
      const GoldenPort& port = binding_.golden.inputs[binding_.inputs[i]];
      use(port.name, wiring.driven[i].index, port.type.text());
    }
    for (std::size_t i = 0; i < binding_.outputs.size(); ++i) {
      const GoldenPort& port = binding_.golden.outputs[binding_.outputs[i]];
      use(port.name, wiring.sampled[i].index, port.type.text());
    }
    if (wiring.clock) use("clock", *wiring.clock, "");
    if (wiring.reset) use("reset", *wiring.reset, wiring.reset_active_high ? "active high" : "active low");
    for (const DutWiring::Tie& tie : wiring.tied) use(fmt::format("constant {}", tie.value[0]), tie.index, "");
    if (wiring.reset) report_.reset_level = wiring.reset_active_high ? "high" : "low";
    report_.clocked = wiring.clock.has_value();
    report_.operand_combinations = stimulus.operand_combinations;
    report_.notes = stimulus.notes;
    report_.exhaustive = std::any_of(stimulus.phases.begin(), stimulus.phases.end(),
                                     [](const StimulusPhase& phase) { return phase.all_operands; });
  }

  /// Sets the latency: as given, or the only one that fits the probe. A wrong design fits none: then the one that
  /// nearly fits, so that its error can be shown.
  Status find_latency(Comparison& comparison) {
    probe_ = probe_vectors(binding_, kProbe, context_.seed);
    HEDDLE_ASSIGN(const LatencyFit fit, comparison.fit_latency(probe_, PowerUp::kRandom));
    const int best = fit.best();
    if (options_.latency) {
      report_.latency = *options_.latency;
      if (std::find(fit.fitting.begin(), fit.fitting.end(), *options_.latency) == fit.fitting.end() &&
          !fit.fitting.empty())
        report_.notes.push_back(
            fmt::format("with --latency {} the first {} vectors agree", fit.fitting.front(), kProbe));
    } else if (fit.fitting.size() > 1) {
      return fail(ErrorCode::kBadInput,
                  fmt::format("latencies {} all fit {} vectors", fmt::join(fit.fitting, ", "), kProbe), {},
                  "say which it is: --latency N");
    } else {
      report_.latency = best;
      report_.latency_found = binding_.wiring.clock.has_value();
      if (fit.fitting.empty() && report_.clocked) note_nearest(fit);
    }
    comparison.set_latency(report_.latency);
    return {};
  }

  void note_nearest(const LatencyFit& fit) {
    const auto best = static_cast<std::size_t>(fit.best());
    std::vector<double> others = fit.share;
    others.erase(others.begin() + fit.best());
    const bool clear = fit.share[best] > kClearlyBest * *std::max_element(others.begin(), others.end());
    report_.notes.push_back(fmt::format("no latency from 0 to {} fits; {} comes nearest: {} of {} results agree{}",
                                        LatencyFit::kMost, best, fit.agreeing[best], fit.results[best],
                                        clear ? "" : ", others nearly as many: --latency N says which is meant"));
  }

  Status compare(Comparison& comparison, const Stimulus& stimulus) {
    HEDDLE_TRY(compare_power_up(comparison));
    for (const StimulusPhase& phase : stimulus.phases) {
      if (report_.counterexample) break;
      HEDDLE_ASSIGN(const Comparison::PhaseResult result, comparison.run(phase));
      report_.phases.push_back({phase.name, phase.what, result.vectors, result.differences, phase.all_operands});
      if (result.first) HEDDLE_TRY(explain(comparison, phase.name, *result.first, result.history));
    }
    // What was not run was not proved.
    if (report_.counterexample) report_.exhaustive = false;
    return {};
  }

  /// The probe with registers that start as zeros and as ones; the phases start them at random.
  Status compare_power_up(Comparison& comparison) {
    std::uint64_t differences = 0;
    for (const PowerUp start : {PowerUp::kRandom, PowerUp::kZeros, PowerUp::kOnes}) {
      HEDDLE_ASSIGN(const std::optional<OutputDifference> difference, comparison.replay(probe_, start));
      if (!difference) continue;
      ++differences;
      if (start == PowerUp::kRandom) break;  // the phases will find it
      if (!report_.counterexample) HEDDLE_TRY(explain(comparison, "power-up", *difference, probe_, start));
    }
    report_.phases.push_back({"power-up", "random operands, with registers that start as random bits, zeros, and ones",
                              3 * kProbe, differences, false});
    return {};
  }

  Status explain(Comparison& comparison, const std::string& phase, const OutputDifference& first,
                 const Vectors& history, PowerUp start = PowerUp::kRandom) {
    context_.progress("shortening the counterexample", 0, 0);
    HEDDLE_ASSIGN(std::optional<ShortRun> found, shorten(comparison, binding_, history, start));
    UserRtlReport::Counterexample example;
    example.phase = phase;
    example.vector = first.vector;
    example.shortened = found.has_value();
    const std::size_t words = binding_.golden.input_words();
    if (!found) {
      const std::size_t shown = std::min(history.size(), kShownRun * words);
      found = ShortRun{{history.end() - static_cast<std::ptrdiff_t>(shown), history.end()}, first};
    }
    example.cycle = found->difference.vector + static_cast<std::uint64_t>(report_.latency);
    for (std::size_t at = 0; at < found->vectors.size(); at += words)
      example.run.push_back(inputs_of(found->vectors.data() + at));
    const GoldenPort& output = binding_.golden.outputs[found->difference.output];
    example.output = output.name;
    example.expected = value_of(output, found->difference.expected.data());
    example.got = value_of(output, found->difference.got.data());
    report_.counterexample = std::move(example);
    run_ = found->vectors;
    start_ = start;
    return note_power_up(comparison);
  }

  /// Whether the difference hangs on what registers held before reset.
  Status note_power_up(Comparison& comparison) {
    if (!report_.counterexample->shortened) {
      report_.notes.push_back(
          "the difference does not show again from reset: the design depends on more than its inputs");
      return {};
    }
    std::vector<std::string> agreeing;
    for (const auto& [start, name] : {std::pair{PowerUp::kZeros, "zeros"}, std::pair{PowerUp::kOnes, "ones"},
                                      std::pair{PowerUp::kRandom, "random bits"}}) {
      HEDDLE_ASSIGN(const std::optional<OutputDifference> difference, comparison.replay(run_, start));
      if (!difference) agreeing.emplace_back(name);
    }
    if (!agreeing.empty())
      report_.notes.push_back(
          fmt::format("the same run agrees if registers start as {}: the result depends on a register "
                      "that nothing sets",
                      fmt::join(agreeing, " or ")));
    return {};
  }

  std::vector<UserRtlReport::Value> inputs_of(const std::uint64_t* vector) const {
    std::vector<UserRtlReport::Value> values;
    for (const std::size_t input : binding_.inputs)
      values.push_back(value_of(binding_.golden.inputs[input], vector + binding_.golden.input_offset(input)));
    return values;
  }

  static UserRtlReport::Value value_of(const GoldenPort& port, const std::uint64_t* words) {
    return {port.name, hex_code(port.type, words), decoded_value(port.type, words)};
  }

  Status write_trace() {
    HEDDLE_ASSIGN(const BuiltRtl built, build(true));
    DutProcess dut(built.program, binding_.wiring, options_.seconds, context_);
    Comparison comparison(binding_, dut, context_);
    comparison.set_latency(report_.latency);
    HEDDLE_TRY(comparison.replay(run_, start_, fs::absolute(*options_.trace)));
    report_.trace = options_.trace->string();
    return {};
  }

  const UserRtlOptions& options_;
  const Context& context_;
  RtlDesign design_;
  Binding binding_;
  UserRtlReport report_;
  Vectors probe_;
  Vectors run_;  // of the counterexample
  PowerUp start_ = PowerUp::kRandom;
};

}  // namespace

Result<UserRtlReport> verify_user_rtl(const UserRtlOptions& options, const Context& context) {
  return Verification(options, context).run();
}

}  // namespace heddle::verify
