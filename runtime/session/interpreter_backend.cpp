// Runs launches on the DFG interpreter and counts cycles by formula.
#include "runtime/session/launch_cycles.h"
#include "runtime/session/launch_interpreter.h"

namespace heddle::session {
namespace {

class InterpreterBackend final : public Backend {
 public:
  explicit InterpreterBackend(const arch::Cgra& cgra) : cgra_(cgra), cycles_(cgra_), interpreter_(cgra_) {}

  [[nodiscard]] std::string name() const override { return "interpreter"; }

  Result<LaunchResult> launch(const LaunchPlan& plan, const Context& context) override {
    if (context.cancelled()) return fail(ErrorCode::kInterrupted, "interrupted");
    LaunchResult result;
    result.cycles = cycles_.next(plan);
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

std::unique_ptr<Backend> make_interpreter_backend(const arch::Cgra& cgra) {
  return std::make_unique<InterpreterBackend>(cgra);
}

}  // namespace heddle::session
