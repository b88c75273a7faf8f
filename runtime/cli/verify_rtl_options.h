// The options of heddle verify --rtl.
#pragma once

#include <string>
#include <vector>

#include "runtime/cli/command.h"
#include "runtime/verify/user_rtl.h"

namespace heddle::cli {

class VerifyRtlOptions {
 public:
  /// Targets point into this.
  std::vector<OptionSpec> specs();
  [[nodiscard]] bool chosen() const { return !files_.empty(); }
  /// Fails if an option is given that goes with --rtl alone.
  [[nodiscard]] Status check_unused() const;
  /// Fails with kBadInput on missing or malformed options.
  [[nodiscard]] Result<verify::UserRtlOptions> options() const;

 private:
  static constexpr std::int64_t kFound = -1;

  std::vector<std::string> files_;
  std::string top_;
  std::string golden_;
  std::vector<std::string> map_;
  std::string clock_;
  std::string reset_;
  std::string reset_active_;
  std::int64_t latency_ = kFound;
  std::vector<std::string> parameters_;
  std::vector<std::string> include_;
  bool exhaustive_ = false;
  double timeout_ = 60;
};

}  // namespace heddle::cli
