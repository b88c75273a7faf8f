// Small designs of the tests, verilated once and kept in the cache that all tests share.
#pragma once

#include "runtime/verify/user_rtl.h"
#include "tests/verify/support.h"

namespace heddle::verify {

inline const std::filesystem::path kUserRtl = kSource / "tests/verify/user_rtl";

/// A design of tests/verify/user_rtl against a golden function.
inline UserRtlOptions user_rtl(const std::string& module, const std::string& golden, std::vector<std::string> map,
                               std::vector<std::string> parameters = {}) {
  UserRtlOptions options;
  options.sources.files = {kUserRtl / (module + ".sv")};
  options.sources.parameters = std::move(parameters);
  options.ports.golden = golden;
  options.ports.map = std::move(map);
  options.cache = std::filesystem::path(HEDDLE_BINARY_DIR) / "rtl_cache";
  return options;
}

/// Inputs of a counterexample as "a = 0x80 (-128)".
inline std::string input(const UserRtlReport& report, std::size_t vector, const std::string& port) {
  for (const UserRtlReport::Value& value : report.counterexample->run.at(vector))
    if (value.port == port) return value.code + " (" + value.value + ")";
  return "no port " + port;
}

}  // namespace heddle::verify
