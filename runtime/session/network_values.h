// The values between the layers of a compiled network, after a run, against those of the golden model.
#pragma once

#include <optional>
#include <string>

#include "compiler/network/evaluate.h"
#include "runtime/session/session.h"

namespace heddle::session {

/// The first element that is not the golden model's.
struct LayerDifference {
  std::string layer;  ///< the first in the order of execution
  std::string place;  ///< "example 0, channel 3, row 2, column 5"; "element (1, 7)" of other shapes
  std::string expected;
  std::string got;
  std::int64_t elements = 0;  ///< of the layer that differ
};

/// Compares the result of every layer that is kept in memory, in the order of execution: codes, integers and floats by
/// their bits. `golden`: golden_network(); `arguments`: of the run, whose outcome is given. Fails as evaluate() does.
Result<std::optional<LayerDifference>> first_difference(const CompiledProgram& program, const network::Graph& golden,
                                                        const std::vector<Argument>& arguments,
                                                        const RunOutcome& outcome, const Context& context);

}  // namespace heddle::session
