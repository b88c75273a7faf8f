#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/systemc_models/bench.h"

namespace heddle::systemc {
namespace {

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(Trace_Vcd, ShowsTheResultsOfARun) {
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "heddle_trace_test.vcd";
  Bench bench(small_array(1, 2));
  put_counter(bench, 0);
  bench.run(1, 3, 1);
  ASSERT_THAT(bench.device().open_trace(path.string()), IsOk());
  bench.run(1, 10, 1);
  bench.device().close_trace();
  const std::string vcd = content_of(path);
  EXPECT_NE(vcd.find("pe_0_0"), std::string::npos);
  EXPECT_NE(vcd.find("b1001 "), std::string::npos) << "the counter reaches 9";
  std::filesystem::remove(path);
}

TEST(Trace_OtherSuffix, IsRefused) {
  Bench bench(small_array(1, 1));
  EXPECT_THAT(bench.device().open_trace("wave.fst"), HasError(ErrorCode::kUnsupported, "wave.fst"));
}

TEST(Trace_UnwritablePath, IsRefused) {
  Bench bench(small_array(1, 1));
  EXPECT_THAT(bench.device().open_trace("/nonexistent/wave.vcd"), HasError(ErrorCode::kIo, "/nonexistent/wave.vcd"));
}

}  // namespace
}  // namespace heddle::systemc
