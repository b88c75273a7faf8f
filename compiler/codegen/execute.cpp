#include "compiler/codegen/execute.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "compiler/base/check.h"
#include "compiler/dfg/words.h"

namespace heddle::codegen {
namespace {

using Word = std::uint64_t;

/// What a PE remembers from one array cycle to the next.
struct PeState {
  Word result = 0;
  std::vector<Word> registers;
  std::vector<Word> live_outs;
  std::vector<Word> generators;
};

/// A result that will be in RES from a later array cycle on.
struct Completion {
  std::size_t pe = 0;
  Word value = 0;
  int live_out = 0;  ///< as in the word: 0 = none
};

struct Request {
  std::size_t pe = 0;
  const dfg::OpcodeInfo* op = nullptr;
  Word address = 0;
  Word data = 0;  ///< of a store; of a load when served
  bool served = false;
};

class Executor {
 public:
  Executor(const arch::Cgra& cgra, const Image& image, const dfg::Launch& launch, std::span<std::uint8_t> scratchpad)
      : cgra_(cgra), image_(image), launch_(launch), scratchpad_(scratchpad) {
    HEDDLE_CHECK(std::cmp_equal(scratchpad.size(), cgra.scratchpad.bytes()), "not the array's scratchpad");
    for (std::size_t pe = 0; pe < cgra.pes.size(); ++pe) {
      const LayoutParameters parameters = layout_parameters(cgra, pe_id(pe));
      layouts_.push_back(layout(parameters));
      words_.emplace_back();
      for (const auto& chunks : image.words[pe]) words_.back().push_back(decode(layouts_.back(), chunks));
      pes_.push_back({0, std::vector<Word>(static_cast<std::size_t>(parameters.registers)),
                      std::vector<Word>(static_cast<std::size_t>(parameters.live_outs)),
                      std::vector<Word>(static_cast<std::size_t>(parameters.address_generators))});
    }
    for (const Patch& patch : image.patches)
      words_[patch.pe.index()][static_cast<std::size_t>(patch.slot)]
          .constants[static_cast<std::size_t>(patch.constant)] =
          dfg::immediate_word(patch.value, launch, cgra.word_bits);
    // The host writes 32 bits of each trip count less one.
    for (const dfg::Immediate& loop : image.loops)
      trips_.push_back(((dfg::immediate_word(loop, launch, cgra.word_bits) - 1) & 0xFFFF'FFFFU) + 1);
    trips_.resize(static_cast<std::size_t>(cgra.loop_levels), 1);
  }

  Result<Execution> run() {
    Execution execution;
    const auto ii = static_cast<Word>(image_.ii);
    execution.array_cycles = (launch_.trip_count - 1) * ii + static_cast<Word>(image_.schedule_length);
    for (cycle_ = 0; cycle_ < execution.array_cycles; ++cycle_) {
      slot_ = static_cast<std::size_t>(cycle_ % ii);
      iteration_ = cycle_ / ii;
      HEDDLE_ASSIGN(const Word clocks, array_cycle());
      execution.clock_cycles += clocks;
    }
    for (const LiveOutPlace& place : image_.live_outs)
      execution.live_outs.push_back(pes_[place.pe.index()].live_outs[static_cast<std::size_t>(place.index)]);
    return execution;
  }

 private:
  static arch::PeId pe_id(std::size_t pe) { return arch::PeId(static_cast<std::int64_t>(pe)); }
  [[nodiscard]] const PeWord& word(std::size_t pe) const { return words_[pe][slot_]; }

  [[nodiscard]] tl::unexpected<Error> bad(std::size_t pe, const std::string& what) const {
    return fail(ErrorCode::kBadInput,
                fmt::format("image: PE ({},{}) slot {}: {}", cgra_.pes[pe].row, cgra_.pes[pe].column, slot_, what));
  }

  /// One array cycle; returns its clock cycles.
  Result<Word> array_cycle() {
    requests_.clear();
    for (std::size_t pe = 0; pe < pes_.size(); ++pe) HEDDLE_TRY(issue(pe));
    const Word clocks = serve();
    for (const Request& request : requests_)
      if (!dfg::is_store(request.op->op)) finish_load(request);
    std::vector<PeState> next = pes_;
    for (std::size_t pe = 0; pe < pes_.size(); ++pe) HEDDLE_TRY(write_registers(pe, next[pe]));
    pes_ = std::move(next);
    const auto [first, last] = completions_.equal_range(cycle_ + 1);
    for (auto entry = first; entry != last; ++entry) {
      const Completion& done = entry->second;
      pes_[done.pe].result = done.value;
      if (done.live_out != 0) pes_[done.pe].live_outs[static_cast<std::size_t>(done.live_out) - 1] = done.value;
    }
    completions_.erase(first, last);
    return clocks;
  }

  /// The value behind a source code; `depth` counts links crossed in this cycle.
  [[nodiscard]] Result<Word> source(std::size_t pe, int code, int depth) const {
    const LayoutParameters& p = layouts_[pe].parameters;
    if (code == Layout::none()) return Word{0};
    if (code == Layout::result()) return pes_[pe].result;
    int index = code - Layout::read_port(0);
    if (index < p.read_ports) {
      const auto reg = static_cast<std::size_t>(word(pe).rf_read[static_cast<std::size_t>(index)]);
      if (reg >= pes_[pe].registers.size()) return bad(pe, fmt::format("reads register {}", reg));
      return pes_[pe].registers[reg];
    }
    index -= p.read_ports;
    if (index < p.inputs) return link(cgra_.in_links[pe][static_cast<std::size_t>(index)], depth);
    index -= p.inputs;
    if (index < p.constants) return word(pe).constants[static_cast<std::size_t>(index)];
    return bad(pe, fmt::format("no source {}", code));
  }

  [[nodiscard]] Result<Word> link(arch::LinkId id, int depth) const {
    const std::size_t from = cgra_.link(id).from.index();
    if (depth >= cgra_.bypass.hop_limit) return bad(from, "a value crosses more links than the hop limit");
    const auto& outs = cgra_.out_links[from];
    const auto out = static_cast<std::size_t>(std::find(outs.begin(), outs.end(), id) - outs.begin());
    return source(from, word(from).link[out], depth + 1);
  }

  [[nodiscard]] bool started(int stage) const { return iteration_ >= static_cast<Word>(stage); }
  [[nodiscard]] bool valid(int stage) const {
    return started(stage) && iteration_ - static_cast<Word>(stage) < launch_.trip_count;
  }

  /// Does inner loop `loop` end with the iteration that stage `stage` is in? Before the first iteration all do.
  [[nodiscard]] bool ends(std::size_t loop, int stage) const {
    if (!started(stage)) return true;
    Word rest = iteration_ - static_cast<Word>(stage);
    for (std::size_t inner = 0; inner <= loop; ++inner) {
      if (rest % trips_[inner] != trips_[inner] - 1) return false;
      rest /= trips_[inner];
    }
    return true;
  }

  /// Of an edge code (codegen::edge_code); codes of loops that are not there never hold.
  [[nodiscard]] bool at_edge(int code, int stage) const {
    const auto loop = static_cast<std::size_t>(code - 1) / 2;
    if (code == 0 || loop >= trips_.size()) return false;
    return ends(loop, code % 2 == 1 ? stage + 1 : stage);
  }

  [[nodiscard]] Result<Word> operand(std::size_t pe, std::size_t port) const {
    const int init = word(pe).init[port];
    const int level = word(pe).level[port];
    const bool fresh = level != 0 ? at_edge(level, word(pe).stage) : !started(word(pe).init_stage);
    if (init == 0 || !fresh) return source(pe, word(pe).source[port], 0);
    if (static_cast<std::size_t>(init) > word(pe).constants.size())
      return bad(pe, fmt::format("no constant field {}", init - 1));
    return word(pe).constants[static_cast<std::size_t>(init) - 1];
  }

  Status issue(std::size_t pe) {
    const PeWord& issued = word(pe);
    if (issued.op == 0) return {};
    const auto op = static_cast<dfg::Opcode>(issued.op);
    const auto timing = cgra_.timing(pe_id(pe), op);
    if (!timing) return bad(pe, fmt::format("the PE has no operation {}", issued.op));
    HEDDLE_ASSIGN(const Word a, operand(pe, 0));
    HEDDLE_ASSIGN(const Word b, operand(pe, 1));
    HEDDLE_ASSIGN(const Word c, operand(pe, 2));
    if (dfg::is_memory(op)) {
      const bool unpredicated = issued.source[2] == 0 && issued.init[2] == 0;
      const bool gated = issued.gate != 0 && !at_edge(issued.gate, issued.stage);
      const bool active = valid(issued.stage) && !gated && (unpredicated || c != 0);
      if (issued.generator == 0) {
        access(pe, 0, a, b, active, *timing);
        return {};
      }
      const auto number = static_cast<std::size_t>(issued.generator) - 1;
      if (number >= pes_[pe].generators.size()) return bad(pe, fmt::format("no address generator {}", number));
      Word& generator = pes_[pe].generators[number];
      access(pe, generator, a, b, active, *timing);
      std::size_t step = 0;
      while (std::cmp_less(step, issued.steps) && step < trips_.size() && ends(step, issued.stage)) ++step;
      if (valid(issued.stage)) generator += issued.constants[1 + step];
      return {};
    }
    complete(pe, dfg::evaluate(op, a, b, c, cgra_.word_bits), *timing);
    return {};
  }

  void complete(std::size_t pe, Word value, arch::Timing timing) {
    const int live_out = valid(word(pe).stage) ? word(pe).live_out : 0;
    completions_.emplace(cycle_ + static_cast<Word>(timing.latency), Completion{pe, value, live_out});
  }

  void access(std::size_t pe, Word advance, Word index, Word data, bool active, arch::Timing timing) {
    const dfg::OpcodeInfo& op = dfg::info(static_cast<dfg::Opcode>(word(pe).op));
    if (!active) {
      if (!dfg::is_store(op.op)) complete(pe, 0, timing);
      return;
    }
    const Word base = (word(pe).constants[0] + advance) & dfg::word_mask(cgra_.word_bits);
    const Word sum = base + (index << static_cast<unsigned>(word(pe).mem_shift));
    requests_.push_back({pe, &op, (sum & 0xFFFF'FFFFU) % scratchpad_.size(), data, false});
  }

  [[nodiscard]] std::size_t bank(const Request& request) const {
    const auto& pad = cgra_.scratchpad;
    const Word row = pad.interleaved ? static_cast<Word>(cgra_.word_bits / 8) : static_cast<Word>(pad.bank_bytes);
    return static_cast<std::size_t>((request.address / row) % static_cast<Word>(pad.banks));
  }

  /// Rounds of at most `ports` requests a bank, lowest PE first, until none remains. Loads of a round come before its
  /// stores.
  Word serve() {
    Word rounds = 0;
    for (std::size_t remaining = requests_.size(); remaining > 0; ++rounds) {
      std::vector<Request*> round;
      std::vector<int> used(static_cast<std::size_t>(cgra_.scratchpad.banks), 0);
      for (Request& request : requests_)
        if (!request.served && used[bank(request)]++ < cgra_.scratchpad.ports) round.push_back(&request);
      for (Request* request : round)
        if (!dfg::is_store(request->op->op)) request->data = read(*request);
      for (Request* request : round)
        if (dfg::is_store(request->op->op)) write(*request);
      for (Request* request : round) request->served = true;
      remaining -= round.size();
    }
    return std::max<Word>(rounds, 1);
  }

  [[nodiscard]] Word read(const Request& request) const {
    Word value = 0;
    for (int i = request.op->access_bytes - 1; i >= 0; --i)
      value = value << 8U | scratchpad_[(request.address + static_cast<Word>(i)) % scratchpad_.size()];
    if (request.op->access_signed) value = static_cast<Word>(dfg::sign_extend(value, 8 * request.op->access_bytes));
    return value & dfg::word_mask(cgra_.word_bits);
  }

  void write(const Request& request) {
    for (int i = 0; i < request.op->access_bytes; ++i)
      scratchpad_[(request.address + static_cast<Word>(i)) % scratchpad_.size()] =
          static_cast<std::uint8_t>(request.data >> static_cast<unsigned>(8 * i));
  }

  void finish_load(const Request& request) {
    complete(request.pe, request.data, *cgra_.timing(pe_id(request.pe), request.op->op));
  }

  Status write_registers(std::size_t pe, PeState& next) const {
    for (const PeWord::Write& write : word(pe).rf_write) {
      if (write.source == Layout::none()) continue;
      HEDDLE_ASSIGN(const Word value, source(pe, write.source, 0));
      if (static_cast<std::size_t>(write.reg) >= next.registers.size())
        return bad(pe, fmt::format("writes register {}", write.reg));
      next.registers[static_cast<std::size_t>(write.reg)] = value;
    }
    return {};
  }

  const arch::Cgra& cgra_;
  const Image& image_;
  const dfg::Launch& launch_;
  std::span<std::uint8_t> scratchpad_;
  std::vector<Layout> layouts_;             // by PE
  std::vector<std::vector<PeWord>> words_;  // by PE and slot, patched
  std::vector<Word> trips_;                 // of the loop unit's inner loops
  std::vector<PeState> pes_;
  std::multimap<Word, Completion> completions_;  // by the array cycle from which RES holds the value
  std::vector<Request> requests_;                // of this array cycle, ascending by PE
  Word cycle_ = 0;
  std::size_t slot_ = 0;
  Word iteration_ = 0;
};

}  // namespace

Result<Execution> execute(const arch::Cgra& cgra, const Image& image, const dfg::Launch& launch,
                          std::span<std::uint8_t> scratchpad) {
  return Executor(cgra, image, launch, scratchpad).run();
}

}  // namespace heddle::codegen
