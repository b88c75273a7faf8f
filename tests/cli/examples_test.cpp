// heddle simulate over the examples of a network, and accuracies.
#include <unistd.h>

#include <filesystem>

#include "compiler/base/files.h"
#include "compiler/frontend/onnx/export.h"
#include "compiler/tensor/elements.h"
#include "tests/cli/harness.h"
#include "tests/support/matchers.h"
#include "tests/support/small_networks.h"

namespace heddle::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr std::int64_t kExamples = 12;

class Examples : public ::testing::Test {
 protected:
  static std::string at(const std::string& name) {
    return (fs::path(testing::TempDir()) / ("heddle_examples_" + std::to_string(getpid()) + "_" + name)).string();
  }
  static void ok(const std::vector<std::string>& arguments) {
    const Ran ran = run_heddle(arguments);
    ASSERT_EQ(ran.status, 0) << ran.err;
  }

  void SetUp() override {
    const network::Graph graph = small_networks::small_shortcut(true);
    ASSERT_THAT(frontend::save_onnx(graph, at("net.onnx")), IsOk());
    network::Extents shape = graph.value(graph.inputs[0]).type.shape;
    shape[0] = kExamples;
    std::mt19937 random(3);
    ASSERT_THAT(tensor::write_npz(at("images.npz"), {{"x", small_networks::random_floats(random, shape, 1.2)}}),
                IsOk());
    tensor::Tensor labels = tensor::make_tensor(tensor::Type::kUint8, {kExamples});
    for (std::size_t k = 0; k < labels.data.size(); ++k) labels.data[k] = k % 3;
    ASSERT_THAT(tensor::write_npz(at("labels.npz"), {{"label", labels}}), IsOk());
    ok({"compile", at("net.onnx"), "--arch", "hycube_4x4", "-o", at("program")});
  }
  void TearDown() override {
    for (const char* name : {"net.onnx", "images.npz", "labels.npz", "program", "y.npz", "golden.npz"})
      fs::remove_all(at(name));
  }

  void fast_is_the_golden_model();
  void systemc_takes_the_cycles_of_fast();
  void layers_on_other_backends_cost_the_same();
  void explain_lists_what_the_layers_cost();
  void resume_goes_on_and_gives_the_same();
  void wrong_logits_are_named();
  void bad_requests_are_errors();

  static Ran simulate(std::vector<std::string> more, const std::atomic<bool>* interrupted = nullptr) {
    std::vector<std::string> arguments{"simulate", at("program"), "--inputs", at("images.npz")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_heddle(arguments, interrupted);
  }
};

void Examples::fast_is_the_golden_model() {
  const std::vector<std::string> data{"--inputs", at("images.npz"), "--labels", at("labels.npz"), "--format=json"};
  std::vector<std::string> infer{"infer", "--integer", at("net.onnx"), "-o", at("golden.npz")};
  infer.insert(infer.end(), data.begin(), data.end());
  const Ran golden = run_heddle(infer);
  ASSERT_EQ(golden.status, 0) << golden.err;
  const Ran ran = simulate({"--backend", "fast", "--labels", at("labels.npz"), "-o", at("y.npz"), "--format=json"});
  ASSERT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(*tensor::read_npz(at("y.npz")), *tensor::read_npz(at("golden.npz")));
  const auto schema = parse_json(run_heddle({"schema", "examples"}).out, "schema");
  const auto json = parse_json(ran.out, "examples.json");
  ASSERT_THAT(json, IsOk());
  EXPECT_THAT(validate_schema(*json, schema->root), IsOk());
  EXPECT_EQ(json->root["equal"], 12);
  EXPECT_EQ(json->root["accuracy"], Json::parse(golden.out)["accuracy"]);
  EXPECT_EQ(json->root["cycles"]["all"]["total"].get<int>(), json->root["cycles"]["least"].get<int>() * 12);
}

void Examples::systemc_takes_the_cycles_of_fast() {
  const auto cycles = [](const char* backend) {
    const Ran ran = simulate({"--backend", backend, "--examples", "1", "--format=json"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    return Json::parse(ran.out)["cycles"];
  };
  EXPECT_EQ(cycles("fast"), cycles("systemc"));
}

void Examples::layers_on_other_backends_cost_the_same() {
  const auto run = [](std::vector<std::string> more) {
    more.insert(more.end(), {"--backend", "fast", "--examples", "1", "--format=json"});
    const Ran ran = simulate(more);
    EXPECT_EQ(ran.status, 0) << ran.err;
    return Json::parse(ran.out);
  };
  const Json mixed = run({"--layers", "*1*=interpreter", "--layers", "*@0=systemc"});
  EXPECT_EQ(mixed["equal"], 1);
  EXPECT_EQ(mixed["cycles"], run({})["cycles"]);
  EXPECT_THAT(simulate({"--layers", "convx=rtl"}).err, HasSubstr("--layers: no region is 'convx'"));
  EXPECT_THAT(simulate({"--layers", "conv*=rtk"}).err, HasSubstr("no backend 'rtk'"));
  EXPECT_THAT(simulate({"--layers", "conv*@x=rtl"}).err, HasSubstr("expected NAME[@N]"));
}

/// Together they take the cycles of a simulated run; the products are those of the source's convolutions and matrix.
void Examples::explain_lists_what_the_layers_cost() {
  const Json explained = Json::parse(run_heddle({"explain", at("program"), "--format=json"}).out);
  EXPECT_EQ(explained["schema"], "heddle.explain/1");
  EXPECT_TRUE(explained.contains("regions") && explained.contains("timeline"));
  const Json layers = explained["layers"];
  const Ran ran = simulate({"--backend", "fast", "--examples", "1", "--format=json"});
  const Json cycles = Json::parse(ran.out)["cycles"]["first"];
  std::int64_t array = 0;
  std::int64_t all = 0;
  std::int64_t macs = 0;
  for (const Json& layer : layers) {
    array += layer["array_cycles"].get<std::int64_t>();
    all += layer["array_cycles"].get<std::int64_t>() + layer["transfer_cycles"].get<std::int64_t>();
    macs += layer["macs"].get<std::int64_t>();
    EXPECT_EQ(layer["place"] == "host", layer.contains("reason"));
  }
  // The report finds them after a run over examples, too.
  EXPECT_EQ(Json::parse(read_file(fs::path(at("program")) / "layers.json").value())["layers"], layers);
  EXPECT_EQ(array, cycles["run"].get<std::int64_t>());
  EXPECT_EQ(all, cycles["total"].get<std::int64_t>());
  // 8x8x4 of 3x3x3, 4x4x8 of 4x3x3, of 8x3x3 and of 8x5x5, 6 of 32
  EXPECT_EQ(macs, 256 * 27 + 128 * (36 + 72 + 200) + 6 * 32);
  EXPECT_THAT(run_heddle({"explain", at("program")}).out, HasSubstr("one run takes "));
}

void Examples::resume_goes_on_and_gives_the_same() {
  ASSERT_EQ(simulate({"--backend", "fast", "-o", at("whole.npz")}).status, 0);
  const auto file = fs::path(at("program")) / "examples.npz";
  const auto whole = read_file(file);
  ASSERT_EQ(simulate({"--backend", "fast", "--examples", "5"}).status, 0);
  const std::atomic<bool> interrupted{true};
  const Ran stopped = simulate({"--backend", "fast", "--resume"}, &interrupted);
  EXPECT_EQ(stopped.status, 130);
  EXPECT_THAT(stopped.err, HasSubstr("interrupted after 5 of 12 examples"));
  ASSERT_EQ(simulate({"--backend", "fast", "--resume", "-o", at("parts.npz")}).status, 0);
  EXPECT_EQ(read_file(at("parts.npz")).value(), read_file(at("whole.npz")).value());
  EXPECT_EQ(read_file(file).value(), whole.value());
  const Ran other = simulate({"--backend", "interpreter", "--resume"});
  EXPECT_EQ(other.status, 2);
  EXPECT_THAT(other.err, HasSubstr("of another program or backend"));
  EXPECT_EQ(simulate({"--backend", "fast", "--resume", "--examples", "3"}).status, 2);
}

void Examples::wrong_logits_are_named() {
  const std::string changed = at("changed");
  fs::copy(at("program"), changed, fs::copy_options::recursive);
  network::Graph graph = small_networks::small_shortcut(true);
  for (network::Value& value : graph.values) {
    if (!value.constant || value.type.element == tensor::Type::kInt64 || value.type.elements() < 16) continue;
    tensor::Tensor other = *value.constant;
    std::ranges::reverse(other.data);
    value.constant = std::make_shared<const tensor::Tensor>(std::move(other));
  }
  ASSERT_THAT(frontend::save_onnx(graph, changed + "/network.onnx"), IsOk());
  const Ran ran = run_heddle({"simulate", changed, "--backend", "fast", "--inputs", at("images.npz")});
  EXPECT_EQ(ran.status, 1);
  EXPECT_THAT(ran.out, HasSubstr("first difference: example 0, "));
  fs::remove_all(changed);
}

void Examples::bad_requests_are_errors() {
  EXPECT_THAT(simulate({"--labels", at("images.npz")}).err, HasSubstr("expected labels, one integer an example"));
  EXPECT_THAT(simulate({"--examples", "13"}).err, HasSubstr("--examples: examples 0 to 12 of 12"));
  EXPECT_THAT(run_heddle({"simulate", at("program"), "--resume"}).err, HasSubstr("need --inputs"));
}

/// One test, because compiling takes longer than all that follows.
TEST_F(Examples, OfACompiledNetwork) {
  fast_is_the_golden_model();
  systemc_takes_the_cycles_of_fast();
  layers_on_other_backends_cost_the_same();
  explain_lists_what_the_layers_cost();
  resume_goes_on_and_gives_the_same();
  wrong_logits_are_named();
  bad_requests_are_errors();
}

}  // namespace
}  // namespace heddle::cli
