// Clock cycles a second of the SystemC model with every PE, link and memory port busy in every slot.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <string>
#include <vector>

#include "compiler/codegen/layout.h"
#include "systemc_models/cgra/cgra_model.h"

namespace heddle::systemc {
namespace {

namespace host_map = codegen::host_map;
constexpr std::uint32_t kIi = 4;

/// Multiplies and adds what arrives on the links, keeps results in a register, and loads where there is memory.
codegen::PeWord busy_word(const arch::Cgra& cgra, arch::PeId pe, std::uint32_t slot) {
  const codegen::Layout layout = codegen::layout(codegen::layout_parameters(cgra, pe));
  codegen::PeWord word = codegen::idle_word(layout.parameters);
  const bool memory = cgra.pe_class(pe).memory;
  word.op = static_cast<int>(memory && slot % 2 == 0 ? dfg::Opcode::kLoadU32
                             : slot % 2 == 1         ? dfg::Opcode::kMul
                                                     : dfg::Opcode::kAdd);
  word.source[0] = memory ? layout.constant(1) : layout.input(0);
  word.source[1] = codegen::Layout::read_port(0);
  word.constants = {static_cast<std::uint64_t>(pe.value) * 4096, 4};
  word.rf_write[0] = {codegen::Layout::result(), static_cast<int>(slot % 2)};
  for (int& link : word.link) link = codegen::Layout::result();
  return word;
}

void configure(const arch::Cgra& cgra, codegen::Device& device) {
  for (std::size_t i = 0; i < cgra.pes.size(); ++i) {
    const arch::PeId pe(static_cast<std::int64_t>(i));
    const codegen::Layout layout = codegen::layout(codegen::layout_parameters(cgra, pe));
    for (std::uint32_t slot = 0; slot < kIi; ++slot)
      device.write(host_map::configuration(pe.value, static_cast<int>(slot), 0),
                   codegen::encode(layout, busy_word(cgra, pe, slot)));
  }
}

void run(benchmark::State& state, const std::string& name) {
  const std::filesystem::path directory = std::filesystem::path(HEDDLE_SOURCE_DIR) / "workloads/architectures";
  const auto cgra = arch::find(name, directory);
  const auto device = make_cgra_device(cgra.value());
  configure(*cgra, *device);
  constexpr std::uint32_t kTripCount = 50000;
  const std::vector<std::uint32_t> control = {kIi - 1, kTripCount, kTripCount - 1, kIi - 1, 0};
  device->write(host_map::kIiMinus1, control);
  const std::uint64_t before = device->clock_cycles();
  for (auto _ : state)
    if (!device->start_and_wait(10'000'000)) state.SkipWithError("the run did not end");
  state.counters["cycles/s"] =
      benchmark::Counter(static_cast<double>(device->clock_cycles() - before), benchmark::Counter::kIsRate);
}

BENCHMARK_CAPTURE(run, hycube_4x4, "hycube_4x4")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run, mesh_4x4, "mesh_4x4")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run, hycube_8x8, "hycube_8x8")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(run, mesh_16x16, "mesh_16x16")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace heddle::systemc
