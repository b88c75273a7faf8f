// The cache file: two processes, damaged and locked files, other people's databases.
#include "cost_models/fpga/synthesis_cache.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compiler/base/files.h"
#include "compiler/base/scratch.h"
#include "tests/support/matchers.h"

namespace heddle::fpga {
namespace {

class Cache : public testing::Test {
 protected:
  TemporaryDirectory scratch_{std::filesystem::temp_directory_path()};
  std::filesystem::path path_ = scratch_.path() / "cache.sqlite";
};

TEST_F(Cache, KeepsEntriesAndTellsIdentitiesApart) {
  {
    auto cache = SynthesisCache::open(path_);
    ASSERT_THAT(cache, IsOk());
    EXPECT_THAT(cache->store("key", {"identity", "{\"lut\": 1}", std::string("log\0with zero", 13)}), IsOk());
  }
  auto cache = SynthesisCache::open(path_);
  ASSERT_THAT(cache, IsOk());
  const auto entry = cache->find("key", "identity");
  ASSERT_THAT(entry, IsOk());
  ASSERT_TRUE(entry->has_value());
  EXPECT_EQ((*entry)->result, "{\"lut\": 1}");
  EXPECT_EQ((*entry)->log, std::string("log\0with zero", 13));
  EXPECT_FALSE(cache->find("key", "another with the same hash")->has_value());
  EXPECT_FALSE(cache->find("other", "identity")->has_value());
  EXPECT_THAT(cache->store("key", {"identity", "{\"lut\": 2}", ""}), IsOk());
  EXPECT_EQ((*cache->find("key", "identity"))->result, "{\"lut\": 2}");
  EXPECT_EQ(cache->size().value(), 1);
}

/// Four processes create and fill one file at the same time; nothing is lost.
TEST_F(Cache, IsSharedByProcesses) {
  constexpr int kProcesses = 4, kEntries = 50;
  std::vector<pid_t> children;
  for (int process = 0; process < kProcesses; ++process) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto cache = SynthesisCache::open(path_);
      bool good = cache.has_value();
      for (int i = 0; good && i < kEntries; ++i)
        good = cache->store(std::to_string(process * kEntries + i), {"i", "r", ""}).has_value();
      ::_exit(good ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  const auto cache = SynthesisCache::open(path_);
  ASSERT_THAT(cache, IsOk());
  EXPECT_EQ(cache->size().value(), kProcesses * kEntries);
}

TEST_F(Cache, DamagedFile_IsAnErrorAndStaysAsItIs) {
  const std::string garbage = "SQLite format 3 -- no, it is not\n" + std::string(5000, 'x');
  ASSERT_THAT(write_file(path_, garbage), IsOk());
  EXPECT_THAT(SynthesisCache::open(path_), HasError(ErrorCode::kIo, path_.string()));
  EXPECT_EQ(read_file(path_).value(), garbage);
}

TEST_F(Cache, DamagedPages_AreAnErrorOfTheLookUp) {
  {
    auto cache = SynthesisCache::open(path_);
    ASSERT_THAT(cache, IsOk());
    for (int i = 0; i < 200; ++i)
      ASSERT_THAT(cache->store(std::to_string(i), {"i", std::string(200, 'r'), ""}), IsOk());
  }
  std::string bytes = read_file(path_).value();
  ASSERT_GT(bytes.size(), 20000U);
  for (std::size_t i = 4096; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 37);
  ASSERT_THAT(write_file(path_, bytes), IsOk());
  const auto cache = SynthesisCache::open(path_);
  if (!cache) return;
  EXPECT_THAT(cache->find("7", "i"), HasError(ErrorCode::kIo, "synthesis cache"));
}

TEST_F(Cache, AnotherDatabase_IsRefused) {
  const std::string command = "sqlite3 " + path_.string() + " 'CREATE TABLE theirs (x)'";
  ASSERT_EQ(std::system("command -v sqlite3 >/dev/null"), 0) << "sqlite3 is not installed; scripts/setup installs it";
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_THAT(SynthesisCache::open(path_), HasError(ErrorCode::kIo, "another kind of database"));
}

TEST_F(Cache, LockedFile_IsAnErrorAfterTheWait) {
  auto holder = SynthesisCache::open(path_);
  ASSERT_THAT(holder, IsOk());
  int ready[2], stop[2];
  ASSERT_EQ(::pipe(ready), 0);
  ASSERT_EQ(::pipe(stop), 0);
  const pid_t child = ::fork();
  if (child == 0) {  // holds the write lock until told to stop
    const std::string command = "exec python3 -c \"import sqlite3,os;c=sqlite3.connect('" + path_.string() +
                                "');c.execute('BEGIN EXCLUSIVE');os.write(" + std::to_string(ready[1]) +
                                ",b'x');os.read(" + std::to_string(stop[0]) + ",1)\"";
    ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    ::_exit(1);
  }
  char byte = 0;
  ::close(ready[1]);
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  auto cache = SynthesisCache::open(path_, 0.1);
  ASSERT_THAT(cache, IsOk());
  EXPECT_THAT(cache->store("k", {"i", "r", ""}), HasError(ErrorCode::kIo, "locked"));
  ASSERT_EQ(::write(stop[1], "x", 1), 1);
  ::waitpid(child, nullptr, 0);
  EXPECT_THAT(cache->store("k", {"i", "r", ""}), IsOk());
}

TEST_F(Cache, DirectoryThatDoesNotExist_IsAnError) {
  EXPECT_THAT(SynthesisCache::open(scratch_.path() / "missing" / "cache.sqlite"),
              HasError(ErrorCode::kIo, "cannot open"));
}

}  // namespace
}  // namespace heddle::fpga
