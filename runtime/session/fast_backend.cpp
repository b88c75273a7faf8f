// Leaves the values to the program's own loop and counts cycles by formula.
//
// All that a formula cannot know is whether memory ports conflict. Where the banks of the arrays rule that out, the
// launch runs natively; otherwise the interpreter visits its addresses, and computes its values on the way.
#include "runtime/session/conflicts.h"
#include "runtime/session/launch_cycles.h"
#include "runtime/session/launch_interpreter.h"

namespace heddle::session {
namespace {

class FastBackend final : public Backend {
 public:
  explicit FastBackend(const arch::Cgra& cgra) : cgra_(cgra), cycles_(cgra_), interpreter_(cgra_) {}

  [[nodiscard]] std::string name() const override { return "fast"; }

  Result<LaunchResult> launch(const LaunchPlan& plan, const Context& context) override {
    if (context.cancelled()) return fail(ErrorCode::kInterrupted, "interrupted");
    LaunchResult result;
    result.cycles = cycles_.next(plan);
    if (cannot_stall(cgra_, plan)) {
      result.how = HowRun::kNatively;
      return result;
    }
    result.how = HowRun::kInterpreted;
    LaunchInterpreter::Outcome outcome = interpreter_.run(plan);
    result.live_outs = std::move(outcome.live_outs);
    result.cycles.stall = outcome.stalls;
    result.cycles.run += outcome.stalls;
    return result;
  }

  void forget_configuration() override { cycles_.forget_configuration(); }

 private:
  arch::Cgra cgra_;
  CycleModel cycles_;
  LaunchInterpreter interpreter_;
};

}  // namespace

std::unique_ptr<Backend> make_fast_backend(const arch::Cgra& cgra) { return std::make_unique<FastBackend>(cgra); }

}  // namespace heddle::session
