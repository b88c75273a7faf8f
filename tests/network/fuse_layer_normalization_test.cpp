// Normalisations written by their parts against one operator.
#include "compiler/network/fuse_layer_normalization.h"

#include <cmath>

#include "compiler/base/random.h"
#include "compiler/network/builder.h"
#include "compiler/network/evaluate.h"
#include "compiler/tensor/elements.h"
#include "tests/support/matchers.h"

namespace heddle::network {
namespace {

tensor::Tensor random(Extents shape, unsigned seed) {
  Random numbers{seed};
  tensor::Tensor tensor = tensor::make_tensor(tensor::Type::kFloat32, std::move(shape));
  for (float& value : tensor::elements<float>(tensor)) value = static_cast<float>(4 * numbers.unit() - 1);
  return tensor;
}

struct Parts {
  bool by_power = true;
  bool affine = true;
  Extents axes{2};
  Extents other_axes{2};  ///< of the variance
};

Graph normalised(const Parts& parts) {
  Builder b("net");
  const auto number = [&](float value) {
    tensor::Tensor tensor = tensor::make_tensor(tensor::Type::kFloat32, {1});
    tensor::elements<float>(tensor)[0] = value;
    return b.constant("number", std::move(tensor));
  };
  const auto binary = [&](BinaryKind kind, ValueId x, ValueId y) { return *b.add1(Binary{kind}, {x, y}, "v"); };
  const ValueId x = *b.input("x", {tensor::Type::kFloat32, {2, 3, 8}});
  const ValueId mean = *b.add1(Reduce{ReduceKind::kMean, parts.axes, true}, {x}, "mean");
  const ValueId centred = binary(BinaryKind::kSubtract, x, mean);
  const ValueId square =
      parts.by_power ? binary(BinaryKind::kPower, centred, number(2)) : binary(BinaryKind::kMultiply, centred, centred);
  const ValueId variance = *b.add1(Reduce{ReduceKind::kMean, parts.other_axes, true}, {square}, "variance");
  const ValueId root = *b.add1(Unary{UnaryKind::kSqrt}, {binary(BinaryKind::kAdd, variance, number(1e-3F))}, "root");
  ValueId y = binary(BinaryKind::kDivide, centred, root);
  if (parts.affine) {
    y = binary(BinaryKind::kMultiply, y, b.constant("scale", random({8}, 5)));
    y = binary(BinaryKind::kAdd, b.constant("bias", random({8}, 6)), y);
  }
  b.mark_output(*b.add1(Unary{UnaryKind::kTanh}, {y}, "y"));
  return *std::move(b).finish();
}

std::size_t fused(const Graph& graph) {
  Graph after = graph;
  fuse_layer_normalization(after);
  EXPECT_THAT(verify(after), IsOk());
  const Tensors inputs{{"x", random({2, 3, 8}, 9)}};
  const tensor::Tensor expected = evaluate(graph, inputs)->at("y");
  const tensor::Tensor got = evaluate(after, inputs)->at("y");
  for (std::size_t k = 0; k < tensor::elements<float>(got).size(); ++k)
    EXPECT_NEAR(tensor::elements<float>(got)[k], tensor::elements<float>(expected)[k], 2e-6);
  return after.nodes.size();
}

TEST(FuseLayerNormalization, MakesOneOperator) {
  EXPECT_EQ(fused(normalised({})), 2U);
  EXPECT_EQ(fused(normalised({false, true})), 2U);
  EXPECT_EQ(fused(normalised({true, false})), 2U);
  EXPECT_EQ(fused(normalised({true, false, {1, 2}, {1, 2}})), 2U);
}

TEST(FuseLayerNormalization, LeavesOtherStatisticsAlone) {
  const Graph not_last = normalised({true, false, {1}, {1}});
  EXPECT_EQ(fused(not_last), not_last.nodes.size());
  const Graph two_kinds = normalised({true, false, {2}, {1, 2}});
  EXPECT_EQ(fused(two_kinds), two_kinds.nodes.size());
}

}  // namespace
}  // namespace heddle::network
