// Networks whose weights and activations are codes of minifloats.
#include <algorithm>
#include <cmath>

#include "compiler/base/random.h"
#include "compiler/compression/quantization/quantize.h"
#include "compiler/compression/quantization/scales.h"
#include "compiler/frontend/onnx/export.h"
#include "compiler/frontend/onnx/import.h"
#include "compiler/network/builder.h"
#include "compiler/network/kinds.h"
#include "compiler/numerics/quantize.h"
#include "compiler/tensor/elements.h"
#include "tests/support/matchers.h"

namespace heddle::compression {
namespace {

using network::DecodeFloat;
using network::EncodeFloat;
using network::Extents;
using network::Graph;
using network::ValueId;
using numerics::FloatFormat;
using tensor::Tensor;
using tensor::Type;

Tensor floats(Extents shape, double magnitude, std::uint64_t seed) {
  Random random(seed);
  Tensor tensor = tensor::make_tensor(Type::kFloat32, std::move(shape));
  for (float& value : tensor::elements<float>(tensor)) value = static_cast<float>((2 * random.unit() - 1) * magnitude);
  return tensor;
}

FloatFormat format(const std::string& name) { return *numerics::parse_float_format(name); }

/// Every value of a format, by its definition: sign, exponent, mantissa.
std::vector<double> values_of(const FloatFormat& f) {
  std::vector<double> values;
  for (int code = 0; code < 1 << f.bits(); ++code) {
    const int mantissa = code & ((1 << f.mantissa_bits) - 1);
    const int exponent = code >> f.mantissa_bits & ((1 << f.exponent_bits) - 1);
    const double significand = mantissa + (exponent != 0 ? 1 << f.mantissa_bits : 0);
    const double value = std::ldexp(significand, std::max(exponent, 1) - f.bias - f.mantissa_bits);
    values.push_back(f.is_signed && code >> (f.bits() - 1) != 0 ? -value : value);
  }
  return values;
}

/// x -> EncodeFloat -> DecodeFloat -> y.
Result<Graph> round_trip(const FloatFormat& f, Extents shape, const Tensor& scales, std::int64_t axis) {
  network::Builder builder("net");
  HEDDLE_ASSIGN(const ValueId x, builder.input("x", {Type::kFloat32, std::move(shape)}));
  const ValueId scale = builder.constant("scale", scales);
  HEDDLE_ASSIGN(const ValueId codes, builder.add1(EncodeFloat{f, axis}, {x, scale}, "codes"));
  HEDDLE_ASSIGN(const ValueId y, builder.add1(DecodeFloat{f, axis}, {codes, scale}, "y"));
  builder.mark_output(y);
  return std::move(builder).finish();
}

TEST(Minifloat_Codes, AreTheNearestValues) {
  for (const char* name : {"e4m3", "e5m2", "e3m2", "e2m3", "e2m1", "ue4m4", "ue2m2", "e3m0"}) {
    const FloatFormat f = format(name);
    Tensor scales = tensor::make_tensor(Type::kFloat32, {3});
    const float steps[] = {0.25F, 0.01F, 3};
    std::ranges::copy(steps, tensor::elements<float>(scales).begin());
    const auto graph = round_trip(f, {40, 3, 5}, scales, 1);
    ASSERT_THAT(graph, IsOk());
    const Tensor x = floats({40, 3, 5}, 4, 7);
    const auto result = network::evaluate(*graph, {{"x", x}});
    ASSERT_THAT(result, IsOk());
    const std::vector<double> values = values_of(f);
    for (std::size_t i = 0; i < 600; ++i) {
      const float scale = steps[i / 5 % 3];
      const double wanted = tensor::elements<float>(x)[i] / scale;
      const double got = tensor::elements<float>(result->at("y"))[i] / static_cast<double>(scale);
      double nearest = INFINITY;
      for (const double value : values) nearest = std::min(nearest, std::abs(value - wanted));
      EXPECT_NEAR(std::abs(got - wanted), nearest, 1e-6 * (1 + std::abs(wanted))) << name << ", " << wanted;
    }
  }
}

TEST(Minifloat_Codes, BadScalesAndFormatsAreErrors) {
  for (const float bad : {0.0F, -1.0F, INFINITY, NAN}) {
    Tensor scale = tensor::make_tensor(Type::kFloat32, {});
    tensor::elements<float>(scale)[0] = bad;
    const auto graph = round_trip(format("e4m3"), {2}, scale, 0);
    ASSERT_THAT(graph, IsOk());
    EXPECT_FALSE(network::evaluate(*graph, {{"x", floats({2}, 1, 1)}}));
  }
  EXPECT_THAT(round_trip(format("fp16"), {2}, floats({}, 1, 1), 0), HasError(ErrorCode::kBadInput, "more than 8 bits"));
}

/// conv, relu, dense: as small as has a signed and an unsigned activation.
Graph small_network() {
  network::Builder b("net");
  const Extents one{1, 1};
  const ValueId x = *b.input("x", {Type::kFloat32, {1, 2, 6, 6}});
  ValueId v = *b.add1(network::Conv{{{3, 3}, one, one, one, one}, 1},
                      {x, b.constant("w", floats({4, 2, 3, 3}, 0.5, 1))}, "conv");
  v = *b.add1(network::Clip{0, HUGE_VAL}, {v}, "relu");
  v = *b.add1(network::Reshape{{1, 144}}, {v}, "flat");
  v = *b.add1(network::Gemm{1, 1, false, true}, {v, b.constant("d", floats({3, 144}, 0.2, 2))}, "dense");
  b.mark_output(v);
  return *std::move(b).finish();
}

QuantizeOptions in(const std::string& name) {
  QuantizeOptions options;
  options.weight_float = options.activation_float = format(name);
  return options;
}

TEST(Minifloat_Quantize, CodesEverywhereAndNoSignAfterARelu) {
  const auto quantised = quantize(small_network(), {{{"x", floats({1, 2, 6, 6}, 1, 3)}}}, in("e3m2"));
  ASSERT_THAT(quantised, IsOk());
  std::vector<std::string> activations;
  for (const network::Node& node : quantised->nodes)
    if (const auto* op = std::get_if<EncodeFloat>(&node.op)) activations.push_back(numerics::name(op->format));
  EXPECT_EQ(activations, (std::vector<std::string>{"e3m2", "ue3m3"}));
  int weights = 0;
  for (const network::Node& node : quantised->nodes)
    if (std::holds_alternative<DecodeFloat>(node.op) && quantised->value(node.inputs[0]).constant) {
      ++weights;
      EXPECT_EQ(quantised->value(node.inputs[0]).type.element, Type::kUint8);
    }
  EXPECT_EQ(weights, 2);
  const QuantizeOptions special = in("e4m3fn");
  EXPECT_THAT(quantize(small_network(), {{{"x", floats({1, 2, 6, 6}, 1, 3)}}}, special),
              HasError(ErrorCode::kBadInput, "without special codes"));
}

TEST(Minifloat_Quantize, MoreMantissaIsCloser) {
  std::vector<network::Tensors> examples;
  for (std::uint64_t seed = 3; seed < 23; ++seed) examples.push_back({{"x", floats({1, 2, 6, 6}, 1, seed)}});
  double before = INFINITY;
  for (const char* name : {"e2m1", "e2m3", "e2m5"}) {
    const auto quantised = quantize(small_network(), examples, in(name));
    ASSERT_THAT(quantised, IsOk());
    double error = 0;
    for (const network::Tensors& example : examples) {
      const Tensor exact = network::evaluate(small_network(), example)->at("dense");
      const Tensor y = network::evaluate(*quantised, example)->at("dense");
      for (std::size_t i = 0; i < 3; ++i)
        error += std::pow(tensor::elements<float>(y)[i] - tensor::elements<float>(exact)[i], 2);
    }
    EXPECT_LT(error, before / 2) << name;
    before = error;
  }
}

TEST(Minifloat_Quantize, SurvivesTheFile) {
  const auto quantised = quantize(small_network(), {{{"x", floats({1, 2, 6, 6}, 1, 3)}}}, in("e4m3"));
  ASSERT_THAT(quantised, IsOk());
  const auto bytes = frontend::export_onnx(*quantised);
  ASSERT_THAT(bytes, IsOk());
  const auto back = frontend::import_onnx(*bytes, "net.onnx", {});
  ASSERT_THAT(back, IsOk());
  EXPECT_EQ(network::print(*back), network::print(*quantised));
  const Tensor x = floats({1, 2, 6, 6}, 1, 4);
  EXPECT_EQ(*network::evaluate(*back, {{"x", x}}), *network::evaluate(*quantised, {{"x", x}}));
}

TEST(Minifloat_Scales, LeastErrorIsNeverWorseThanCovering) {
  const Tensor values = floats({500}, 1, 9);
  auto span = tensor::elements<float>(values);
  std::vector<float> outlier(span.begin(), span.end());
  outlier.push_back(7);
  const auto error = [&](float scale) {
    numerics::Quantizer quantizer;
    quantizer.format = format("e2m1");
    quantizer.scale = scale;
    double sum = 0;
    for (const float x : outlier)
      sum += std::pow(numerics::dequantize(quantizer, numerics::quantize(quantizer, x)) - x, 2);
    return sum;
  };
  const float covering = float_scale(outlier, format("e2m1"), ScaleRule::kMinMax);
  EXPECT_FLOAT_EQ(covering * 6, 7);  // the largest value of e2m1
  EXPECT_LT(error(float_scale(outlier, format("e2m1"), ScaleRule::kMse)), error(covering));
}

}  // namespace
}  // namespace heddle::compression
