// Broken invariants: bugs of Heddle itself, never of its input.
#pragma once

#include <stdexcept>
#include <string>

namespace heddle {

/// Thrown by HEDDLE_CHECK; the command line turns it into exit status 3.
class InternalError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] void check_failed(const char* file, int line, const char* condition, const std::string& what);

}  // namespace heddle

/// Throws InternalError when `condition` does not hold; on in release builds too.
#define HEDDLE_CHECK(condition, what)                                               \
  do {                                                                              \
    if (!(condition)) ::heddle::check_failed(__FILE__, __LINE__, #condition, what); \
  } while (false)
