// heddle infer and explain on an ONNX file.
#include <filesystem>

#include "compiler/base/files.h"
#include "compiler/tensor/elements.h"
#include "tests/cli/harness.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary.h"

namespace heddle::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const std::string kNetwork = std::string(HEDDLE_SOURCE_DIR) + "/tests/fuzz/corpus/onnx/convnet.onnx";

TEST(Cli_Network, ExplainListsLayers) {
  const Ran ran = run_heddle({"explain", kNetwork});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("kernel 3x3, pads 1x1"));
  const Json object = Json::parse(run_heddle({"explain", kNetwork, "--format=json"}).out);
  EXPECT_EQ(object["schema"], "heddle.network/1");
  EXPECT_EQ(object["macs"], 2 * 64 * 9 + 3 * 32);
  EXPECT_EQ(object["parameters"], 2 * 9 + 2 + 3 * 32 + 3);
}

TEST(Cli_Network, InferRunsMoreExamplesThanTheBatch) {
  const fs::path folder = fs::path(testing::TempDir());
  const std::string in = (folder / "heddle_infer_x.npz").string();
  const std::string out = (folder / "heddle_infer_y.npz").string();
  tensor::Tensor x = tensor::make_tensor(tensor::Type::kFloat32, {3, 1, 8, 8});
  tensor::elements<float>(x)[64 + 9] = 1;  // the examples differ
  ASSERT_THAT(tensor::write_npz(in, {{"x", x}}), IsOk());
  const Ran one_by_one = run_heddle({"infer", kNetwork, "--inputs", in, "-o", out});
  EXPECT_EQ(one_by_one.status, 0) << one_by_one.err;
  const auto parts = tensor::read_npz(out);
  EXPECT_EQ(run_heddle({"infer", kNetwork, "--inputs", in, "-o", out, "--batch", "3"}).status, 0);
  const auto whole = tensor::read_npz(out);
  ASSERT_THAT(parts, IsOk());
  ASSERT_THAT(whole, IsOk());
  EXPECT_EQ(parts->at("y").shape, (std::vector<std::int64_t>{3, 3}));
  EXPECT_EQ(*parts, *whole);
  const auto logits = tensor::elements<float>(parts->at("y"));
  EXPECT_NE(logits[0], logits[3]);
  EXPECT_EQ(logits[0], logits[6]);
}

TEST(Cli_Network, CompileQuantisesAsQuantizeDoes) {
  const fs::path folder = test::temporary("compile_quantises");
  fs::create_directories(folder);
  const std::string calibration = (folder / "c.npz").string();
  tensor::Tensor x = tensor::make_tensor(tensor::Type::kFloat32, {2, 1, 8, 8});
  for (std::size_t k = 0; k < 128; ++k) tensor::elements<float>(x)[k] = static_cast<float>(k % 7) - 3;
  ASSERT_THAT(tensor::write_npz(calibration, {{"x", x}}), IsOk());
  const std::string file = (folder / "q.onnx").string();
  const std::string out = (folder / "out").string();
  EXPECT_EQ(run_heddle({"quantize", kNetwork, "--calibration", calibration, "--weights=int6", "-o", file}).status, 0);
  const std::vector<std::string> compile = {"compile", kNetwork, "--arch=hycube_4x4", "-o", out};
  const auto with = [&](std::vector<std::string> words) {
    words.insert(words.begin(), compile.begin(), compile.end());
    return run_heddle(words);
  };
  const Ran ran = with({"--calibration", calibration, "--weights=int6"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(ran.err.find("warning"), std::string::npos) << ran.err;
  EXPECT_EQ(read_file(fs::path(out) / "network.onnx").value(), read_file(file).value());
  EXPECT_THAT(read_file(fs::path(out) / "layers.json").value(), HasSubstr("\"place\": \"array\""));
  EXPECT_THAT(with({}).err, HasSubstr("nothing in this network is quantised"));
  EXPECT_THAT(with({"--calibration", calibration, "--weights=e4m3"}).err, HasSubstr("arrays take integers"));
  const Ran unknown = with({"--system", "softcor"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_THAT(unknown.err, HasSubstr("softcore"));
  EXPECT_EQ(with({"--calibration", (folder / "none.npz").string()}).status, 2);
  const Ran kernel = run_heddle({"compile", "gemm", "--arch=hycube_4x4", "-o", out, "--calibration", calibration});
  EXPECT_EQ(kernel.status, 2);
  EXPECT_THAT(kernel.err, HasSubstr("--calibration is of networks"));
  fs::remove_all(folder);
}

TEST(Cli_Network, GeneratedFilesAreDeterministicAndExplained) {
  const fs::path file = test::temporary("generated.onnx");
  EXPECT_EQ(run_heddle({"generate", "lenet5", "-o", file.string()}).status, 0);
  const auto first = read_file(file);
  EXPECT_EQ(run_heddle({"generate", "lenet5", "-o", file.string()}).status, 0);
  EXPECT_EQ(read_file(file).value(), first.value());
  EXPECT_EQ(run_heddle({"generate", "lenet5", "-o", file.string(), "--seed", "2"}).status, 0);
  EXPECT_NE(read_file(file).value(), first.value());
  const Json object = Json::parse(run_heddle({"explain", file.string(), "--format=json"}).out);
  // 6*25*784 + 16*150*100 + 400*120 + 120*84 + 84*10
  EXPECT_EQ(object["macs"], 117600 + 240000 + 48000 + 10080 + 840);
  EXPECT_THAT(run_heddle({"list", "networks"}).out, HasSubstr("vit_small"));
  EXPECT_EQ(run_heddle({"generate", "lenet", "-o", file.string()}).status, 2);
}

TEST(Cli_Network, TrainedFilesShip) {
  const fs::path file = test::temporary("trained.onnx");
  const Json listed = Json::parse(run_heddle({"list", "networks", "--format=json"}).out)["networks"];
  int trained = 0;
  for (const Json& row : listed) {
    const std::string name = row["name"];
    const fs::path shipped = fs::path(HEDDLE_SOURCE_DIR) / "workloads/networks/trained" / (name + ".onnx");
    if (!fs::exists(shipped)) continue;
    ++trained;
    const Ran ran = run_heddle({"generate", name, "-o", file.string(), "--format=json"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(Json::parse(ran.out)["trained"], true);
    EXPECT_EQ(read_file(file).value(), read_file(shipped).value());
  }
  EXPECT_EQ(trained, std::distance(fs::directory_iterator(fs::path(HEDDLE_SOURCE_DIR) / "workloads/networks/trained"),
                                   fs::directory_iterator()) -
                         1);  // the README
}

TEST(Cli_Network, ConvertMakesInputsOfIdxFiles) {
  const fs::path folder = fs::path(testing::TempDir());
  const std::string idx = (folder / "heddle_images.idx").string();
  const std::string out = (folder / "heddle_images.npz").string();
  ASSERT_THAT(
      write_file(idx, std::string("\0\0\x08\x03\0\0\0\x03\0\0\0\x01\0\0\0\x02", 16) + "\x33\xFF\xFF\x33\x33\x33"),
      IsOk());
  EXPECT_EQ(run_heddle({"convert", idx, "-o", out, "--first", "1"}).out, out + ": image float32 2x1x1x2\n");
  const auto images = tensor::read_npz(out);
  ASSERT_THAT(images, IsOk());
  EXPECT_EQ(tensor::elements<float>(images->at("image"))[0], 1.0F);
  EXPECT_EQ(tensor::elements<float>(images->at("image"))[1], 0.2F);
  const Ran beyond = run_heddle({"convert", idx, "-o", out, "--first", "1", "--count", "3"});
  EXPECT_EQ(beyond.status, 2);
  EXPECT_THAT(beyond.err, HasSubstr("heddle_images.idx: error: examples 1 to 3 of 3"));
}

TEST(Cli_Network, BadInputsAreErrors) {
  const fs::path in = test::temporary("infer_bad.npz");
  ASSERT_THAT(tensor::write_npz(in, {{"x", tensor::make_tensor(tensor::Type::kUint8, {1, 1, 8, 8})}}), IsOk());
  const Ran wrong_type = run_heddle({"infer", kNetwork, "--inputs", in.string()});
  EXPECT_EQ(wrong_type.status, 2);
  EXPECT_THAT(wrong_type.err, HasSubstr("the input 'x' is uint8[1,1,8,8], expected float32[1,1,8,8]"));
  const Ran shape = run_heddle({"explain", kNetwork, "--shape", "x=1x"});
  EXPECT_EQ(shape.status, 2);
  EXPECT_THAT(shape.err, HasSubstr("--shape x=1x: expected"));
  EXPECT_EQ(run_heddle({"explain", "none.onnx"}).status, 2);
}

}  // namespace
}  // namespace heddle::cli
