// A device checked launch by launch: the first launch that leaves something wrong is repeated under probes, and the
// operation that went wrong is named.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "compiler/codegen/device.h"
#include "runtime/session/backend.h"
#include "runtime/verify/report.h"

namespace heddle::verify {

class LockstepBackend final : public session::Backend {
 public:
  /// `trace`: where to write a waveform of the first launch that goes wrong. The device must outlive the backend.
  LockstepBackend(const arch::Cgra& cgra, codegen::Device& device, std::string name,
                  std::optional<std::filesystem::path> trace);

  [[nodiscard]] std::string name() const override { return inner_->name(); }
  Result<session::LaunchResult> launch(const session::LaunchPlan& plan, const Context& context) override;

  /// Call before each run: launches count from 0 again, and the last fault is forgotten.
  void begin_run();
  /// Of this run.
  [[nodiscard]] const std::optional<ValueFault>& fault() const { return fault_; }
  /// Written waveform, or why there is none; empty if nothing went wrong yet.
  [[nodiscard]] const std::string& trace_note() const { return trace_note_; }

 private:
  std::optional<ValueFault> investigate(const session::LaunchPlan& plan, const Context& context);
  void open_trace();

  const arch::Cgra& cgra_;
  codegen::Device& device_;
  std::unique_ptr<session::Backend> inner_;
  std::optional<std::filesystem::path> trace_;
  std::string trace_note_;
  std::uint64_t launches_ = 0;
  std::optional<ValueFault> fault_;
};

}  // namespace heddle::verify
