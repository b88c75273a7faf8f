// The double-precision model against masked softmax attention in onnxruntime, which scripts/setup installs from npm.
#include <algorithm>
#include <limits>

#include "compiler/attention/exact.h"
#include "compiler/base/files.h"
#include "compiler/base/scratch.h"
#include "compiler/tensor/elements.h"
#include "tests/onnx/judge.h"
#include "tests/onnx/model_text.h"
#include "tests/support/matchers.h"

namespace heddle::attention {
namespace {

constexpr int kDouble = ::onnx::TensorProto::DOUBLE;

Workload workload_of(std::int64_t sequence, Pattern pattern, std::int64_t heads, std::int64_t kv_heads,
                     std::int64_t global_tokens = 0, std::int64_t sink_tokens = 0) {
  Workload workload;
  workload.heads = heads;
  workload.kv_heads = kv_heads;
  workload.head_dim = 16;
  workload.sequence = sequence;
  workload.rows = sequence;
  workload.pattern = std::move(pattern);
  workload.global_tokens = global_tokens;
  workload.sink_tokens = sink_tokens;
  return workload;
}

std::vector<Workload> workloads() {
  std::vector<Workload> list = {
      workload_of(1, WindowPattern{0, 0, 1}, 1, 1),        workload_of(33, WindowPattern{4, 4, 1}, 2, 2, 1),
      workload_of(40, WindowPattern{9, 0, 1}, 4, 2, 0, 3), workload_of(37, WindowPattern{9, 6, 3}, 2, 1, 2),
      workload_of(48, BlockPattern{4, 3, 2}, 2, 2),        workload_of(50, SquarePattern{5, false}, 1, 1, 1),
      workload_of(49, SquarePattern{5, true}, 2, 1),       workload_of(64, TilePattern{4, 2}, 2, 2)};
  Workload decode = workload_of(40, WindowPattern{9, 0, 1}, 4, 1, 0, 3);
  decode.rows = 2;
  list.push_back(decode);
  return list;
}

tensor::Tensor doubles(const network::Extents& shape, const std::vector<double>& values) {
  tensor::Tensor tensor = tensor::make_tensor(tensor::Type::kFloat64, shape);
  std::ranges::copy(values, tensor::elements<double>(tensor).begin());
  return tensor;
}

/// Rows of each of `heads` heads; query heads that share keys get them again. `transposed`: elements before rows.
std::vector<double> numbers(const Operand& operand, std::int64_t heads, const numerics::ScalarFormat& format,
                            bool transposed) {
  std::vector<double> values;
  for (std::int64_t head = 0; head < heads; ++head) {
    const auto own = static_cast<std::int32_t>(head * operand.heads / heads);
    const auto element = [&](std::int32_t row, std::int32_t e) {
      return numerics::to_double(numerics::decode(format, operand.row(own, row)[static_cast<std::size_t>(e)]));
    };
    const std::int32_t outer = transposed ? operand.width : operand.rows;
    const std::int32_t inner = transposed ? operand.rows : operand.width;
    for (std::int32_t i = 0; i < outer; ++i)
      for (std::int32_t j = 0; j < inner; ++j) values.push_back(transposed ? element(j, i) : element(i, j));
  }
  return values;
}

/// softmax(scale * q k + bias) v.
frontend::ModelText attention_model(const Workload& w) {
  frontend::ModelText model;
  model.input("q", {w.heads, w.rows, w.head_dim}, kDouble).input("k", {w.heads, w.head_dim, w.sequence}, kDouble);
  model.input("v", {w.heads, w.sequence, w.head_dim}, kDouble).input("scale", {1}, kDouble);
  model.input("bias", {w.heads, w.rows, w.sequence}, kDouble);
  model.node("MatMul", {"q", "k"}, {"score"}).node("Mul", {"score", "scale"}, {"scaled"});
  model.node("Add", {"scaled", "bias"}, {"logit"}).node("Softmax", {"logit"}, {"weight"}, {"axis=-1"});
  model.node("MatMul", {"weight", "v"}, {"y"}).output("y");
  model.proto().mutable_graph()->mutable_output(0)->mutable_type()->mutable_tensor_type()->set_elem_type(kDouble);
  return model;
}

std::vector<double> biases(const Mask& mask) {
  const Workload& w = mask.workload();
  std::vector<double> values;
  for (std::int64_t head = 0; head < w.heads; ++head)
    for (std::int64_t row = w.sequence - w.rows; row < w.sequence; ++row)
      for (std::int64_t key = 0; key < w.sequence; ++key)
        values.push_back(mask.sees(head, row, key) ? 0 : -std::numeric_limits<double>::infinity());
  return values;
}

TEST(ExactAttention, EqualsOnnxruntime) {
  REQUIRE_ONNXRUNTIME();
  const numerics::ScalarFormat format = *numerics::parse_scalar_format("fp16");
  const TemporaryDirectory folder(std::filesystem::temp_directory_path());
  for (const Workload& w : workloads()) {
    const Mask mask(w, 3);
    const Inputs inputs = random_inputs(w, format, 3, 1, 5);
    const auto path = folder.path() / "attention.onnx";
    ASSERT_THAT(write_file(path, attention_model(w).bytes()), IsOk());
    const auto results = frontend::run_onnxruntime(
        path, {{"q", doubles({w.heads, w.rows, w.head_dim}, numbers(inputs.queries, w.heads, format, false))},
               {"k", doubles({w.heads, w.head_dim, w.sequence}, numbers(inputs.keys, w.heads, format, true))},
               {"v", doubles({w.heads, w.sequence, w.head_dim}, numbers(inputs.values, w.heads, format, false))},
               {"scale", doubles({1}, {0.25})},
               {"bias", doubles({w.heads, w.rows, w.sequence}, biases(mask))}});
    ASSERT_THAT(results, IsOk());
    const auto theirs = tensor::elements<double>(results->at("y"));
    const std::vector<double> ours = exact_attention(mask, inputs, format, 0.25);
    ASSERT_EQ(ours.size(), theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) ASSERT_NEAR(ours[i], theirs[i], 1e-12) << w.sequence << ' ' << i;
  }
}

}  // namespace
}  // namespace heddle::attention
