// Waves of the array's state, as VCD or FST.
#pragma once

#include <filesystem>
#include <systemc>

#include "compiler/base/result.h"
#include "systemc_models/cgra/cgra_module.h"

namespace heddle::systemc {

/// A waveform that is being written: the clock, loop control, and RES, registers and links of every PE. Must be closed
/// in the SystemC context that it was opened in.
class Waves {
 public:
  /// Starts at `path`, which must end in .vcd or .fst. Fails for other suffixes, or if the file cannot be written.
  static Result<Waves> open(const std::filesystem::path& path, const CgraModule& module);

  /// Completes the file. An FST is made here, of a VCD that stands beside it until then.
  Status close();

 private:
  explicit Waves(std::filesystem::path path) : path_(std::move(path)) {}
  [[nodiscard]] std::filesystem::path vcd() const;

  std::filesystem::path path_;
  sc_core::sc_trace_file* file_ = nullptr;
};

}  // namespace heddle::systemc
