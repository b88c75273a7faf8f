// What clang prints when it does not accept a program.
#pragma once

#include <string_view>

#include "compiler/base/result.h"

namespace heddle::frontend {

/// The place of the first error ("FILE:LINE:COLUMN: error: ..." or "fatal error:" at the start of a line); a mark
/// without a file if there is none.
Mark first_error(std::string_view messages);

}  // namespace heddle::frontend
