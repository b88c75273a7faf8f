// A user's own RTL against a golden function: `heddle verify --rtl`.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compiler/base/context.h"
#include "compiler/base/json.h"
#include "compiler/base/result.h"
#include "runtime/verify/user_rtl_binding.h"
#include "runtime/verify/user_rtl_design.h"

namespace heddle::verify {

struct UserRtlOptions {
  RtlSources sources;
  PortOptions ports;
  std::optional<int> latency;                  ///< clock cycles from operands to result; without: found
  std::uint64_t vectors = 0;                   ///< random ones; 0: as many as make_stimulus finds right
  bool exhaustive = false;                     ///< fail rather than leave operands out
  std::optional<std::filesystem::path> trace;  ///< on a difference: the waves of the shortest run that shows it
  double seconds = 60;                         ///< that the design may take for a block of vectors
  std::filesystem::path cache;                 ///< of verilated designs
};

struct UserRtlReport {
  /// A port and what it is used for.
  struct Use {
    std::string golden;  ///< golden port, "clock", "reset", or "constant 1"
    std::string rtl;
    int bits = 1;
    std::string type;
  };
  struct Phase {
    std::string name;
    std::string what;
    std::uint64_t vectors = 0;
    std::uint64_t differences = 0;
    bool all_operands = false;
  };
  struct Value {
    std::string port;
    std::string code;   ///< hexadecimal
    std::string value;  ///< decoded

    bool operator==(const Value&) const = default;
  };
  struct Counterexample {
    std::string phase;
    std::uint64_t vector = 0;  ///< in the phase
    std::uint64_t cycle = 0;   ///< clock cycle after reset in which the wrong value is seen, in the shortest run
    bool shortened = false;    ///< `run` shows it from reset; else it is the end of what was run
    std::vector<std::vector<Value>> run;  ///< inputs, a vector each
    std::string output;
    Value expected;
    Value got;
  };

  std::string top;
  std::vector<std::string> files;
  std::string golden;
  std::string meaning;
  std::vector<Use> uses;
  std::vector<std::string> unused_outputs;
  std::string reset_level;  ///< "low", "high", or empty
  bool clocked = false;
  int latency = 0;
  bool latency_found = false;
  double operand_combinations = 0;
  bool exhaustive = false;  ///< all operands were run
  std::uint64_t seed = 1;
  std::vector<Phase> phases;
  std::vector<std::string> notes;
  std::optional<Counterexample> counterexample;
  std::string trace;

  [[nodiscard]] bool equal() const { return !counterexample; }
  [[nodiscard]] std::uint64_t vectors() const;
};

/// Reads, builds (or takes from the cache) and runs the design. Fails with kBadInput and the like if ports and golden
/// function do not fit, or if the latency cannot be told; a difference is no failure but in the report.
Result<UserRtlReport> verify_user_rtl(const UserRtlOptions& options, const Context& context);

/// heddle.verify_rtl/1.
Json to_json(const UserRtlReport& report);
std::string to_text(const UserRtlReport& report);

}  // namespace heddle::verify
