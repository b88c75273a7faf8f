// A quantised network (Quantize and Dequantize around float operators) against onnxruntime: with its optimisations off
// it computes the same float operators, with them on it computes on the codes.
#include <algorithm>
#include <cmath>
#include <iostream>

#include "compiler/base/random.h"
#include "compiler/frontend/onnx/export.h"
#include "compiler/network/builder.h"
#include "compiler/tensor/elements.h"
#include "tests/onnx/judge.h"
#include "tests/support/matchers.h"
#include "tests/support/temporary.h"

namespace heddle::frontend {
namespace {

namespace fs = std::filesystem;
using network::Extents;
using network::ValueId;
using tensor::Type;

/// A residual block of int8 weights per channel and uint8 activations, by hand.
class QuantizedBlock {
 public:
  QuantizedBlock() : random_(5) {
    const ValueId x = code(builder_.input("x", {Type::kFloat32, {8, 8, 12, 12}}).value(), 1.0F / 128, 128);
    const ValueId a = code(add(network::Clip{0, HUGE_VAL}, {conv(x, 8, 1)}), 1.0F / 90, 0);
    const ValueId b = code(conv(a, 8, 8), 1.0F / 100, 117);
    const ValueId sum = code(add(network::Binary{network::BinaryKind::kAdd}, {b, x}), 1.0F / 60, 121);
    const ValueId mean = code(add(network::Reduce{network::ReduceKind::kMean, {2, 3}, false}, {sum}), 1.0F / 110, 128);
    const ValueId logits = add(network::Gemm{1, 1, false, true}, {mean, real_weights({10, 8}, 0)});
    builder_.mark_output(quantized(logits, 1.0F / 64, 128, "codes"));
  }
  Result<network::Graph> graph() && { return std::move(builder_).finish(); }

 private:
  ValueId add(network::Operator op, std::vector<ValueId> inputs) {
    return builder_.add1(std::move(op), std::move(inputs), "v").value();
  }
  ValueId floats(Extents shape, double low, double high) {
    tensor::Tensor tensor = tensor::make_tensor(Type::kFloat32, std::move(shape));
    for (float& value : tensor::elements<float>(tensor))
      value = static_cast<float>(low + (high - low) * random_.unit());
    return builder_.constant("c", std::move(tensor));
  }
  ValueId zero(std::uint8_t value) { return builder_.constant("zero", {Type::kUint8, {}, {value}}); }
  ValueId quantized(ValueId x, float scale, std::uint8_t zero_point, const std::string& name) {
    tensor::Tensor step = tensor::make_tensor(Type::kFloat32, {});
    tensor::elements<float>(step)[0] = scale;
    scale_ = builder_.constant("scale", step);
    zero_ = zero(zero_point);
    return builder_.add1(network::Quantize{Type::kUint8, 0}, {x, scale_, zero_}, name).value();
  }
  ValueId code(ValueId x, float scale, std::uint8_t zero_point) {
    const ValueId codes = quantized(x, scale, zero_point, "q");
    builder_.mark_output(codes);
    return add(network::Dequantize{0}, {codes, scale_, zero_});
  }
  /// int8 codes with a scale per channel; the builder computes the codes and keeps the Dequantize.
  ValueId real_weights(Extents shape, std::int64_t axis) {
    const ValueId scales = floats({shape[0]}, 0.002, 0.004);
    const ValueId zeros = builder_.constant("zeros", tensor::make_tensor(Type::kInt8, {shape[0]}));
    const ValueId codes =
        add(network::Quantize{Type::kInt8, axis}, {floats(std::move(shape), -0.4, 0.4), scales, zeros});
    return add(network::Dequantize{axis}, {codes, scales, zeros});
  }
  ValueId conv(ValueId x, std::int64_t filters, std::int64_t groups) {
    const Extents one{1, 1};
    const ValueId weights = real_weights({filters, 8 / groups, 3, 3}, 0);
    return add(network::Conv{{{3, 3}, one, one, one, one}, groups}, {x, weights});
  }

  network::Builder builder_{"quantized"};
  Random random_;
  ValueId scale_;
  ValueId zero_;
};

TEST(Quantized_Network, AgreesWithOnnxruntimeCodeByCode) {
  REQUIRE_ONNXRUNTIME();
  const auto graph = QuantizedBlock().graph();
  ASSERT_THAT(graph, IsOk());
  const fs::path file = test::temporary("quantized.onnx");
  ASSERT_THAT(save_onnx(*graph, file), IsOk());
  for (const bool optimized : {false, true}) {
    std::int64_t compared = 0;
    std::int64_t different = 0;
    std::map<std::string, int> by_output;
    const network::Tensors inputs = random_inputs(*graph, 1);
    const auto ours = network::evaluate(*graph, inputs);
    const auto theirs = run_onnxruntime(file, inputs, optimized);
    ASSERT_THAT(ours, IsOk());
    ASSERT_THAT(theirs, IsOk());
    for (const auto& [name, codes] : *ours) {
      const auto a = tensor::elements<std::uint8_t>(codes);
      const auto b = tensor::elements<std::uint8_t>(theirs->at(name));
      ASSERT_EQ(a.size(), b.size());
      ASSERT_NE(std::count(a.begin(), a.end(), 255) + std::count(a.begin(), a.end(), 0),
                static_cast<std::ptrdiff_t>(a.size()));
      for (std::size_t i = 0; i < a.size(); ++i) {
        ++compared;
        if (a[i] != b[i]) ++different, ++by_output[name];
        EXPECT_LE(std::abs(a[i] - b[i]), 1) << name;
      }
    }
    std::cout << (optimized ? "optimised: " : "as written: ") << different << " of " << compared << " codes differ";
    for (const auto& [name, count] : by_output) std::cout << ", " << count << " of '" << name << "'";
    std::cout << "\n";
    EXPECT_LE(different * 500, optimized ? compared : 0);
  }
}

}  // namespace
}  // namespace heddle::frontend
