// Casts and quantisation against onnxruntime, which scripts/setup installs from npm. Skipped, loudly, without it.
#include <gtest/gtest.h>
#include <unistd.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "compiler/base/scratch.h"
#include "compiler/base/tool_process.h"
#include "compiler/numerics/quantize.h"
#include "tests/numerics/mpfr_oracle.h"
#include "tests/support/matchers.h"
#include "tests/support/onnxruntime.h"

namespace heddle::numerics {
namespace {

const std::filesystem::path kSource = HEDDLE_SOURCE_DIR;

std::vector<float> read_floats(const std::filesystem::path& path) {
  std::vector<float> values(std::filesystem::file_size(path) / sizeof(float));
  std::ifstream(path, std::ios::binary)
      .read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(float)));
  return values;
}

/// What onnxruntime makes of numbers, read by name.
class Judge {
 public:
  explicit Judge(const std::vector<float>& x) : folder_(std::filesystem::temp_directory_path()) {
    const auto input = folder_.path() / "input";
    std::ofstream(input, std::ios::binary)
        .write(reinterpret_cast<const char*>(x.data()), static_cast<std::streamsize>(x.size() * sizeof(float)));
    const auto script = kSource / "tests" / "numerics" / "onnxruntime" / "judge.js";
    const ToolCommand command = {"env",          "NODE_PATH=" + kOnnxruntimeModules.string(),
                                 "node",         script.string(),
                                 input.string(), folder_.path().string()};
    status_ = run_tools({command}, folder_.path(), 1, {});
  }
  [[nodiscard]] const Status& status() const { return status_; }
  [[nodiscard]] std::vector<float> result(const std::string& name) const { return read_floats(folder_.path() / name); }

 private:
  TemporaryDirectory folder_;
  Status status_;
};

/// Every bfloat16 prefix, and every value and midpoint of the four formats with its neighbours one ulp away.
std::vector<float> inputs() {
  std::vector<float> x;
  for (std::uint32_t prefix = 0; prefix < 65536; ++prefix) x.push_back(std::bit_cast<float>(prefix << 16U));
  for (const char* text : {"e4m3fn", "e4m3fnuz", "e5m2ieee", "e5m2fnuz"}) {
    for (const double point : critical_values(MpfrRounder(parse_float_format(text).value()))) {
      const auto near = static_cast<float>(point);
      x.insert(x.end(), {near, std::nextafter(near, 0.0F), std::nextafter(near, INFINITY)});
    }
  }
  return x;
}

/// Where onnxruntime 1.30 without saturation leaves the table of the ONNX Cast operator, in the binade of the largest
/// finite value: e4m3fn gives 448 from 480 (what its NaN code would mean) up to half-way to the next, between values
/// that give NaN; e5m2 gives NaN instead of infinity.
bool known_deviation(const std::string& format, float x) {
  const float magnitude = std::fabs(x);
  if (format == "e4m3fn") return magnitude >= 480 && magnitude < 496;
  return format == "e5m2ieee" && magnitude >= 61440 && magnitude < 65536;
}

TEST(OnnxRuntime, Float8Casts_AreOurs) {
  REQUIRE_ONNXRUNTIME();
  const std::vector<float> x = inputs();
  const Judge judge(x);
  ASSERT_THAT(judge.status(), IsOk());
  for (const std::string text : {"e4m3fn", "e4m3fnuz", "e5m2ieee", "e5m2fnuz"}) {
    for (const Overflow overflow : {Overflow::kSaturate, Overflow::kIeee}) {
      const std::vector<float> theirs = judge.result(text + (overflow == Overflow::kSaturate ? ".1.y" : ".0.y"));
      ASSERT_EQ(theirs.size(), x.size());
      const Quantizer quantizer{parse_scalar_format(text).value(), 1, 0, Rounding::kNearestEven, overflow, 0};
      std::int64_t deviations = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        const float ours = dequantize(quantizer, quantize(quantizer, x[i]));
        const bool same = (std::isnan(ours) && std::isnan(theirs[i])) ||
                          std::bit_cast<std::uint32_t>(ours) == std::bit_cast<std::uint32_t>(theirs[i]);
        deviations += same ? 0 : 1;
        ASSERT_TRUE(same || (overflow == Overflow::kIeee && known_deviation(text, x[i])))
            << text << " of " << std::hexfloat << x[i] << ": ours " << ours << ", onnxruntime " << theirs[i];
      }
      // The excuse is not wider than the deviation.
      EXPECT_EQ(deviations > 0, overflow == Overflow::kIeee && (text == "e4m3fn" || text == "e5m2ieee")) << text;
    }
  }
}

TEST(OnnxRuntime, QuantizeLinear_IsOurs) {
  REQUIRE_ONNXRUNTIME();
  std::vector<float> x = inputs();
  // Ties of both scales of judge.js, and their neighbours.
  for (int i = -600; i < 600; ++i) {
    for (const float scale : {0.037F, 0.3F}) {
      const float tie = (static_cast<float>(i) + 0.5F) * scale;
      x.insert(x.end(), {tie, std::nextafter(tie, 0.0F), std::nextafter(tie, INFINITY)});
    }
  }
  // The operator does not say what a NaN becomes.
  std::erase_if(x, [](float value) { return std::isnan(value); });
  const Judge judge(x);
  ASSERT_THAT(judge.status(), IsOk());
  for (const Quantizer& quantizer : {Quantizer{IntFormat{8, false, false, true}, 0.037F, 77},
                                     Quantizer{IntFormat{8, true, false, true}, 0.3F, -5}}) {
    const std::string type = std::get<IntFormat>(quantizer.format).is_signed ? "int8" : "uint8";
    const std::vector<float> codes = judge.result(type + ".codes");
    const std::vector<float> values = judge.result(type + ".y");
    std::vector<std::uint8_t> ours(x.size());
    quantize(quantizer, x, ours);
    for (std::size_t i = 0; i < x.size(); ++i) {
      ASSERT_EQ(to_double(decode(quantizer.format, ours[i])), static_cast<double>(codes[i]))
          << type << " of " << std::hexfloat << x[i];
      ASSERT_EQ(dequantize(quantizer, ours[i]), values[i]) << type << " code " << codes[i];
    }
  }
}

}  // namespace
}  // namespace heddle::numerics
