// Synthesis of large designs by parts: each distinct (module, parameters) once, and the cost summed over instances.
#pragma once

#include <string>
#include <vector>

#include "cost_models/fpga/synthesis.h"

namespace heddle::fpga {

/// A distinct part and how often it occurs in the whole design.
struct HierarchyPart {
  std::string module;     ///< source name
  Parameters parameters;  ///< those of the elaborated instance
  std::int64_t instances = 0;
  Utilisation own;  ///< of one instance, without the parts inside it (these are rows of their own)
};

struct Hierarchy {
  std::vector<HierarchyPart> parts;  ///< the top first, then in order of first use
  Utilisation total;                 ///< sum of instances x own; delay and depth are the largest of the parts
};

/// Elaborates `top_point`, then synthesises the top and every distinct instance of the modules named in `units`, each
/// flat but with the units below it left out as black boxes, and sums. Nothing is optimised across these borders and
/// nothing is ever flattened into one netlist, so the cost of an array of 64 PEs is that of its distinct PEs. Rows are
/// cached as those of `synthesize_all`; a unit without units inside has the row of its own DesignPoint.
///
/// Fails as synthesize_all does, with kUnsupported and the log if a part does not synthesise, and with kBadInput for
/// units that do not occur.
Result<Hierarchy> synthesize_hierarchy(const DesignPoint& top_point, const std::vector<std::string>& units,
                                       const SynthesisOptions& options, const Context& context);

/// As above, for a family of designs whose shared parts are to be synthesised once even without a cache: all parts of
/// all designs form one batch.
Result<std::vector<Hierarchy>> synthesize_hierarchies(const std::vector<DesignPoint>& top_points,
                                                      const std::vector<std::string>& units,
                                                      const SynthesisOptions& options, const Context& context);

}  // namespace heddle::fpga
