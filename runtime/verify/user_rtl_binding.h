// Which port of a user's design is which port of the golden function; clock, reset and constants.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/verify/golden.h"
#include "runtime/verify/user_rtl_design.h"
#include "runtime/verify/user_rtl_process.h"

namespace heddle::verify {

/// What the user says about ports.
struct PortOptions {
  std::string golden;
  std::vector<std::string> map;  ///< golden=rtl, or rtl=constant
  std::string clock = {};        ///< empty: by the usual names, if the design has one
  std::string reset = {};
  std::optional<bool> reset_active_high = {};  ///< without: by the edge that the design waits for, then by the name
};

/// A golden function tied to a design.
struct Binding {
  Golden golden;  ///< with the width of the design's accumulator
  DutWiring wiring;
  std::vector<std::size_t> inputs;   ///< of the golden function, for each driven port
  std::vector<std::size_t> outputs;  ///< of the golden function, for each sampled port
  bool external_sum = false;         ///< acc_in is connected: the design keeps no sum
  std::vector<std::string> unused;   ///< outputs of the design that nothing is compared with

  [[nodiscard]] bool drives(std::size_t input) const;
  [[nodiscard]] std::optional<std::size_t> driven_with(PortRole role) const;  ///< golden input with the role, connected
  /// Whether results depend on earlier vectors.
  [[nodiscard]] bool keeps_sum() const { return golden.state_words > 0 && !external_sum; }
};

/// Connects. Golden ports without an entry in the map take the port of the same name, with or without _i, _o, i_, o_.
/// Fails with kBadInput on unknown names (with the nearest), wrong directions and widths (with both), ports used twice,
/// inputs left open, an accumulator that nothing brings to a known value; with kUnsupported on ports that are not
/// vectors of bits.
Result<Binding> bind_ports(const RtlDesign& design, const PortOptions& options);

}  // namespace heddle::verify
