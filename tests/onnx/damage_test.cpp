// Damaged, truncated and hostile files: one error each, no crash, no gigabytes.
#include <sys/resource.h>

#include "compiler/base/random.h"
#include "compiler/frontend/onnx/import.h"
#include "tests/onnx/model_text.h"
#include "tests/support/matchers.h"

namespace heddle::frontend {
namespace {

Result<network::Graph> import(const ModelText& model) { return import_onnx(model.bytes(), "net.onnx"); }

TEST(Onnx_Damage, TruncatedAnywhere) {
  const std::string good = small_convnet();
  int accepted = 0;
  for (std::size_t length = 0; length < good.size(); ++length) {
    const auto graph = import_onnx(good.substr(0, length), "net.onnx");
    if (graph) ++accepted;
    EXPECT_TRUE(graph || graph.error().where.file == "net.onnx");
  }
  // A message of protobuf has no end mark: what is cut between two fields is a smaller model, but never one with
  // outputs and all nodes. The opset comes last in a file.
  EXPECT_EQ(accepted, 0);
}

TEST(Onnx_Damage, FlippedBytesNeverCrash) {
  const std::string good = small_convnet();
  Random random(1);
  for (int round = 0; round < 3000; ++round) {
    std::string bad = good;
    for (std::uint64_t flips = random.below(4) + 1; flips > 0; --flips)
      bad[random.below(bad.size())] = static_cast<char>(random.below(256));
    const auto graph = import_onnx(bad, "net.onnx");
    EXPECT_TRUE(graph || !graph.error().message.empty());
  }
}

TEST(Onnx_Damage, NotOnnxAtAll) {
  EXPECT_THAT(import_onnx("", "net.onnx"), HasError(ErrorCode::kBadInput, "there is no graph"));
  EXPECT_THAT(import_onnx("int main() { return 0; }", "net.onnx"), HasError(ErrorCode::kBadInput, "not an ONNX model"));
  EXPECT_THAT(load_onnx("no/such.onnx"), HasError(ErrorCode::kNotFound, "cannot open"));
}

TEST(Onnx_Damage, CyclesAndMissingValues) {
  ModelText cycle;
  cycle.input("x", {2}).node("Add", {"x", "b"}, {"a"}).node("Relu", {"a"}, {"b"}).output("b");
  EXPECT_THAT(import(cycle), HasError(ErrorCode::kBadInput, "the graph has a cycle"));
  EXPECT_THAT(import(cycle), HasError(ErrorCode::kBadInput, "node 'a' (Add)"));
  ModelText missing;
  missing.input("x", {2}).node("Add", {"x", "w"}, {"y"}).output("y");
  EXPECT_THAT(import(missing), HasError(ErrorCode::kBadInput, "node 'y' (Add) reads 'w', which is no input"));
  ModelText twice;
  twice.input("x", {2}).node("Relu", {"x"}, {"y"}).node("Tanh", {"x"}, {"y"}).output("y");
  EXPECT_THAT(import(twice), HasError(ErrorCode::kBadInput, "makes 'y', which node 'y' (Relu) makes already"));
  ModelText nothing;
  nothing.input("x", {2}).node("Relu", {"x"}, {"y"}).output("z");
  EXPECT_THAT(import(nothing), HasError(ErrorCode::kBadInput, "nothing makes the output 'z'"));
}

TEST(Onnx_Damage, OpenExtentsAreNamed) {
  ModelText model;
  model.input("x", {-1, 3, -1, 7}).node("Relu", {"x"}, {"y"}).output("y");
  EXPECT_THAT(import(model), HasError(ErrorCode::kUnsupported, "input 'x' leaves its extents along axes 2 ('n') open"));
  OnnxOptions options;
  options.shapes["z"] = {1};
  EXPECT_THAT(import_onnx(model.bytes(), "net.onnx", options), HasError(ErrorCode::kBadInput, "no input 'z'"));
}

TEST(Onnx_Damage, ADataDependentShapeIsRefusedByName) {
  ModelText model;
  model.input("x", {6}).input("s", {2}, ::onnx::TensorProto::INT64).node("Reshape", {"x", "s"}, {"y"}).output("y");
  EXPECT_THAT(import(model), HasError(ErrorCode::kUnsupported,
                                      "node 'y' (Reshape), domain 'ai.onnx', opset 13: the input shape ('s')"));
}

TEST(Onnx_Damage, ExternalDataAndFalseSizes) {
  ModelText external;
  external.input("x", {2}).floats("w", {2}, {1, 2}).node("Add", {"x", "w"}, {"y"}).output("y");
  auto* tensor = external.proto().mutable_graph()->mutable_initializer(0);
  ModelText false_size = external;
  tensor->set_data_location(::onnx::TensorProto::EXTERNAL);
  EXPECT_THAT(import(external), HasError(ErrorCode::kUnsupported, "initialiser 'w': its data are in another file"));
  false_size.proto().mutable_graph()->mutable_initializer(0)->set_dims(0, 3);
  EXPECT_THAT(import(false_size), HasError(ErrorCode::kBadInput, "float32[3] does not fit its 2 elements of data"));
  false_size.proto().mutable_graph()->mutable_initializer(0)->set_dims(0, std::int64_t{1} << 62);
  EXPECT_THAT(import(false_size), HasError(ErrorCode::kBadInput, "is no size of a tensor"));
}

/// Highest resident set of this process so far, in MiB.
std::int64_t peak_mebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

TEST(Onnx_Damage, SmallFilesCannotAskForGigabytes) {
  ModelText fill;
  fill.input("x", {1}).integers("shape", {1 << 15, 1 << 15}).node("ConstantOfShape", {"shape"}, {"big"});
  for (int i = 0; i < 8; ++i)
    fill.node("Relu", {i == 0 ? "big" : "big" + std::to_string(i)}, {"big" + std::to_string(i + 1)});
  fill.node("Add", {"x", "big8"}, {"y"}).output("y");
  EXPECT_THAT(import(fill), HasError(ErrorCode::kUnsupported, "too much memory or time"));

  ModelText overflow;
  overflow.input("x", {1}).integers("r", {std::int64_t{1} << 62}).node("Tile", {"x", "r"}, {"y"}).output("y");
  EXPECT_THAT(import(overflow), HasError(ErrorCode::kBadInput, "too large"));

  ModelText window;
  window.input("x", {1, 1, 4, 4})
      .node("MaxPool", {"x"}, {"y"}, {"kernel_shape=1,1", "pads=1073741824,1073741824,0,0"})
      .output("y");
  EXPECT_THAT(import(window), HasError(ErrorCode::kBadInput, "too large"));
  EXPECT_LT(peak_mebibytes(), 400);
}

TEST(Onnx_Damage, WhatTheDefinitionForbids) {
  ModelText attribute;
  attribute.input("x", {1, 1, 4, 4}).node("MaxPool", {"x"}, {"y"}, {"kernel_shape=2"}).output("y");
  EXPECT_THAT(import(attribute), HasError(ErrorCode::kBadInput, "node 'y' (MaxPool)"));
  ModelText inputs;
  inputs.input("x", {1}).node("Relu", {"x", "x"}, {"y"}).output("y");
  EXPECT_THAT(import(inputs), HasError(ErrorCode::kBadInput, "node 'y' (Relu)"));
  ModelText left_out;
  left_out.input("x", {1}).node("Concat", {"", "x"}, {"y"}, {"axis=0"}).output("y");
  EXPECT_THAT(import(left_out), HasError(ErrorCode::kBadInput, "node 'y' (Concat): input 0 is missing"));
  // Domains whose operators the checker does not know.
  ModelText microsoft;
  microsoft.input("x", {1}).floats("s", {}, {1}).node("QLinearAdd", {"x", "s"}, {"y"}).output("y");
  microsoft.proto().mutable_graph()->mutable_node(0)->set_domain("com.microsoft");
  EXPECT_THAT(import(microsoft), HasError(ErrorCode::kBadInput, "node 'y' (QLinearAdd): input 3 is missing"));
  ModelText ours;
  ours.input("x", {1}).node("EncodeFloat", {"x"}, {"y"}).output("y");
  ours.proto().mutable_graph()->mutable_node(0)->set_domain("heddle");
  EXPECT_THAT(import(ours), HasError(ErrorCode::kBadInput, "node 'y' (EncodeFloat): input 1 is missing"));
  ModelText named;
  named.input("x", {1, 1, 4, 4}).node("Conv", {"x"}, {"y"}).output("y");
  named.proto().mutable_graph()->mutable_node(0)->set_domain("ai.onnx");
  EXPECT_THAT(import(named), HasError(ErrorCode::kBadInput, "node 'y' (Conv)"));
  ModelText division;
  division.integers("a", {6}).integers("zero", {0}).node("Div", {"a", "zero"}, {"y"}).output("y");
  EXPECT_THAT(import(division), HasError(ErrorCode::kBadInput, "divided by zero"));
}

}  // namespace
}  // namespace heddle::frontend
