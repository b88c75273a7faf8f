#include "runtime/verify/verify.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/base/files.h"
#include "runtime/session/network_values.h"
#include "runtime/verify/checks.h"
#include "runtime/verify/compare.h"
#include "runtime/verify/coverage.h"
#include "runtime/verify/engines.h"
#include "runtime/verify/vectors.h"

namespace heddle::verify {
namespace {

constexpr const char* kMain = "main";

/// Run-time values that are one less than a stage count, or meet it: prologue and epilogue overlap there.
std::vector<std::int64_t> trip_counts_at_stages(const session::CompiledProgram& program) {
  std::vector<std::int64_t> counts;
  for (const session::CompiledRegion& region : program.regions) {
    if (region.mapping.ii == 0) continue;
    const std::int64_t stages = (region.image.schedule_length + region.mapping.ii - 1) / region.mapping.ii;
    counts.push_back(stages - 1);
    counts.push_back(stages);
  }
  std::ranges::sort(counts);
  counts.erase(std::unique(counts.begin(), counts.end()), counts.end());
  return counts;
}

class Verifier {
 public:
  Verifier(const session::CompiledProgram& program, const Options& options, const Context& context)
      : program_(program), options_(options), context_(context), launched_(program.regions.size()) {}

  Result<Report> run() {
    report_.source = program_.source;
    report_.architecture = program_.cgra.name;
    report_.seed = context_.seed;
    for (const Engine engine : options_.engines) report_.engines.emplace_back(to_string(engine));
    check_regions();
    HEDDLE_ASSIGN(engines_, make_engines(program_.cgra, options_, context_));
    HEDDLE_ASSIGN(const std::vector<std::string> names, kernel_names());
    for (const std::string& name : names) HEDDLE_TRY(verify_kernel(name));
    if (options_.inputs && !inputs_used_)
      return fail(ErrorCode::kBadInput, fmt::format("{}: fits no kernel", options_.inputs->string()));
    report_.coverage = coverage_of(program_, launched_);
    note_traces();
    return std::move(report_);
  }

 private:
  void check_regions() {
    for (const session::CompiledRegion& region : program_.regions) {
      auto faults = check_region(program_.cgra, region);
      std::ranges::move(faults, std::back_inserter(report_.faults));
    }
  }

  [[nodiscard]] const frontend::Kernel* find_kernel(const std::string& name) const {
    const auto found = std::ranges::find(program_.kernels, name, &frontend::Kernel::name);
    return found == program_.kernels.end() ? nullptr : &*found;
  }

  Result<std::vector<std::string>> kernel_names() const {
    std::vector<std::string> known;
    for (const frontend::Kernel& kernel : program_.kernels) known.push_back(kernel.name);
    if (options_.kernels.empty()) {
      if (program_.has_main) return std::vector<std::string>{kMain};
      if (known.empty()) return fail(ErrorCode::kBadInput, "the program has no kernel to verify");
      return known;
    }
    if (program_.has_main) known.emplace_back(kMain);
    for (const std::string& name : options_.kernels)
      if (std::ranges::find(known, name) == known.end()) {
        const std::string near = nearest_name(name, known);
        return fail(ErrorCode::kNotFound, fmt::format("no kernel '{}'", name), {},
                    near.empty() ? "" : fmt::format("is it '{}'?", near));
      }
    return options_.kernels;
  }

  Result<std::vector<Vector>> vectors_of(const frontend::Kernel& kernel) {
    VectorOptions wanted;
    wanted.random = options_.vectors;
    wanted.edge_cases = options_.edge_cases;
    wanted.seed = content_hash(kernel.name, context_.seed);
    wanted.trip_counts = trip_counts_at_stages(program_);
    std::vector<Vector> vectors = make_vectors(kernel, wanted);
    if (!options_.inputs) return vectors;
    auto given = read_vector(kernel, *options_.inputs);
    // One file serves one kernel of several: whether any took it is asked at the end.
    if (!given && program_.kernels.size() == 1) return fail(std::move(given).error());
    if (!given) return vectors;
    inputs_used_ = true;
    vectors.insert(vectors.begin(), std::move(*given));
    return vectors;
  }

  Status verify_kernel(const std::string& name) {
    KernelReport& kernel_report = report_.kernels.emplace_back();
    kernel_report.name = name;
    kernel_ = name == kMain ? nullptr : find_kernel(name);
    std::vector<Vector> vectors = {{"its arguments", {}}};
    if (kernel_ != nullptr) {
      HEDDLE_ASSIGN(vectors, vectors_of(*kernel_));
    }
    for (std::size_t i = 0; i < vectors.size(); ++i) {
      if (context_.cancelled()) return fail(ErrorCode::kInterrupted, "interrupted");
      if (static_cast<int>(report_.mismatches.size()) >= options_.max_mismatches) return {};
      context_.progress("verify " + name, static_cast<std::int64_t>(i), static_cast<std::int64_t>(vectors.size()));
      HEDDLE_TRY(verify_vector(kernel_report, vectors[i]));
    }
    if (kernel_report.vectors == 0 && !kernel_report.skipped.empty())
      return fail(ErrorCode::kBadInput,
                  fmt::format("'{}' runs on none of {} inputs: {}", name, vectors.size(), kernel_report.skipped[0]), {},
                  "say with HEDDLE_RANGE and 'static' sizes what its arguments may be");
    return {};
  }

  Result<session::RunOutcome> execute(const Vector& vector, session::Backend* backend) {
    const session::PlanObserver observer = [this](const session::LaunchPlan& plan) {
      launched_[static_cast<std::size_t>(plan.region - program_.regions.data())] = true;
    };
    if (kernel_ == nullptr) {
      std::vector<std::string> arguments = {kMain};
      arguments.insert(arguments.end(), options_.main_arguments.begin(), options_.main_arguments.end());
      return session::run_main(program_, arguments, backend, context_, observer);
    }
    return session::run_kernel(program_, kernel_->name, vector.arguments, backend, context_, observer);
  }

  Status verify_vector(KernelReport& kernel_report, const Vector& vector) {
    auto golden = execute(vector, nullptr);
    if (!golden) {
      if (golden.error().code != ErrorCode::kBadInput) return fail(std::move(golden).error());
      kernel_report.skipped.push_back(fmt::format("{}: {}", vector.name, golden.error().message));
      return {};
    }
    ++kernel_report.vectors;
    HEDDLE_ASSIGN(const auto apart, layer_difference(vector, *golden));
    if (apart) add(kernel_report.name, vector, "native", *apart);
    std::optional<session::RunOutcome> first;
    for (EngineRun& engine : engines_) {
      if (engine.lockstep != nullptr) engine.lockstep->begin_run();
      auto outcome = execute(vector, engine.backend.get());
      HEDDLE_TRY(judge(kernel_report.name, vector, engine, *golden, outcome));
      if (!outcome) continue;
      if (first) {
        compare_clocks(kernel_report.name, vector, engine, first->launches, outcome->launches);
      } else {
        count_launches(kernel_report, outcome->launches);
        first = std::move(*outcome);
      }
    }
    return {};
  }

  /// Adds what differs from the native run. Fails only if the run failed for a reason that says nothing about equality.
  Status judge(const std::string& kernel_name, const Vector& vector, const EngineRun& engine,
               const session::RunOutcome& golden, const Result<session::RunOutcome>& outcome) {
    if (!outcome) {
      if (outcome.error().code != ErrorCode::kMismatch && outcome.error().code != ErrorCode::kBadInput)
        return fail(outcome.error());
      add(kernel_name, vector, engine, {"run", "a result", outcome.error().message});
      return {};
    }
    auto differences = compare_outcomes(kernel_, golden, *outcome, program_.globals);
    if (!differences.empty()) {
      HEDDLE_ASSIGN(auto layer, layer_difference(vector, *outcome));
      if (layer) differences.insert(differences.begin(), std::move(*layer));
    }
    for (const Difference& difference : differences) add(kernel_name, vector, engine, difference);
    // A launch can go wrong without a trace in the outputs (a value that nobody uses later).
    if (differences.empty() && engine.lockstep != nullptr && engine.lockstep->fault())
      add(kernel_name, vector, engine, {"a launch (the outputs agree)", "the interpreter's values", "others"});
    return {};
  }

  /// Of a network: where the run first leaves the golden model.
  Result<std::optional<Difference>> layer_difference(const Vector& vector, const session::RunOutcome& outcome) const {
    if (!options_.network || kernel_ == nullptr) return std::optional<Difference>();
    HEDDLE_ASSIGN(const auto first,
                  session::first_difference(program_, *options_.network, vector.arguments, outcome, context_));
    if (!first) return std::optional<Difference>();
    return Difference{
        fmt::format("layer {}: {} (the first of {} elements)", first->layer, first->place, first->elements),
        first->expected, first->got};
  }

  void compare_clocks(const std::string& kernel_name, const Vector& vector, const EngineRun& engine,
                      const std::vector<session::LaunchRecord>& expected,
                      const std::vector<session::LaunchRecord>& got) {
    if (engine.lockstep != nullptr && engine.lockstep->fault()) return;  // wrong values explain wrong counts
    for (const Difference& difference : compare_cycles(expected, got))
      add(kernel_name, vector, engine,
          {difference.what + " (against " + report_.engines[0] + ")", difference.expected, difference.got});
  }

  void add(const std::string& kernel_name, const Vector& vector, const EngineRun& engine,
           const Difference& difference) {
    add(kernel_name, vector, to_string(engine.engine), difference);
    if (engine.lockstep != nullptr) report_.mismatches.back().cause = engine.lockstep->fault();
  }

  void add(const std::string& kernel_name, const Vector& vector, const char* engine, const Difference& difference) {
    report_.mismatches.push_back(
        {kernel_name, vector.name, engine, difference.what, difference.expected, difference.got, {}});
  }

  void count_launches(KernelReport& kernel_report, const std::vector<session::LaunchRecord>& launches) {
    for (const session::LaunchRecord& launch : launches) {
      if (!launch.refused.empty()) {
        ++kernel_report.refused[launch.refused];
        continue;
      }
      ++kernel_report.launches;
      kernel_report.run_cycles += launch.cycles.run;
      kernel_report.stall_cycles += launch.cycles.stall;
      kernel_report.total_cycles += launch.cycles.total();
    }
  }

  void note_traces() {
    for (const EngineRun& engine : engines_)
      if (engine.lockstep != nullptr && !engine.lockstep->trace_note().empty())
        report_.trace += (report_.trace.empty() ? "" : "; ") + engine.lockstep->trace_note();
  }

  const session::CompiledProgram& program_;
  const Options& options_;
  const Context& context_;
  std::vector<EngineRun> engines_;
  std::vector<bool> launched_;  ///< by region
  const frontend::Kernel* kernel_ = nullptr;
  bool inputs_used_ = false;
  Report report_;
};

}  // namespace

const char* to_string(Engine engine) {
  switch (engine) {
    case Engine::kFast: return "fast";
    case Engine::kInterpreter: return "interpreter";
    case Engine::kSystemc: return "systemc";
    case Engine::kRtl: break;
  }
  return "rtl";
}

Result<Report> verify_program(const session::CompiledProgram& program, const Options& options, const Context& context) {
  return Verifier(program, options, context).run();
}

}  // namespace heddle::verify
