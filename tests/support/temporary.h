#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace heddle::test {

/// A path in a folder of this process alone, so that tests that run beside one another do not meet in one file. The
/// folder is gone when the process ends; nothing else is created.
inline std::filesystem::path temporary(const std::string& name) {
  struct Folder {
    Folder() : path(std::filesystem::path(testing::TempDir()) / ("heddle_" + std::to_string(::getpid()))) {
      std::filesystem::create_directories(path);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
      std::error_code ignored;
      std::filesystem::remove_all(path, ignored);
    }
    const std::filesystem::path path;
  };
  static const Folder folder;
  return folder.path / name;
}

}  // namespace heddle::test
