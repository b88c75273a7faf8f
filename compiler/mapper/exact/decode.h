// From a satisfying assignment to a mapping.
#pragma once

#include <variant>

#include "compiler/mapper/exact/model.h"
#include "compiler/mapper/mapping.h"

namespace heddle::mapper::exact {

/// A PE whose values fit no assignment of registers.
struct FullFile {
  int pe = 0;
};

/// The mapping that `model` (just found satisfiable) describes, without what no operation needs; or a file that does
/// not work out. `banks`: of the arrays whose bank the question fixes.
std::variant<Mapping, FullFile> decode(const Model& model, const Question& question, const Problem& problem,
                                       const std::vector<int>& banks);

}  // namespace heddle::mapper::exact
