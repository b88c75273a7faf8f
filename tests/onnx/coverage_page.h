// docs/onnx_operators.md, made of what the cases gave.
#pragma once

#include <string>
#include <vector>

#include "tests/onnx/standard_case.h"

namespace heddle::frontend {

/// The page. `cases` in the order of their names.
std::string coverage_page(const std::vector<CaseResult>& cases);

}  // namespace heddle::frontend
