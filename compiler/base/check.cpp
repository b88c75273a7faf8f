#include "compiler/base/check.h"

#include <fmt/format.h>

namespace heddle {

void check_failed(const char* file, int line, const char* condition, const std::string& what) {
  throw InternalError(fmt::format("internal error: {} ({}:{}: {})", what, file, line, condition));
}

}  // namespace heddle
