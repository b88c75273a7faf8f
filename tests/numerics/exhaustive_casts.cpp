// Casts of all 2^32 float32 values to the small formats of LLVM 19, by the vectorised loop, against APFloat.
//
//   exhaustive_casts [--step N] [--threads N] FORMAT...    e4m3fn, e5m2ieee, ...; `all` for the nine
//
// Overflow is IEEE, rounding to nearest even. One line a format: values, mismatches, CPU seconds. Exit 1 on a mismatch,
// 2 on a usage error. --step N takes every Nth value.
#include <atomic>
#include <bit>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "compiler/numerics/quantize.h"
#include "tests/numerics/apfloat.h"

namespace heddle::numerics {
namespace {

struct Options {
  std::uint64_t step = 1;
  unsigned threads = 1;
  std::vector<ApFormat> formats;
};

std::optional<Options> parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if ((argument == "--step" || argument == "--threads") && i + 1 < argc) {
      const std::uint64_t value = std::strtoull(argv[++i], nullptr, 10);
      if (value == 0) return std::nullopt;
      if (argument == "--step") options.step = value;
      if (argument == "--threads") options.threads = static_cast<unsigned>(value);
      continue;
    }
    const std::size_t before = options.formats.size();
    for (const ApFormat& ap : ap_small_formats()) {
      if (argument == "all" || argument == ap.name) options.formats.push_back(ap);
    }
    if (options.formats.size() == before) return std::nullopt;
  }
  if (options.formats.empty()) return std::nullopt;
  return options;
}

/// Mismatches among the floats of bits first, first + step, ... below `end`.
std::uint64_t mismatches(const ApFormat& ap, std::uint64_t first, std::uint64_t end, std::uint64_t step) {
  const FloatFormat format = ap.format();
  const Quantizer quantizer{format, 1, 0, Rounding::kNearestEven, Overflow::kIeee, 0};
  const bool has_nan = nan_code(format).has_value();
  std::uint64_t wrong = 0;
  std::vector<float> x;
  std::vector<std::uint8_t> codes;
  const auto check_batch = [&] {
    codes.resize(x.size());
    quantize(quantizer, x, codes);
    for (std::size_t i = 0; i < x.size(); ++i) {
      // Without specials APFloat's answer for them is not defined.
      if (!std::isfinite(x[i]) && !has_nan) continue;
      llvm::APFloat number(x[i]);
      bool loses = false;
      number.convert(ap.semantics, llvm::RoundingMode::NearestTiesToEven, &loses);
      const bool both_nan = number.isNaN() && decode(format, codes[i]).kind == Value::Kind::kNan;
      if (codes[i] == ap_code(number) || both_nan) continue;
      if (wrong++ < 5)
        std::printf("%s of %a: ours %d, APFloat %u\n", ap.name.c_str(), static_cast<double>(x[i]), int{codes[i]},
                    ap_code(number));
    }
    x.clear();
  };
  for (std::uint64_t bits = first; bits < end; bits += step) {
    x.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    if (x.size() == 4096) check_batch();
  }
  check_batch();
  return wrong;
}

bool run(const ApFormat& ap, const Options& options) {
  constexpr std::uint64_t kAll = std::uint64_t{1} << 32U;
  const std::clock_t start = std::clock();
  std::atomic<std::uint64_t> wrong = 0;
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < options.threads; ++t) {
    threads.emplace_back([&, t] { wrong += mismatches(ap, t * options.step, kAll, options.threads * options.step); });
  }
  for (std::thread& thread : threads) thread.join();
  const std::uint64_t values = (kAll + options.step - 1) / options.step;
  std::printf("%s: %llu values, %llu mismatches, %.1f s of CPU time\n", ap.name.c_str(),
              static_cast<unsigned long long>(values), static_cast<unsigned long long>(wrong),
              static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  std::fflush(stdout);
  return wrong == 0;
}

}  // namespace
}  // namespace heddle::numerics

int main(int argc, char** argv) {
  using namespace heddle::numerics;
  const auto options = parse(argc, argv);
  if (!options) {
    std::fprintf(stderr, "usage: exhaustive_casts [--step N] [--threads N] FORMAT...\nformats: all");
    for (const ApFormat& ap : ap_small_formats()) std::fprintf(stderr, " %s", ap.name.c_str());
    std::fprintf(stderr, "\n");
    return 2;
  }
  bool good = true;
  for (const ApFormat& ap : options->formats) good = run(ap, *options) && good;
  return good ? 0 : 1;
}
