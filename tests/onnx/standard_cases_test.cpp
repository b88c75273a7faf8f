// ONNX's operator test data: every case, and the page of docs that says which pass.
#include <algorithm>
#include <iostream>

#include "compiler/base/files.h"
#include "tests/onnx/coverage_page.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary.h"

namespace heddle::frontend {
namespace {

namespace fs = std::filesystem;

const fs::path kData = "/usr/share/libonnx-testdata/data";

std::vector<CaseResult> run_all() {
  std::vector<fs::path> folders;
  for (const auto& group : fs::directory_iterator(kData))
    for (const auto& folder : fs::directory_iterator(group))
      if (fs::exists(folder.path() / "model.onnx")) folders.push_back(folder.path());
  std::sort(folders.begin(), folders.end());
  std::vector<CaseResult> results;
  for (const fs::path& folder : folders) results.push_back(run_standard_case(folder));
  return results;
}

// HEDDLE_UPDATE_PAGES=1 writes the page instead of comparing it.
TEST(Standard_Cases, EveryCaseAsRecorded) {
  ASSERT_TRUE(fs::exists(kData)) << "libonnx-testdata is missing: run scripts/setup";
  const std::vector<CaseResult> results = run_all();
  const auto passed = std::count_if(results.begin(), results.end(), [](const CaseResult& result) {
    return result.verdict == Verdict::kPassed || result.verdict == Verdict::kLoose;
  });
  std::cout << passed << " of " << results.size() << " cases pass\n";
  const fs::path page = fs::path(HEDDLE_SOURCE_DIR) / "docs/onnx_operators.md";
  const std::string text = coverage_page(results);
  if (std::getenv("HEDDLE_UPDATE_PAGES") != nullptr) {
    ASSERT_THAT(write_file(page, text), IsOk());
  }
  EXPECT_EQ(read_file(page).value_or(""), text) << "HEDDLE_UPDATE_PAGES=1 writes the page anew; look at what changed";
}

// The oracle can fail: another result is seen.
TEST(Standard_Cases, AWrongModelIsSeen) {
  ASSERT_TRUE(fs::exists(kData)) << "libonnx-testdata is missing: run scripts/setup";
  const fs::path folder = test::temporary("wrong_case");
  fs::remove_all(folder);
  fs::copy(kData / "node/test_tanh", folder, fs::copy_options::recursive);
  EXPECT_EQ(run_standard_case(folder).verdict, Verdict::kPassed);
  fs::copy(kData / "node/test_sigmoid/model.onnx", folder / "model.onnx", fs::copy_options::overwrite_existing);
  EXPECT_EQ(run_standard_case(folder).verdict, Verdict::kWrong);
}

}  // namespace
}  // namespace heddle::frontend
