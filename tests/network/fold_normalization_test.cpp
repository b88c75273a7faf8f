// Folded networks compute what the unfolded ones do, up to rounding.
#include "compiler/network/fold_normalization.h"

#include <cmath>

#include "compiler/base/random.h"
#include "compiler/network/builder.h"
#include "compiler/network/evaluate.h"
#include "compiler/tensor/elements.h"
#include "tests/support/matchers.h"

namespace heddle::network {
namespace {

class Norms {
 public:
  ValueId random(Extents shape, double low, double high) {
    tensor::Tensor tensor = tensor::make_tensor(tensor::Type::kFloat32, std::move(shape));
    for (float& value : tensor::elements<float>(tensor))
      value = static_cast<float>(low + (high - low) * random_.unit());
    return builder.constant("c", std::move(tensor));
  }
  ValueId add(Operator op, std::vector<ValueId> inputs) {
    return builder.add1(std::move(op), std::move(inputs), "v").value();
  }
  ValueId norm(ValueId x) {
    const Extents count{builder.value(x).type.shape[1]};
    return add(BatchNormalization{1e-3F},
               {x, random(count, 0.5, 2), random(count, -1, 1), random(count, -1, 1), random(count, 0.1, 2)});
  }

  Builder builder{"norms"};

 private:
  Random random_{3};
};

const Window kWindow{{3, 3}, {1, 1}, {1, 1}, {1, 1}, {1, 1}};

/// A network with one normalisation behind each kind of operator, and two that must stay.
Graph network_of_norms() {
  Norms net;
  const ValueId x = net.builder.input("x", {tensor::Type::kFloat32, {2, 4, 5, 5}}).value();
  ValueId y = net.norm(net.add(Conv{kWindow, 2}, {x, net.random({6, 2, 3, 3}, -1, 1)}));
  y = net.norm(
      net.add(ConvTranspose{kWindow, {0, 0}, 3}, {y, net.random({6, 2, 3, 3}, -1, 1), net.random({6}, -1, 1)}));
  const ValueId shared = net.add(Conv{kWindow, 1}, {y, net.random({3, 6, 3, 3}, -1, 1), net.random({3}, -1, 1)});
  y = net.add(Binary{BinaryKind::kAdd}, {net.norm(shared), shared});  // stays: two readers
  y = net.norm(net.add(Unary{UnaryKind::kTanh}, {y}));                // stays: no weights before it
  y = net.add(Reshape{{2, 75}}, {y});
  y = net.norm(net.add(Gemm{1, 1, false, false}, {y, net.random({75, 7}, -1, 1), net.random({7}, -1, 1)}));
  y = net.norm(net.add(Gemm{1, 1, false, true}, {y, net.random({5, 7}, -1, 1)}));
  net.builder.mark_output(y);
  return std::move(net.builder).finish().value();
}

TEST(Fold_Normalization, KeepsWhatIsComputed) {
  const Graph before = network_of_norms();
  Graph after = before;
  EXPECT_EQ(fold_batch_normalization(after), 4);
  ASSERT_THAT(verify(after), IsOk());
  EXPECT_EQ(after.nodes.size() + 4, before.nodes.size());
  EXPECT_EQ(fold_batch_normalization(after), 0);
  tensor::Tensor x = tensor::make_tensor(tensor::Type::kFloat32, {2, 4, 5, 5});
  Random random(9);
  for (float& value : tensor::elements<float>(x)) value = static_cast<float>(random.unit() * 2 - 1);
  const auto expected = evaluate(before, {{"x", x}});
  const auto folded = evaluate(after, {{"x", x}});
  ASSERT_THAT(expected, IsOk());
  ASSERT_THAT(folded, IsOk());
  ASSERT_EQ(expected->begin()->first, folded->begin()->first);
  const auto a = tensor::elements<float>(expected->begin()->second);
  const auto b = tensor::elements<float>(folded->begin()->second);
  float most = 0;
  for (const float value : a) most = std::max(most, std::abs(value));
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-5 * most);
}

}  // namespace
}  // namespace heddle::network
