// A device checked launch by launch: the first launch that leaves something wrong is repeated under probes, and the
// operation that went wrong is named.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "compiler/codegen/device.h"
#include "runtime/session/backend.h"
#include "runtime/verify/report.h"

namespace heddle::verify {

/// Makes a device; `traced`: one that can write waveforms.
using DeviceFactory = std::function<Result<std::unique_ptr<codegen::Device>>(bool traced)>;

class LockstepBackend final : public session::Backend {
 public:
  /// `trace`: where to write a waveform of the first launch that goes wrong. Fails if the factory does.
  static Result<std::unique_ptr<LockstepBackend>> make(const arch::Cgra& cgra, DeviceFactory factory, std::string name,
                                                       std::optional<std::filesystem::path> trace);

  [[nodiscard]] std::string name() const override { return name_; }
  Result<session::LaunchResult> launch(const session::LaunchPlan& plan, const Context& context) override;

  /// Call before each run: launches count from 0 again, and the last fault is forgotten.
  void begin_run();
  /// Of this run.
  [[nodiscard]] const std::optional<ValueFault>& fault() const { return fault_; }
  /// Written waveform, or why there is none; empty if nothing went wrong yet.
  [[nodiscard]] const std::string& trace_note() const { return trace_note_; }

 private:
  LockstepBackend(const arch::Cgra& cgra, DeviceFactory factory, std::string name,
                  std::optional<std::filesystem::path> trace)
      : cgra_(cgra), factory_(std::move(factory)), name_(std::move(name)), trace_(std::move(trace)) {}

  Status renew_device();
  Result<std::optional<ValueFault>> investigate(const session::LaunchPlan& plan, const Context& context);
  void open_trace(codegen::Device& device);

  const arch::Cgra& cgra_;
  DeviceFactory factory_;
  std::string name_;
  std::optional<std::filesystem::path> trace_;
  std::unique_ptr<codegen::Device> device_;
  std::unique_ptr<session::Backend> inner_;  ///< drives device_
  std::string trace_note_;
  std::uint64_t launches_ = 0;
  std::optional<ValueFault> fault_;
};

}  // namespace heddle::verify
