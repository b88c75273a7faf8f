// Which vectors a user's design gets: all operands where that can be, else directed and random ones; runs of
// accumulations with restarts and bubbles, long ones up to the accumulator's limits.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "runtime/verify/user_rtl_binding.h"

namespace heddle::verify {

/// A stretch of vectors.
struct StimulusPhase {
  std::string name;
  std::string what;  ///< one line for the report
  std::uint64_t vectors = 0;
  bool all_operands = false;  ///< every combination of operand codes occurs
  bool restarts = false;      ///< the design is reset before every block, since nothing else restarts its sum
  /// Writes vector `index` (golden inputs, packed). Called for 0, 1, 2, ... in order, once.
  std::function<void(std::uint64_t index, std::uint64_t* inputs)> fill;
};

struct StimulusOptions {
  std::uint64_t vectors = 0;  ///< random ones; 0: a million where operands are not exhausted, else 65,536
  bool exhaustive = false;    ///< insist on all operands
  std::uint64_t seed = 1;
};

struct Stimulus {
  double operand_combinations = 0;
  std::vector<StimulusPhase> phases;
  std::vector<std::string> notes;  ///< what could not be reached
};

/// At most so many combinations are run without, and with, `exhaustive`.
inline constexpr double kExhaustiveByDefault = 16777216;    // 2^24
inline constexpr double kExhaustiveOnRequest = 1073741824;  // 2^30

/// Fails with kUnsupported if `exhaustive` asks for more than kExhaustiveOnRequest.
Result<Stimulus> make_stimulus(const Binding& binding, const StimulusOptions& options);

/// `count` random vectors with short runs and all controls, for finding the latency. The first one starts a run.
std::vector<std::uint64_t> probe_vectors(const Binding& binding, std::size_t count, std::uint64_t seed);

/// The vector of golden inputs in which nothing happens: controls idle, operands zero.
std::vector<std::uint64_t> idle_vector(const Binding& binding);

}  // namespace heddle::verify
