// heddle simulate --arch --workload: a layer of attention on a window-attention array.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "runtime/cli/environment.h"
#include "runtime/session/program.h"

namespace heddle::cli {

struct AttentionRequest {
  std::string array;     ///< path or name
  std::string workload;  ///< path or name
  std::string backend;
  std::int64_t sequence = 0;  ///< 0: that of the workload
  std::int64_t heads = 0;     ///< 0: those of the workload
  double deviation = 1;       ///< of the logits of random inputs
};

/// What can run a layer of attention; the first is the default.
inline const std::vector<std::string>& attention_backend_names() {
  static const std::vector<std::string> names{"formula", "golden", "systemc", "rtl"};
  return names;
}

/// Prints heddle.attention_run/1, or the same for people.
Result<int> simulate_attention(const AttentionRequest& request, Environment& environment);

/// Attention of a compiled network runs on the SystemC model of its array, or on its RTL, from now on, which must give
/// the golden model's codes in the cycles that were counted. Nothing happens where there is none.
Status attention_on_model(session::CompiledProgram& program, const std::string& directory, const std::string& backend,
                          const Environment& environment);

}  // namespace heddle::cli
