#include "runtime/verify/lockstep.h"

#include <cstring>
#include <utility>
#include <vector>

#include "runtime/verify/expectation.h"

namespace heddle::verify {
namespace {

/// The host memory that a launch may read or write, to put it back.
class HostSnapshot {
 public:
  explicit HostSnapshot(const session::LaunchPlan& plan) {
    for (const auto* transfers : {&plan.in, &plan.out})
      for (const session::Transfer& transfer : *transfers)
        pieces_.emplace_back(transfer.host, std::vector<char>(transfer.host, transfer.host + transfer.bytes));
  }
  void restore() const {
    for (const auto& [place, content] : pieces_) std::memcpy(place, content.data(), content.size());
  }

 private:
  std::vector<std::pair<char*, std::vector<char>>> pieces_;
};

}  // namespace

LockstepBackend::LockstepBackend(const arch::Cgra& cgra, codegen::Device& device, std::string name,
                                 std::optional<std::filesystem::path> trace)
    : cgra_(cgra),
      device_(device),
      inner_(session::make_device_backend(cgra, device, std::move(name))),
      trace_(std::move(trace)) {}

void LockstepBackend::begin_run() {
  launches_ = 0;
  fault_.reset();
}

Result<session::LaunchResult> LockstepBackend::launch(const session::LaunchPlan& plan, const Context& context) {
  const std::uint64_t number = launches_++;
  if (fault_) return inner_->launch(plan, context);  // what follows a wrong value is wrong for its sake
  const HostSnapshot before(plan);
  const Expectation expected(cgra_, plan, false);
  auto result = inner_->launch(plan, context);
  if (result && result->live_outs == expected.live_outs() && expected.memory_matches()) return result;
  if (!result && result.error().code != ErrorCode::kMismatch) return result;
  const HostSnapshot after(plan);
  before.restore();
  fault_ = investigate(plan, context);
  if (fault_) fault_->launch = number;
  after.restore();
  return result;
}

std::optional<ValueFault> LockstepBackend::investigate(const session::LaunchPlan& plan, const Context& context) {
  const Expectation expected(cgra_, plan, true);
  std::optional<ValueFault> first;
  open_trace();
  device_.set_probe([&](const codegen::ProbeSample& sample) {
    if (!first) first = expected.check(sample);
  });
  const auto result = inner_->launch(plan, context);
  device_.set_probe({});
  device_.close_trace();
  if (first) return first;
  if (auto stored = expected.check_memory()) return stored;
  return result ? expected.check_live_outs(result->live_outs) : std::nullopt;
}

void LockstepBackend::open_trace() {
  if (!trace_ || !trace_note_.empty()) return;
  const auto status = device_.open_trace(trace_->string());
  trace_note_ = status ? trace_->string() : "none: " + status.error().message;
}

}  // namespace heddle::verify
