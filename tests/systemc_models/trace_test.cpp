#include <fstapi.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "tests/support/temporary.h"
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
  const std::filesystem::path path = test::temporary("trace_test.vcd");
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

/// All values of a variable of an FST, as GTKWave's own reader gives them, and the variables' full names.
class Fst {
 public:
  explicit Fst(const std::filesystem::path& path) : reader_(fstReaderOpen(path.c_str())) {
    if (reader_ == nullptr) return;
    std::vector<std::string> scopes;
    while (const fstHier* entry = fstReaderIterateHier(reader_)) {
      if (entry->htyp == FST_HT_SCOPE) scopes.emplace_back(entry->u.scope.name);
      if (entry->htyp == FST_HT_UPSCOPE) scopes.pop_back();
      if (entry->htyp == FST_HT_VAR) names_[entry->u.var.handle] = scopes.back() + "." + entry->u.var.name;
    }
    fstReaderSetFacProcessMaskAll(reader_);
    const auto note = [](void* self, std::uint64_t time, fstHandle handle, const unsigned char* value) {
      auto& fst = *static_cast<Fst*>(self);
      fst.values[fst.names_[handle]].emplace_back(time, std::stoull(reinterpret_cast<const char*>(value), nullptr, 2));
    };
    fstReaderIterBlocks(reader_, note, this, nullptr);
  }
  ~Fst() {
    if (reader_ != nullptr) fstReaderClose(reader_);
  }
  Fst(const Fst&) = delete;
  Fst& operator=(const Fst&) = delete;

  std::map<std::string, std::vector<std::pair<std::uint64_t, std::uint64_t>>> values;

 private:
  void* reader_;
  std::map<fstHandle, std::string> names_;
};

/// "name" -> time and value, of SystemC's own file.
std::map<std::string, std::vector<std::pair<std::uint64_t, std::uint64_t>>> values_of_vcd(const std::string& text) {
  std::map<std::string, std::vector<std::pair<std::uint64_t, std::uint64_t>>> values;
  std::map<std::string, std::string> names;
  std::vector<std::string> scopes;
  std::uint64_t time = 0;
  bool header = true;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word, kind, width, id, name;
    words >> word;
    if (word == "$scope") {
      words >> kind >> name;
      scopes.push_back(name);
    } else if (word == "$upscope") {
      scopes.pop_back();
    } else if (word == "$var") {
      words >> kind >> width >> id >> name;
      names[id] = scopes.back() + "." + name;
    } else if (header) {
      header = word != "$enddefinitions";
    } else if (word.starts_with("#")) {
      time = std::stoull(word.substr(1));
    } else if (word.starts_with("b")) {
      words >> id;
      values[names.at(id)].emplace_back(time, std::stoull(word.substr(1), nullptr, 2));
    } else if (word.starts_with("0") || word.starts_with("1")) {
      values[names.at(word.substr(1))].emplace_back(time, word[0] - '0');
    }
  }
  return values;
}

TEST(Trace_Fst, HoldsWhatTheVcdOfTheSameRunHolds) {
  const auto run = [](const std::string& suffix) {
    const auto path = std::filesystem::path(testing::TempDir()) / ("heddle_trace_test_pair" + suffix);
    Bench bench(small_array(1, 2));
    put_counter(bench, 0);
    EXPECT_THAT(bench.device().open_trace(path.string()), IsOk());
    bench.run(1, 10, 1);
    bench.device().close_trace();
    return path;
  };
  const auto fst = run(".fst");
  const auto vcd = run(".vcd");
  EXPECT_FALSE(std::filesystem::exists(fst.string() + ".vcd")) << "the file in between stays";
  const auto expected = values_of_vcd(content_of(vcd));
  ASSERT_FALSE(expected.empty());
  EXPECT_EQ(Fst(fst).values, expected);
  std::filesystem::remove(fst);
  std::filesystem::remove(vcd);
}

TEST(Trace_OtherSuffix, IsRefused) {
  Bench bench(small_array(1, 1));
  EXPECT_THAT(bench.device().open_trace("wave.txt"), HasError(ErrorCode::kUnsupported, "wave.txt"));
}

TEST(Trace_UnwritablePath, IsRefused) {
  Bench bench(small_array(1, 1));
  EXPECT_THAT(bench.device().open_trace("/nonexistent/wave.vcd"), HasError(ErrorCode::kIo, "/nonexistent/wave.vcd"));
}

}  // namespace
}  // namespace heddle::systemc
