// Backends that count cycles by formula: the DFG interpreter, and the fast one, which leaves the values to the
// program's own loop.
//
// All that a formula cannot know is whether memory ports conflict. Where the banks of the arrays rule that out, the
// fast backend has the launch run natively; otherwise the interpreter visits its addresses, and computes its values on
// the way.
#include "runtime/session/conflicts.h"
#include "runtime/session/launch_activity.h"
#include "runtime/session/launch_cycles.h"
#include "runtime/session/launch_interpreter.h"

namespace heddle::session {
namespace {

enum class Values : std::uint8_t { kInterpreted, kNativeWhereNothingStalls, kNative };

class CountedBackend final : public Backend {
 public:
  CountedBackend(const arch::Cgra& cgra, Values values)
      : cgra_(cgra), values_(values), cycles_(cgra_), activity_(cgra_), interpreter_(cgra_) {}

  [[nodiscard]] std::string name() const override {
    return values_ == Values::kInterpreted ? "interpreter" : values_ == Values::kNative ? "estimate" : "fast";
  }

  Result<LaunchResult> launch(const LaunchPlan& plan, const Context& context) override {
    if (context.cancelled()) return fail(ErrorCode::kInterrupted, "interrupted");
    LaunchResult result;
    result.cycles = cycles_.next(plan);
    if (values_ != Values::kInterpreted) {
      result.how = values_ == Values::kNative || cannot_stall(cgra_, plan) ? HowRun::kNatively : HowRun::kInterpreted;
      if (result.how == HowRun::kNatively) {
        result.activity = activity_.of(plan, result.cycles);
        return result;
      }
    }
    // Launches that ran natively have left nothing in the interpreter's scratchpad.
    LaunchInterpreter::Outcome outcome =
        interpreter_.run(values_ == Values::kInterpreted ? plan : on_fresh_array(plan));
    result.live_outs = std::move(outcome.live_outs);
    result.cycles.stall = outcome.stalls;
    result.cycles.run += outcome.stalls;
    result.activity = activity_.of(plan, result.cycles, &outcome.accesses);
    return result;
  }

  void forget_configuration() override { cycles_.forget_configuration(); }

 private:
  arch::Cgra cgra_;
  Values values_;
  CycleModel cycles_;
  ActivityModel activity_;
  LaunchInterpreter interpreter_;
};

}  // namespace

std::unique_ptr<Backend> make_interpreter_backend(const arch::Cgra& cgra) {
  return std::make_unique<CountedBackend>(cgra, Values::kInterpreted);
}

std::unique_ptr<Backend> make_fast_backend(const arch::Cgra& cgra) {
  return std::make_unique<CountedBackend>(cgra, Values::kNativeWhereNothingStalls);
}

std::unique_ptr<Backend> make_estimate_backend(const arch::Cgra& cgra) {
  return std::make_unique<CountedBackend>(cgra, Values::kNative);
}

}  // namespace heddle::session
