// The networks that ship, written as ONNX: read back unchanged, and computed as onnxruntime computes them.
#include <iostream>

#include "compiler/base/files.h"
#include "compiler/frontend/onnx/export.h"
#include "compiler/frontend/onnx/import.h"
#include "tests/onnx/judge.h"
#include "tests/support/matchers.h"
#include "workloads/networks/networks.h"

namespace heddle::frontend {
namespace {

namespace fs = std::filesystem;

/// Same values, operators and constants; ids may differ.
void expect_same(const network::Graph& a, const network::Graph& b) {
  EXPECT_EQ(print(a), print(b));
  ASSERT_EQ(a.nodes.size(), b.nodes.size());
  for (std::size_t i = 0; i < a.nodes.size(); ++i) EXPECT_EQ(a.nodes[i].op, b.nodes[i].op) << a.nodes[i].name;
  std::map<std::string, const network::Value*> values;
  for (const network::Value& value : b.values) values[value.name] = &value;
  for (const network::Value& value : a.values) {
    const network::Value& other = *values.at(value.name);
    EXPECT_EQ(value.quantization, other.quantization) << value.name;
    ASSERT_EQ(value.constant == nullptr, other.constant == nullptr) << value.name;
    EXPECT_TRUE(!value.constant || *value.constant == *other.constant) << value.name;
  }
}

class Generated_Networks : public testing::TestWithParam<std::string> {};

TEST_P(Generated_Networks, SurviveTheFileAndAgreeWithOnnxruntime) {
  const auto graph = workloads::make_network(GetParam(), 1);
  ASSERT_THAT(graph, IsOk());
  const fs::path file = fs::path(testing::TempDir()) / ("heddle_" + GetParam() + ".onnx");
  ASSERT_THAT(save_onnx(*graph, file), IsOk());
  const auto back = load_onnx(file);
  ASSERT_THAT(back, IsOk());
  expect_same(*graph, *back);
  REQUIRE_ONNXRUNTIME();
  const network::Tensors inputs = random_inputs(*graph, 2);
  const auto ours = network::evaluate(*graph, inputs);
  const auto theirs = run_onnxruntime(file, inputs);
  fs::remove(file);
  ASSERT_THAT(ours, IsOk());
  ASSERT_THAT(theirs, IsOk());
  const std::string output = ours->begin()->first;
  const double difference = relative_difference(ours->at(output), theirs->at(output));
  std::cout << GetParam() << ": relative difference " << difference << "\n";
  EXPECT_LT(difference, 1e-5);
}

/// All but VGG-16, whose file has 553 MB.
std::vector<std::string> tested() {
  std::vector<std::string> names;
  for (const workloads::NetworkInfo& info : workloads::networks())
    if (info.name != "vgg16") names.push_back(info.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, Generated_Networks, testing::ValuesIn(tested()),
                         [](const auto& chosen) { return chosen.param; });

// Trained networks of others, with what their exporters write.
TEST(Onnx_Export, TrainedNetworksSurviveTheRoundTrip) {
  const fs::path models = fs::path(HEDDLE_SOURCE_DIR) / "../shared/models";
  if (!fs::exists(models)) GTEST_SKIP() << "no shared models beside the project";
  for (const char* name : {"resnet8_mlperf_tiny", "mobilenetv1_025_vww", "resnet20_cifar10"}) {
    const auto graph = load_onnx(models / (std::string(name) + ".onnx"));
    ASSERT_THAT(graph, IsOk());
    const auto bytes = export_onnx(*graph);
    ASSERT_THAT(bytes, IsOk());
    EXPECT_EQ(*bytes, export_onnx(*graph).value());
    const auto back = import_onnx(*bytes, name);
    ASSERT_THAT(back, IsOk());
    expect_same(*graph, *back);
  }
}

// Every network that ONNX's operator cases make, written and read again.
TEST(Onnx_Export, OperatorCasesSurviveTheRoundTrip) {
  const fs::path data = "/usr/share/libonnx-testdata/data/node";
  ASSERT_TRUE(fs::exists(data)) << "libonnx-testdata is missing: run scripts/setup";
  int written = 0;
  for (const auto& folder : fs::directory_iterator(data)) {
    const auto model = read_file(folder.path() / "model.onnx");
    const auto graph = import_onnx(model.value_or(""), folder.path().filename().string());
    if (!graph) continue;
    const auto bytes = export_onnx(*graph);
    if (!bytes) {
      EXPECT_EQ(bytes.error().code, ErrorCode::kUnsupported) << bytes.error().message;
      continue;
    }
    const auto back = import_onnx(*bytes, folder.path().filename().string());
    ASSERT_THAT(back, IsOk());
    SCOPED_TRACE(folder.path().filename());
    expect_same(*graph, *back);
    ++written;
  }
  std::cout << written << " cases written and read again\n";
  EXPECT_GT(written, 300);
}

}  // namespace
}  // namespace heddle::frontend
