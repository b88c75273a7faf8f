// A compiled program as a directory of versioned files.
#pragma once

#include <filesystem>

#include "runtime/session/program.h"

namespace heddle::session {

/// A directory that appears under its final name complete, or not at all: written beside it, renamed by `commit`.
class StagedDirectory {
 public:
  /// Fails if `target` exists and is not a compiled program: nothing else is ever replaced.
  static Result<StagedDirectory> create(const std::filesystem::path& target);
  ~StagedDirectory();
  StagedDirectory(StagedDirectory&& other) noexcept;
  StagedDirectory& operator=(StagedDirectory&&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return staging_; }
  /// Replaces the program that was there before.
  Status commit();

 private:
  StagedDirectory(std::filesystem::path target, std::filesystem::path staging)
      : target_(std::move(target)), staging_(std::move(staging)) {}
  std::filesystem::path target_;
  std::filesystem::path staging_;  ///< empty once committed
};

/// Writes everything but rtl/ into an existing directory.
Status write_program(const CompiledProgram& program, const std::filesystem::path& directory);

}  // namespace heddle::session
