// Compares many random kernels (tests/support/random_kernel.h) and counts. Not a test of its own: CI runs a few seeds.
//   random_sweep FIRST LAST [ARCH] [ENGINE]...     engines: interpreter, systemc, rtl (default: all)
// Kernels are compiled with -fwrapv, since signed sums of random operands overflow. Exit status 1 on a mismatch.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>

#include "tests/e2e/verified.h"
#include "tests/support/random_kernel.h"

namespace {

using namespace heddle;

struct Counts {
  int kernels = 0;
  int equal = 0;
  int mismatched = 0;
  int on_host = 0;                     ///< compiled, but nothing ran on the array
  std::map<std::string, int> refused;  ///< not compiled, by reason
  std::map<std::string, int> hosted;   ///< loops of compiled kernels that stayed on the host, by reason
  std::uint64_t launches = 0;
};

/// Without numbers and witness, so that equal reasons are counted together.
std::string plain(const std::string& reason) {
  std::string text;
  for (const char c : reason.substr(0, std::min(reason.find('\n'), reason.find(" ("))))
    if (c < '0' || c > '9') text += c;
  return text;
}

void compare(std::uint64_t seed, const std::string& architecture, const std::vector<verify::Engine>& engines,
             Counts& counts) {
  const e2e::Directory sources("sweep_" + std::to_string(seed));
  e2e::fs::create_directories(sources.path);
  const e2e::fs::path source = sources.path / ("random_" + std::to_string(seed) + ".c");
  ++counts.kernels;
  if (!write_file(source, random_kernel(seed, random_kernel_options(seed)))) std::abort();
  const auto result = e2e::verified(source, architecture, {"-fwrapv"}, engines);
  if (!result) {
    ++counts.refused[plain(result.error().message)];
    std::cout << seed << " refused: " << result.error().message << std::endl;
    return;
  }
  for (const Json& loop : result->program.report["host"]) {
    ++counts.hosted[plain(loop["reason"])];
    std::cout << seed << " host: " << loop["reason"].get<std::string>() << std::endl;
  }
  std::uint64_t launches = 0;
  for (const verify::KernelReport& kernel : result->report.kernels) launches += kernel.launches;
  counts.launches += launches;
  if (!result->report.equal()) {
    ++counts.mismatched;
    std::cout << seed << " MISMATCH\n" << result->text() << std::endl;
  } else {
    ++(launches > 0 ? counts.equal : counts.on_host);
  }
}

void print(const Counts& counts) {
  std::cout << counts.kernels << " kernels: " << counts.equal << " equal on all engines (" << counts.launches
            << " launches), " << counts.mismatched << " mismatched, " << counts.on_host << " never launched\n";
  for (const auto& [reason, count] : counts.refused) std::cout << "  refused " << count << ": " << reason << "\n";
  for (const auto& [reason, count] : counts.hosted) std::cout << "  host loop " << count << ": " << reason << "\n";
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() < 2) {
    std::cerr << "usage: random_sweep FIRST LAST [ARCH] [ENGINE]...\n";
    return 2;
  }
  std::vector<verify::Engine> engines;
  for (std::size_t i = 3; i < arguments.size(); ++i)
    for (const auto engine :
         {verify::Engine::kInterpreter, verify::Engine::kFast, verify::Engine::kSystemc, verify::Engine::kRtl})
      if (arguments[i] == verify::to_string(engine)) engines.push_back(engine);
  if (engines.empty()) engines = verify::Options().engines;
  Counts counts;
  const std::uint64_t last = std::strtoull(arguments[1].c_str(), nullptr, 10);
  for (std::uint64_t seed = std::strtoull(arguments[0].c_str(), nullptr, 10); seed <= last; ++seed)
    compare(seed, arguments.size() > 2 ? arguments[2] : "hycube_4x4", engines, counts);
  print(counts);
  return counts.mismatched == 0 ? 0 : 1;
}
