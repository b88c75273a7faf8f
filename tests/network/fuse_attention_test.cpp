// Attention written by its parts against one operator.
#include "compiler/network/fuse_attention.h"

#include <cmath>
#include <cstdlib>

#include "compiler/base/random.h"
#include "compiler/network/builder.h"
#include "compiler/network/evaluate.h"
#include "compiler/tensor/elements.h"
#include "tests/support/matchers.h"

namespace heddle::network {
namespace {

constexpr std::int64_t kRows = 6;
constexpr std::int64_t kKeys = 7;

tensor::Tensor random(Extents shape, unsigned seed) {
  Random numbers{seed};
  tensor::Tensor tensor = tensor::make_tensor(tensor::Type::kFloat32, std::move(shape));
  for (float& value : tensor::elements<float>(tensor)) value = static_cast<float>(4 * numbers.unit() - 2);
  return tensor;
}

enum class Mask { kNone, kSum, kWhere, kWhereOtherSide, kBias, kDynamic };

struct Parts {
  Mask mask = Mask::kSum;
  float hidden = -1e4F;
  bool divide = false;
  bool scale_behind_mask = false;
  bool rounded = false;  ///< codes between all operators
  bool empty_row = false;
  std::int64_t axis = 3;
  bool read_scores = false;
};

bool shown(const Parts& parts, std::int64_t row, std::int64_t key) {
  return !(parts.empty_row && row == 2) && std::abs(row - key) <= 1;
}

class Maker {
 public:
  explicit Maker(const Parts& parts) : parts_(parts) {}

  Graph graph() {
    const ValueId q = rounded(input("q", {2, 3, kRows, 8}));
    const ValueId k = rounded(input("k", {2, 3, 8, kKeys}));
    const ValueId v = rounded(input("v", {2, 3, kKeys, 5}));
    ValueId scores = rounded(*b_.add1(MatMul{}, {q, k}, "scores"));
    if (parts_.read_scores) b_.mark_output(scores);
    if (!parts_.scale_behind_mask) scores = scaled(scores);
    scores = masked(scores);
    if (parts_.scale_behind_mask) scores = scaled(scores);
    const ValueId weights = rounded(*b_.add1(Softmax{parts_.axis}, {scores}, "weights"));
    b_.mark_output(*b_.add1(Unary{UnaryKind::kTanh}, {rounded(*b_.add1(MatMul{}, {weights, v}, "mixed"))}, "y"));
    return *std::move(b_).finish();
  }

 private:
  ValueId input(const std::string& name, const Extents& shape) {
    return *b_.input(name, {tensor::Type::kFloat32, shape});
  }
  ValueId number(float value) {
    tensor::Tensor tensor = tensor::make_tensor(tensor::Type::kFloat32, {});
    tensor::elements<float>(tensor)[0] = value;
    return b_.constant("number", std::move(tensor));
  }
  ValueId rounded(ValueId x) {
    if (!parts_.rounded) return x;
    const ValueId scale = number(1.0F / 1024);
    tensor::Tensor zero = tensor::make_tensor(tensor::Type::kInt8, {});
    const ValueId point = b_.constant("zero", std::move(zero));
    const ValueId codes = *b_.add1(Quantize{tensor::Type::kInt8, 0}, {x, scale, point}, "codes");
    return *b_.add1(Dequantize{0}, {codes, scale, point}, "real");
  }
  ValueId scaled(ValueId x) {
    const BinaryKind kind = parts_.divide ? BinaryKind::kDivide : BinaryKind::kMultiply;
    return rounded(*b_.add1(Binary{kind}, {x, number(parts_.divide ? 2 : 0.5F)}, "scaled"));
  }
  ValueId masked(ValueId x) {
    const bool where = parts_.mask == Mask::kWhere || parts_.mask == Mask::kWhereOtherSide;
    tensor::Tensor sum = tensor::make_tensor(tensor::Type::kFloat32, {kRows, kKeys});
    tensor::Tensor condition = tensor::make_tensor(tensor::Type::kBool, {1, kRows, kKeys});
    for (std::int64_t i = 0; i < kRows * kKeys; ++i) {
      const bool shows = shown(parts_, i / kKeys, i % kKeys);
      const auto at = static_cast<std::size_t>(i);
      tensor::elements<float>(sum)[at] = shows ? 0 : parts_.hidden;
      tensor::elements<std::uint8_t>(condition)[at] = shows == (parts_.mask == Mask::kWhere) ? 1 : 0;
    }
    if (parts_.mask == Mask::kBias) tensor::elements<float>(sum)[0] = 0.25F;
    if (where) {
      const ValueId other = number(parts_.hidden);
      const ValueId id = b_.constant("condition", std::move(condition));
      const bool first = parts_.mask == Mask::kWhere;
      return rounded(*b_.add1(Select{}, {id, first ? x : other, first ? other : x}, "chosen"));
    }
    if (parts_.mask == Mask::kNone) return x;
    const ValueId id =
        parts_.mask == Mask::kDynamic ? input("mask", {kRows, kKeys}) : b_.constant("mask", std::move(sum));
    return rounded(*b_.add1(Binary{BinaryKind::kAdd}, {id, x}, "masked"));
  }

  Parts parts_;
  Builder b_{"net"};
};

std::size_t attentions(const Graph& graph) {
  std::size_t count = 0;
  for (const Node& node : graph.nodes) count += std::holds_alternative<Attention>(node.op) ? 1 : 0;
  return count;
}

/// Fuses, and compares values if nothing was rounded in between.
std::string fused(const Parts& parts) {
  const Graph graph = Maker(parts).graph();
  Graph after = graph;
  const auto remainders = fuse_attention(after);
  EXPECT_THAT(verify(after), IsOk());
  EXPECT_EQ(attentions(after) + remainders.size(), 1U);
  const Tensors inputs{
      {"q", random({2, 3, kRows, 8}, 1)}, {"k", random({2, 3, 8, kKeys}, 2)}, {"v", random({2, 3, kKeys, 5}, 3)}};
  if (!parts.rounded && parts.mask != Mask::kDynamic) {
    const tensor::Tensor expected = evaluate(graph, inputs)->at("y");
    const tensor::Tensor got = evaluate(after, inputs)->at("y");
    for (std::size_t i = 0; i < tensor::elements<float>(got).size(); ++i)
      EXPECT_NEAR(tensor::elements<float>(got)[i], tensor::elements<float>(expected)[i], 2e-6) << i;
  }
  return remainders.empty() ? "" : remainders[0].reason;
}

TEST(FuseAttention, EveryWayToWriteIt) {
  for (const Mask mask : {Mask::kNone, Mask::kSum, Mask::kWhere, Mask::kWhereOtherSide})
    for (const bool divide : {false, true})
      for (const bool rounded : {false, true}) {
        Parts parts;
        parts.mask = mask;
        parts.divide = divide;
        parts.rounded = rounded;
        parts.scale_behind_mask = rounded;
        EXPECT_EQ(fused(parts), "") << static_cast<int>(mask) << divide << rounded;
      }
}

TEST(FuseAttention, SaysWhyItStays) {
  Parts parts;
  parts.mask = Mask::kBias;
  EXPECT_EQ(fused(parts), "the mask adds 0.25, a bias of the score");
  parts.mask = Mask::kDynamic;
  EXPECT_EQ(fused(parts), "its scores pass Add of what is not a constant");
  parts = {};
  parts.hidden = -100;
  EXPECT_EQ(fused(parts), "the mask adds -100, a bias of the score");
  parts = {};
  parts.empty_row = true;
  EXPECT_EQ(fused(parts), "a row of the mask hides every key by a finite number");
  parts = {};
  parts.read_scores = true;
  EXPECT_EQ(fused(parts), "'scores' is read elsewhere");
  parts = {};
  parts.axis = 2;
  EXPECT_EQ(fused(parts), "it is not over the last axis of several");
}

TEST(FuseAttention, RowsWithoutKeysAreZero) {
  Builder b("net");
  const ValueId q = *b.input("q", {tensor::Type::kFloat32, {2, 4}});
  const ValueId k = *b.input("k", {tensor::Type::kFloat32, {3, 4}});
  const ValueId v = *b.input("v", {tensor::Type::kFloat32, {3, 2}});
  tensor::Tensor mask = tensor::make_tensor(tensor::Type::kBool, {2, 3});
  tensor::elements<std::uint8_t>(mask)[1] = 1;
  b.mark_output(*b.add1(Attention{0.5F, false}, {q, k, v, b.constant("mask", std::move(mask))}, "y"));
  const Graph graph = *std::move(b).finish();
  const tensor::Tensor values = random({3, 2}, 3);
  const tensor::Tensor y =
      evaluate(graph, {{"q", random({2, 4}, 1)}, {"k", random({3, 4}, 2)}, {"v", values}})->at("y");
  EXPECT_EQ(tensor::elements<float>(y)[0], tensor::elements<float>(values)[2]);
  EXPECT_EQ(tensor::elements<float>(y)[1], tensor::elements<float>(values)[3]);
  EXPECT_EQ(tensor::elements<float>(y)[2], 0);
  EXPECT_EQ(tensor::elements<float>(y)[3], 0);
}

}  // namespace
}  // namespace heddle::network
