// A device on a small array whose configuration words are written field by field, without a mapper.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "compiler/arch/cgra.h"
#include "compiler/codegen/device.h"
#include "compiler/codegen/layout.h"
#include "compiler/dfg/graph.h"
#include "systemc_models/cgra/cgra_model.h"
#include "tests/support/matchers.h"

namespace heddle::systemc {

using dfg::Opcode;

inline arch::PeClass everything_class() {
  arch::PeClass all;
  all.name = "all";
  for (const dfg::OpcodeInfo& entry : dfg::opcodes()) {
    if (entry.word_bits <= 32) all.operations[entry.op] = {dfg::is_load(entry.op) ? 2 : 1, 1};
  }
  all.operations[Opcode::kMul] = {3, 1};
  all.memory = true;
  return all;
}

/// A rows x columns array, every PE linked to its east and south neighbours and back, with bypasses.
inline arch::Cgra small_array(int rows, int columns, int hop_limit = 4) {
  arch::Cgra cgra;
  cgra.name = "small";
  cgra.rows = rows;
  cgra.columns = columns;
  cgra.config_depth = 4;
  cgra.max_stages = 8;
  cgra.classes = {everything_class()};
  cgra.bypass.hop_limit = hop_limit;
  cgra.scratchpad = {.banks = 2, .bank_bytes = 64, .ports = 1, .interleaved = false};
  const auto id = [&](int row, int column) { return arch::PeId(row * columns + column); };
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column) {
      cgra.pes.push_back({row, column, 0});
      if (column + 1 < columns) cgra.links.push_back({id(row, column), id(row, column + 1), "E"});
      if (column > 0) cgra.links.push_back({id(row, column), id(row, column - 1), "W"});
      if (row + 1 < rows) cgra.links.push_back({id(row, column), id(row + 1, column), "S"});
      if (row > 0) cgra.links.push_back({id(row, column), id(row - 1, column), "N"});
    }
  EXPECT_THAT(arch::finish(cgra), IsOk());
  return cgra;
}

class Bench {
 public:
  explicit Bench(arch::Cgra cgra) : cgra_(std::move(cgra)), device_(make_cgra_device(cgra_)) {}

  codegen::Device& device() { return *device_; }
  const arch::Cgra& cgra() const { return cgra_; }

  /// The configuration word of (pe, slot), to be filled in before `configure`.
  codegen::PeWord& word(int pe, int slot = 0) {
    return words_.try_emplace({pe, slot}, codegen::idle_word(layout(pe).parameters)).first->second;
  }
  codegen::Layout layout(int pe) const { return codegen::layout(codegen::layout_parameters(cgra_, arch::PeId(pe))); }

  /// An operation at (pe, slot) with the given sources.
  codegen::PeWord& put(int pe, int slot, Opcode op, std::vector<int> sources) {
    codegen::PeWord& target = word(pe, slot);
    target.op = static_cast<int>(op);
    for (std::size_t i = 0; i < sources.size(); ++i) target.source[i] = sources[i];
    return target;
  }

  int result() const { return codegen::Layout::result(); }
  int read_port(int k) const { return codegen::Layout::read_port(k); }
  int constant(int pe, int k) const { return layout(pe).constant(k); }
  /// Source code, at the link's end, of the link that leaves `from` in direction `name`.
  int input(int from, const std::string& name) const {
    const arch::LinkId link = link_named(from, name);
    const auto& in = cgra_.in_links[cgra_.link(link).to.index()];
    const auto place = std::find(in.begin(), in.end(), link) - in.begin();
    return layout(cgra_.link(link).to.value).input(static_cast<int>(place));
  }
  /// The field of the outgoing link `name`.
  int& link(int pe, int slot, const std::string& name) {
    const auto& out = cgra_.out_links[static_cast<std::size_t>(pe)];
    const auto place = std::find(out.begin(), out.end(), link_named(pe, name)) - out.begin();
    return word(pe, slot).link[static_cast<std::size_t>(place)];
  }

  void configure() {
    for (const auto& [place, content] : words_)
      device_->write(codegen::host_map::configuration(place.first, place.second, 0),
                     codegen::encode(layout(place.first), content));
  }

  /// Configures and runs; results() then holds RES by array cycle and PE.
  void run(std::uint32_t ii, std::uint32_t trip_count, std::uint32_t schedule_length) {
    configure();
    const std::uint64_t last_it = std::uint64_t{trip_count} - 1 + (schedule_length - 1) / ii;
    const std::vector<std::uint32_t> control = {ii - 1, trip_count, static_cast<std::uint32_t>(last_it),
                                                (schedule_length - 1) % ii, static_cast<std::uint32_t>(last_it >> 32U)};
    device_->write(codegen::host_map::kIiMinus1, control);
    results_.clear();
    device_->set_probe([this](const codegen::ProbeSample& sample) {
      EXPECT_EQ(sample.array_cycle, results_.size());
      results_.emplace_back(sample.results.begin(), sample.results.end());
    });
    EXPECT_THAT(device_->start_and_wait(100000), IsOk());
    device_->set_probe({});
  }

  std::uint64_t result_of(int pe, std::size_t cycle) const {
    return results_.at(cycle).at(static_cast<std::size_t>(pe));
  }
  std::size_t array_cycles() const { return results_.size() - 1; }

  std::uint32_t read(std::uint32_t address) {
    std::uint32_t word = 0;
    device_->read(address, std::span(&word, 1));
    return word;
  }
  void write(std::uint32_t address, std::uint32_t value) { device_->write(address, std::span(&value, 1)); }
  std::uint32_t live_out(int pe, int index) { return read(codegen::host_map::live_out(pe, index)); }
  std::uint32_t run_cycles() { return read(codegen::host_map::kRunCycles); }
  std::uint32_t stall_cycles() { return read(codegen::host_map::kStallCycles); }

 private:
  arch::LinkId link_named(int from, const std::string& name) const {
    for (const arch::LinkId id : cgra_.out_links[static_cast<std::size_t>(from)])
      if (cgra_.link(id).name == name) return id;
    ADD_FAILURE() << "PE " << from << " has no link " << name;
    return arch::LinkId(0);
  }

  arch::Cgra cgra_;
  std::unique_ptr<codegen::Device> device_;
  std::map<std::pair<int, int>, codegen::PeWord> words_;
  std::vector<std::vector<std::uint64_t>> results_;
};

/// PE `pe` counts 0, 1, 2, ... in RES: RES of array cycle c is c - 1 (mod 2^W), 0 in cycle 0.
inline void put_counter(Bench& bench, int pe) {
  codegen::PeWord& word = bench.put(pe, 0, Opcode::kAdd, {bench.result(), bench.constant(pe, 1)});
  word.constants = {~std::uint64_t{0} & 0xFFFFFFFFU, 1};
  word.init[0] = 1;
  word.init_stage = 1;
}

}  // namespace heddle::systemc
