// Files that exist only while they are used: lock files between processes, and temporary directories.
#pragma once

#include <filesystem>

#include "compiler/base/context.h"
#include "compiler/base/result.h"

namespace heddle {

/// An exclusive lock on a file between processes, held while this exists. The file stays.
class FileLock {
 public:
  explicit FileLock(const std::filesystem::path& path);
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

  /// Waits for the lock, looking at the cancel flag; fails when cancelled (kInterrupted) or if the file cannot be
  /// opened (kIo).
  [[nodiscard]] Status acquire(const Context& context) const;

 private:
  int file_;
};

/// A new directory in `parent` that goes away with this. If it cannot be made, `path` is empty and what is to be
/// written there fails.
class TemporaryDirectory {
 public:
  explicit TemporaryDirectory(const std::filesystem::path& parent);
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace heddle
