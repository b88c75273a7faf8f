// Attention of a network on a window-attention array: claimed, compiled, and equal to its golden model.
#include "runtime/session/attention.h"

#include <cmath>
#include <numbers>

#include "compiler/base/random.h"
#include "compiler/network/builder.h"
#include "compiler/network/evaluate.h"
#include "compiler/network/to_integer.h"
#include "compiler/tensor/elements.h"
#include "systemc_models/swat/swat_model.h"
#include "tests/support/matchers.h"
#include "workloads/networks/networks.h"

namespace heddle::session {
namespace {

using network::Graph;
using tensor::Tensor;

arch::Swat array_of(const std::string& name) {
  return *arch::load_swat(std::filesystem::path(HEDDLE_SOURCE_DIR) / "workloads/architectures/attention" /
                          (name + ".yaml"));
}

Tensor random(const network::TensorType& type, std::uint64_t seed) {
  Random numbers{seed};
  Tensor tensor = tensor::make_tensor(type.element, type.shape);
  for (float& value : tensor::elements<float>(tensor)) value = static_cast<float>(4 * numbers.unit() - 2);
  return tensor;
}

std::vector<const network::Attention*> claimed(const Graph& graph) {
  std::vector<const network::Attention*> list;
  for (const network::Node& node : graph.nodes)
    if (const auto* op = std::get_if<network::Attention>(&node.op)) list.push_back(op);
  return list;
}

TEST(AttentionOfNetworks, AWindowTransformer) {
  const Graph graph = *workloads::make_network("window_transformer", 1);
  Graph on_array = graph;
  const auto remainders = claim_attention(on_array, array_of("heddle_attn_8"));
  ASSERT_THAT(remainders, IsOk());
  EXPECT_TRUE(remainders->empty());
  ASSERT_EQ(claimed(on_array).size(), 2U);
  EXPECT_THAT(claimed(on_array)[0]->kernel->describe(),
              testing::HasSubstr("attention on heddle_attn_8: keys -32 to 32, "));
  const network::Tensors inputs{{"tokens", random(graph.value(graph.inputs[0]).type, 3)}};
  const Tensor expected = network::evaluate(graph, inputs)->begin()->second;
  const Tensor got = network::evaluate(on_array, inputs)->begin()->second;
  double wrong = 0;
  double whole = 0;
  for (std::size_t i = 0; i < tensor::elements<float>(got).size(); ++i) {
    const double x = tensor::elements<float>(expected)[i];
    wrong += std::pow(tensor::elements<float>(got)[i] - x, 2);
    whole += x * x;
  }
  EXPECT_LT(std::sqrt(wrong / whole), 1e-3);
  EXPECT_GT(wrong, 0);  // fp16 was there
}

TEST(AttentionOfNetworks, OnSystemCInTheSameBits) {
  const arch::Swat array = array_of("heddle_attn_8");
  Graph golden = *workloads::make_network("vit_small", 1);
  Graph model = golden;
  int runs = 0;
  ASSERT_THAT(claim_attention(golden, array), IsOk());
  ASSERT_THAT(claim_attention(model, array,
                              [&](const attention::Program& program, const attention::Inputs& inputs,
                                  double scale) -> Result<attention::Operand> {
                                ++runs;
                                HEDDLE_ASSIGN(const attention::Played played,
                                              systemc::simulate_swat(
                                                  program, array, attention::logit_scale(scale * std::numbers::log2e),
                                                  inputs, {}, {}));
                                return played.outputs;
                              }),
              IsOk());
  const network::Tensors inputs{{"image", random(golden.value(golden.inputs[0]).type, 3)}};
  EXPECT_EQ(network::evaluate(model, inputs)->begin()->second, network::evaluate(golden, inputs)->begin()->second);
  EXPECT_EQ(runs, 4);
}

TEST(AttentionOfNetworks, FullAttentionIsAWindowToo) {
  Graph graph = *workloads::make_network("vit_small", 1);
  const auto remainders = claim_attention(graph, array_of("heddle_attn_8"));
  ASSERT_THAT(remainders, IsOk());
  EXPECT_TRUE(remainders->empty());
  ASSERT_EQ(claimed(graph).size(), 4U);
  EXPECT_THAT(claimed(graph)[0]->kernel->describe(), testing::HasSubstr("every key"));
}

/// Softmax of q k' + mask, times v, of four tokens.
std::string refusal(const std::vector<int>& shown, const network::Extents& shape, const std::string& array) {
  network::Builder b("net");
  const auto input = [&](const char* name, network::Extents size) {
    return *b.input(name, {tensor::Type::kFloat32, std::move(size)});
  };
  Tensor mask = tensor::make_tensor(tensor::Type::kFloat32, shape);
  for (std::size_t i = 0; i < shown.size(); ++i) tensor::elements<float>(mask)[i] = shown[i] != 0 ? 0 : -1e4F;
  const auto q = input("q", {2, 4, 16});
  const auto scores = *b.add1(network::MatMul{}, {q, input("k", {2, 16, 4})}, "scores");
  const auto masked =
      *b.add1(network::Binary{network::BinaryKind::kAdd}, {scores, b.constant("mask", std::move(mask))}, "masked");
  const auto weights = *b.add1(network::Softmax{2}, {masked}, "weights");
  b.mark_output(*b.add1(network::MatMul{}, {weights, input("v", {2, 4, 16})}, "y"));
  Graph graph = *std::move(b).finish();
  const auto remainders = claim_attention(graph, array_of(array));
  if (!remainders) return remainders.error().message;
  EXPECT_EQ(claimed(graph).size() + remainders->size(), 1U);
  return remainders->empty() ? "" : (*remainders)[0].reason;
}

TEST(AttentionOfNetworks, MasksThatItHasAndHasNot) {
  using testing::HasSubstr;
  EXPECT_EQ(refusal({1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1}, {4, 4}, "heddle_attn_8"), "");
  EXPECT_EQ(refusal({1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 0, 1, 0, 1, 1}, {4, 4}, "heddle_attn_8"),
            "");  // one global token
  EXPECT_THAT(refusal({1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1}, {4, 4}, "heddle_attn_8"),
              HasSubstr("its mask is no window: row 2 does not see key 2"));
  EXPECT_THAT(refusal(std::vector<int>(32, 1), {2, 4, 4}, "heddle_attn_8"), HasSubstr("not one for all heads"));
  EXPECT_THAT(refusal(std::vector<int>(16, 1), {4, 4}, "heddle_attn_64_int8"),
              HasSubstr("takes no attention of networks"));
  EXPECT_THAT(refusal(std::vector<int>(16, 1), {4, 4}, "swat_paper_512"), HasSubstr("takes no attention of networks"));
}

}  // namespace
}  // namespace heddle::session
