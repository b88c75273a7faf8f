// Proves a compiled program equal to its native run: on chosen inputs, every engine must leave the same bytes, and the
// cycle-accurate ones must take the same clock cycles. See docs/verification.md.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/base/context.h"
#include "compiler/base/result.h"
#include "compiler/network/graph.h"
#include "runtime/session/devices.h"
#include "runtime/session/program.h"
#include "runtime/verify/report.h"

namespace heddle::verify {

/// Who runs the regions. All are compared with the native run of the same C.
enum class Engine { kFast, kInterpreter, kSystemc, kRtl };
const char* to_string(Engine engine);

struct Options {
  int vectors = 4;         ///< random inputs a kernel, besides the edge cases
  bool edge_cases = true;  ///< smallest and largest integers and trip counts, extreme buffers
  std::vector<Engine> engines = {Engine::kInterpreter, Engine::kFast, Engine::kSystemc, Engine::kRtl};
  std::vector<std::string> kernels;             ///< empty: main if the program has one, else all kernels
  std::vector<std::string> main_arguments;      ///< for main
  std::optional<std::filesystem::path> inputs;  ///< .npz with an array for each argument: one more input
  std::optional<session::RtlOptions> rtl;       ///< needed for Engine::kRtl
  std::optional<std::filesystem::path>
      trace;  ///< on a wrong value: waveform of its launch (RTL: .fst; SystemC: .systemc.fst)
  /// Of a compiled network (golden_network): every layer of the native run is compared with its evaluator, and what an
  /// engine leaves is told by layer and element.
  std::shared_ptr<const network::Graph> network;
  int max_mismatches = 10;  ///< stop after so many
};

/// Seeded by `context.seed`. A mismatch is a report, not an Error; an Error means that nothing could be compared (no
/// such kernel, unreadable inputs, no RTL options, a program that crashes on every input).
Result<Report> verify_program(const session::CompiledProgram& program, const Options& options, const Context& context);

}  // namespace heddle::verify
