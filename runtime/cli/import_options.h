// What subcommands that read files of other tools share.
#pragma once

#include <fmt/format.h>

#include <vector>

#include "compiler/base/context.h"
#include "compiler/exchange/read.h"

namespace heddle::cli {

/// Where the file of another tool and our model differ, with the place in the file.
inline void log_warnings(const std::vector<Note>& warnings, const Context& context) {
  for (const Note& each : warnings)
    context.log(LogLevel::kWarning,
                fmt::format("{}:{}:{}: {}", each.where.file, each.where.line, each.where.column, each.message));
}

}  // namespace heddle::cli
