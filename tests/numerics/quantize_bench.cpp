// Speed of quantise-dequantise in elements per second, and of memcpy over the same buffers (1 MiB, then 64 MiB):
//   ninja quantize_bench && build/release/tests/numerics/quantize_bench
// `of_memcpy` is bytes moved per second of CPU time over those of memcpy in the same run.
#include <benchmark/benchmark.h>

#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include "compiler/base/random.h"
#include "compiler/numerics/blocks.h"
#include "compiler/numerics/quantize.h"

namespace heddle::numerics {
namespace {

std::vector<float> gaussian_like(std::size_t count) {
  Random random(1);
  std::vector<float> x(count);
  for (float& value : x) value = static_cast<float>(random.unit() + random.unit() + random.unit() - 1.5) * 4;
  return x;
}

/// Bytes per second of CPU time of memcpy between the two buffers.
double memcpy_rate(const std::vector<float>& x, std::vector<float>& y) {
  const std::size_t bytes = x.size() * sizeof(float);
  std::memcpy(y.data(), x.data(), bytes);
  double copied = 0;
  const std::clock_t start = std::clock();
  while (std::clock() - start < CLOCKS_PER_SEC / 10) {
    std::memcpy(y.data(), x.data(), bytes);
    benchmark::DoNotOptimize(y.data());
    benchmark::ClobberMemory();
    copied += static_cast<double>(bytes);
  }
  return copied * CLOCKS_PER_SEC / static_cast<double>(std::clock() - start);
}

Quantizer quantizer_of(const std::string& format, Rounding rounding) {
  Quantizer quantizer;
  quantizer.format = parse_scalar_format(format).value();
  quantizer.scale = 0.03F;
  quantizer.rounding = rounding;
  return quantizer;
}

void report(benchmark::State& state, std::size_t count, double memcpy_bytes, std::size_t bytes_out) {
  const auto elements = static_cast<double>(state.iterations()) * static_cast<double>(count);
  state.SetItemsProcessed(static_cast<std::int64_t>(elements));
  // memcpy reads and writes a float; the loop reads a float and writes `bytes_out`.
  const double moved = (4.0 + static_cast<double>(bytes_out)) / 8;
  state.counters["of_memcpy"] = benchmark::Counter(elements * 4 * moved / memcpy_bytes, benchmark::Counter::kIsRate);
}

void fake(benchmark::State& state, const std::string& format, Rounding rounding) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const std::vector<float> x = gaussian_like(count);
  std::vector<float> y(count);
  const double rate = memcpy_rate(x, y);
  const Quantizer quantizer = quantizer_of(format, rounding);
  for (auto _ : state) {
    quantize_dequantize(quantizer, x, y);
    benchmark::ClobberMemory();
  }
  report(state, count, rate, 4);
}

void to_codes(benchmark::State& state, const std::string& format) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const std::vector<float> x = gaussian_like(count);
  std::vector<float> y(count);
  std::vector<std::uint8_t> codes(count);
  const double rate = memcpy_rate(x, y);
  const Quantizer quantizer = quantizer_of(format, Rounding::kNearestEven);
  for (auto _ : state) {
    quantize(quantizer, x, codes);
    benchmark::ClobberMemory();
  }
  report(state, count, rate, 1);
}

void from_codes(benchmark::State& state, const std::string& format) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const std::vector<float> x = gaussian_like(count);
  std::vector<float> y(count);
  std::vector<std::uint8_t> codes(count);
  const double rate = memcpy_rate(x, y);
  const Quantizer quantizer = quantizer_of(format, Rounding::kNearestEven);
  quantize(quantizer, x, codes);
  for (auto _ : state) {
    dequantize(quantizer, codes, y);
    benchmark::ClobberMemory();
  }
  report(state, count, rate, 1);
}

/// Blocks of 32 with their own scales, codes and back.
void blocks(benchmark::State& state, const std::string& text) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const std::vector<float> x = gaussian_like(count);
  std::vector<float> y(count);
  const double rate = memcpy_rate(x, y);
  const auto format = std::get<BlockFormat>(parse_format(text).value());
  for (auto _ : state) benchmark::DoNotOptimize(dequantize_blocks(quantize_blocks(format, count, x).value()).value());
  report(state, count, rate, 4);
}

constexpr std::int64_t kCached = 1 << 18;
constexpr std::int64_t kStreamed = 1 << 24;

BENCHMARK_CAPTURE(fake, int8, "int8", Rounding::kNearestEven)->Arg(kCached)->Arg(kStreamed);
BENCHMARK_CAPTURE(fake, e4m3, "e4m3", Rounding::kNearestEven)->Arg(kCached)->Arg(kStreamed);
BENCHMARK_CAPTURE(fake, e4m3fn, "e4m3fn", Rounding::kNearestEven)->Arg(kCached);
BENCHMARK_CAPTURE(fake, ue4m4, "ue4m4", Rounding::kNearestEven)->Arg(kCached);
BENCHMARK_CAPTURE(fake, e4m3_away, "e4m3", Rounding::kNearestAway)->Arg(kCached);
BENCHMARK_CAPTURE(fake, e4m3_stochastic, "e4m3", Rounding::kStochastic)->Arg(kCached);
BENCHMARK_CAPTURE(fake, bf16, "bf16", Rounding::kNearestEven)->Arg(kCached);
BENCHMARK_CAPTURE(to_codes, int8, "int8")->Arg(kCached)->Arg(kStreamed);
BENCHMARK_CAPTURE(to_codes, e4m3, "e4m3")->Arg(kCached)->Arg(kStreamed);
BENCHMARK_CAPTURE(from_codes, e4m3, "e4m3")->Arg(kCached);
BENCHMARK_CAPTURE(blocks, mxfp8_e4m3, "mxfp8_e4m3")->Arg(kCached);
BENCHMARK_CAPTURE(blocks, mxfp4, "mxfp4")->Arg(kCached);
BENCHMARK_CAPTURE(blocks, mxint8, "mxint8")->Arg(kCached);
BENCHMARK_CAPTURE(blocks, nvfp4, "nvfp4")->Arg(kCached);

}  // namespace
}  // namespace heddle::numerics
