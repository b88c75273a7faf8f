// Random configurations that keep the contract between mapper and array, and nothing else: every multiplexer in every
// position.
#pragma once

#include <algorithm>
#include <set>
#include <vector>

#include "compiler/base/random.h"
#include "compiler/codegen/device.h"
#include "compiler/codegen/layout.h"

namespace heddle {

/// What the host writes for one run.
struct RandomRun {
  int ii = 1;
  std::uint32_t trip_count = 1;
  std::uint32_t schedule_length = 1;
  std::vector<std::uint32_t> loops;                            ///< trip counts less one
  std::vector<std::vector<std::vector<std::uint32_t>>> words;  ///< [pe][slot][chunk]
};

/// Draws runs for one architecture.
class RandomImages {
 public:
  RandomImages(const arch::Cgra& cgra, std::uint64_t seed) : cgra_(cgra), random_(seed) {}

  RandomRun draw() {
    RandomRun run;
    run.ii = 1 + pick(std::min(cgra_.config_depth, 14));
    run.trip_count = static_cast<std::uint32_t>(1 + pick(12));
    run.schedule_length = static_cast<std::uint32_t>(1 + pick(5 * run.ii));
    for (int l = 0; l < cgra_.loop_levels; ++l) run.loops.push_back(static_cast<std::uint32_t>(pick(4)));
    for (std::size_t pe = 0; pe < cgra_.pes.size(); ++pe) run.words.push_back(draw_pe(pe, run.ii));
    return run;
  }

 private:
  int pick(int bound) { return static_cast<int>(random_.below(static_cast<std::uint64_t>(bound))); }
  bool chance(int of_eight) { return pick(8) < of_eight; }

  std::uint64_t word() {
    const std::uint64_t mask = cgra_.word_bits == 64 ? ~0ULL : (1ULL << cgra_.word_bits) - 1;
    return (random_.next() >> pick(64)) & mask;
  }

  std::vector<std::vector<std::uint32_t>> draw_pe(std::size_t pe, int ii) {
    const arch::PeId id(static_cast<std::int64_t>(pe));
    const codegen::Layout layout = codegen::layout(codegen::layout_parameters(cgra_, id));
    std::set<int> completions;  // modulo ii
    bool divides = false;
    std::vector<std::vector<std::uint32_t>> words;
    for (int slot = 0; slot < ii; ++slot) {
      codegen::PeWord word = codegen::idle_word(layout.parameters);
      draw_moves(word, layout, id);
      draw_operation(word, layout, id, slot, ii, completions, divides);
      words.push_back(codegen::encode(layout, word));
    }
    return words;
  }

  /// Registers and outgoing links; a link takes only inputs that may pass on to it, a register is written by one port.
  void draw_moves(codegen::PeWord& word, const codegen::Layout& layout, arch::PeId id) {
    const codegen::LayoutParameters& p = layout.parameters;
    for (int& reg : word.rf_read) reg = pick(p.registers);
    int next_register = pick(p.registers);
    for (auto& write : word.rf_write) {
      write.source = chance(4) ? 0 : pick(layout.constant(0));
      write.reg = next_register++ % p.registers;
    }
    for (std::size_t j = 0; j < word.link.size(); ++j) {
      const int source = pick(layout.constant(0));
      const int input = source - layout.input(0);
      const arch::LinkId out = cgra_.out_links[id.index()][j];
      const bool allowed =
          input < 0 || cgra_.may_bypass(cgra_.in_links[id.index()][static_cast<std::size_t>(input)], out);
      word.link[j] = allowed ? source : 1;
    }
  }

  /// An operation whose result arrives when no other of this PE does.
  void draw_operation(codegen::PeWord& word, const codegen::Layout& layout, arch::PeId id, int slot, int ii,
                      std::set<int>& completions, bool& divides) {
    const auto& operations = cgra_.pe_class(id).operations;
    auto chosen = operations.begin();
    std::advance(chosen, pick(static_cast<int>(operations.size())));
    const auto [op, timing] = *chosen;
    if (chance(1) || timing.interval > ii || (timing.interval > 1 && divides)) return;
    if (!dfg::is_store(op) && !completions.insert((slot + timing.latency) % ii).second) return;
    divides = divides || timing.interval > 1;
    const codegen::LayoutParameters& p = layout.parameters;
    word.op = static_cast<int>(op);
    for (auto& constant : word.constants) constant = this->word();
    for (int& source : word.source) source = pick(layout.constant(p.constants));
    for (int& init : word.init) init = chance(5) ? 0 : pick(p.constants + 1);
    word.stage = pick(std::min(cgra_.max_stages + 1, 4));
    word.init_stage = std::min(cgra_.max_stages, word.stage + 1 + pick(2));
    word.live_out = dfg::is_store(op) ? 0 : pick(p.live_outs + 1);
    if (p.loop_levels > 0) draw_edges(word, p);
    if (dfg::is_memory(op)) draw_access(word, p, dfg::info(op).access_bytes);
  }

  /// Codes past the last as well.
  void draw_edges(codegen::PeWord& word, const codegen::LayoutParameters& p) {
    const int codes = 1 << codegen::select_bits(2 * p.loop_levels + 1);
    for (int& level : word.level) level = chance(4) ? 0 : pick(codes);
    word.gate = chance(4) ? 0 : pick(codes);
  }

  /// Accesses are aligned to their size.
  void draw_access(codegen::PeWord& word, const codegen::LayoutParameters& p, int bytes) {
    const auto size = static_cast<std::uint64_t>(bytes);
    word.constants[0] = word.constants[0] / size * size;
    if (p.address_generators > 0 && chance(6)) {
      // Any access may follow on a generator: steps are aligned to the widest.
      word.generator = 1 + pick(p.address_generators);
      word.steps = pick(p.loop_levels + 1);
      for (int k = 0; k <= p.loop_levels; ++k) word.constants[static_cast<std::size_t>(1 + k)] &= ~std::uint64_t{7};
    }
    const int least = bytes == 8 ? 3 : bytes == 4 ? 2 : bytes == 2 ? 1 : 0;
    word.mem_shift = least + pick(3);
    if (chance(4)) word.source[2] = word.init[2] = 0;
  }

  const arch::Cgra& cgra_;
  Random random_;
};

}  // namespace heddle
