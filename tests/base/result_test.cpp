#include "compiler/base/result.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/base/files.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary.h"

namespace heddle {
namespace {

TEST(Error_ToString, PlaceMessageNotesHint) {
  Error error{ErrorCode::kBadInput,
              "unknown key 'banx'",
              {"a.yaml", 3, 5},
              {{"first here", {"a.yaml", 1, 0}}},
              "did you mean 'banks'?"};
  EXPECT_EQ(to_string(error),
            "a.yaml:3:5: error: unknown key 'banx'\na.yaml:1: note: first here\nhint: did you mean 'banks'?");
}

TEST(Error_ExitStatus, NegativeResultIsOneBadInputIsTwo) {
  EXPECT_EQ(exit_status(ErrorCode::kInfeasible), 1);
  EXPECT_EQ(exit_status(ErrorCode::kMismatch), 1);
  EXPECT_EQ(exit_status(ErrorCode::kBadInput), 2);
}

Result<int> half(int value) {
  if (value % 2 != 0) return fail(ErrorCode::kBadInput, "odd");
  return value / 2;
}

Result<int> quarter(int value) {
  HEDDLE_ASSIGN(const int once, half(value));
  return half(once);
}

TEST(Result_Assign, PropagatesTheFirstError) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_THAT(quarter(6), HasError(ErrorCode::kBadInput, "odd"));
}

TEST(Files_Write, AppearsWholeAndLeavesNoTemporary) {
  const auto directory = test::temporary("files");
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  ASSERT_THAT(write_file(directory / "x", "content"), IsOk());
  EXPECT_EQ(read_file(directory / "x").value(), "content");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory), {}), 1);
  EXPECT_THAT(write_file(directory / "no" / "x", "content"), HasError(ErrorCode::kIo, "cannot write"));
  EXPECT_THAT(read_file(directory / "y"), HasError(ErrorCode::kNotFound, "cannot open"));
}

// As root, a rename would take /dev/null from the whole machine.
TEST(Files_Write, GoesIntoAPipeThatStaysOne) {
  const auto path = std::filesystem::path(testing::TempDir()) / ("heddle_pipe_" + std::to_string(::getpid()));
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const int reader = ::open(path.c_str(), O_RDWR | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  EXPECT_THAT(write_file(path, "content"), IsOk());
  EXPECT_TRUE(std::filesystem::is_fifo(path));
  char buffer[16] = {};
  EXPECT_EQ(::read(reader, buffer, sizeof(buffer)), 7);
  EXPECT_STREQ(buffer, "content");
  ::close(reader);
  std::filesystem::remove(path);
}

TEST(Files_NearestName, FindsTypoAndRejectsStranger) {
  const std::vector<std::string> names{"banks", "bank_bytes", "ports"};
  EXPECT_EQ(nearest_name("banx", names), "banks");
  EXPECT_EQ(nearest_name("quetzalcoatl", names), "");
}

}  // namespace
}  // namespace heddle
