#include "runtime/verify/lockstep.h"

#include "runtime/verify/expectation.h"
#include "runtime/verify/host_snapshot.h"

namespace heddle::verify {

Result<std::unique_ptr<LockstepBackend>> LockstepBackend::make(const arch::Cgra& cgra, DeviceFactory factory,
                                                               std::string name,
                                                               std::optional<std::filesystem::path> trace) {
  std::unique_ptr<LockstepBackend> backend(
      new LockstepBackend(cgra, std::move(factory), std::move(name), std::move(trace)));
  HEDDLE_TRY(backend->renew_device());
  return backend;
}

Status LockstepBackend::renew_device() {
  inner_.reset();
  HEDDLE_ASSIGN(device_, factory_(false));
  inner_ = session::make_device_backend(cgra_, *device_, name_);
  return {};
}

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
  HEDDLE_ASSIGN(fault_, investigate(plan, context));
  if (fault_) fault_->launch = number;
  after.restore();
  // A device that did not end its run cannot start another.
  if (!result) HEDDLE_TRY(renew_device());
  return result;
}

/// Repeats the launch on a fresh device under probes.
Result<std::optional<ValueFault>> LockstepBackend::investigate(const session::LaunchPlan& plan,
                                                               const Context& context) {
  const Expectation expected(cgra_, plan, true);
  const bool traced = trace_ && trace_note_.empty();
  HEDDLE_ASSIGN(const auto device, factory_(traced));
  const auto backend = session::make_device_backend(cgra_, *device, name_);
  if (traced) open_trace(*device);
  std::optional<ValueFault> first;
  device->set_probe([&](const codegen::ProbeSample& sample) {
    if (!first) first = expected.check(sample);
  });
  const auto result = backend->launch(on_fresh_array(plan), context);
  device->set_probe({});
  device->close_trace();
  if (first) return first;
  if (!result) return std::nullopt;
  if (auto stored = expected.check_memory()) return stored;
  return expected.check_live_outs(result->live_outs);
}

void LockstepBackend::open_trace(codegen::Device& device) {
  const auto status = device.open_trace(trace_->string());
  trace_note_ = status ? trace_->string() : "none: " + status.error().message;
}

}  // namespace heddle::verify
