#include "systemc_models/swat/swat_model.h"

#include <memory>
#include <systemc>

#include "systemc_models/context_scope.h"
#include "systemc_models/swat/array.h"

namespace heddle::systemc {
namespace {

constexpr std::uint64_t kLookEvery = 4096;  // clocks between two looks at the context

/// One clock, one clocked process: the array and what stands at its streams.
SC_MODULE(SwatModule) {
  sc_core::sc_clock clk;

  SC_HAS_PROCESS(SwatModule);
  SwatModule(const sc_core::sc_module_name& name, SwatArray& array, attention::Player& player, const Context& context)
      : sc_module(name),
        clk("clk", sc_core::sc_time(1, sc_core::SC_NS)),
        array_(array),
        player_(player),
        context_(context) {
    SC_METHOD(tick);
    sensitive << clk.posedge_event();
    dont_initialize();
  }

 private:
  void tick() {
    const bool goes_on = player_.step(array_);
    if (!goes_on || (++clocks_ % kLookEvery == 0 && context_.cancelled())) sc_core::sc_pause();
  }

  SwatArray & array_;
  attention::Player& player_;
  const Context& context_;
  std::uint64_t clocks_ = 0;
};

}  // namespace

Result<attention::Played> simulate_swat(const attention::Program& program, const arch::Swat& array,
                                        const attention::LogitScale& scale, const attention::Inputs& inputs,
                                        const attention::Pace& pace, const Context& context) {
  SwatArray model(array, {array.format, array.output});
  model.begin(program.head_dim, scale);
  attention::Player player(program, array, inputs, pace);
  auto simulation = std::make_unique<sc_core::sc_simcontext>();
  {
    const ContextScope scope(simulation.get());
    SwatModule module("swat", model, player, context);
    sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
    if (!player.played().finished) sc_core::sc_start();
  }
  {
    const ContextScope scope(simulation.get());
    simulation.reset();
  }
  if (context.cancelled()) return fail(ErrorCode::kInterrupted, "interrupted");
  if (!player.played().finished) return fail(ErrorCode::kMismatch, "the array stands still: its program is wrong");
  return player.played();
}

}  // namespace heddle::systemc
