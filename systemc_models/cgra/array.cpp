// An array cycle is evaluated once, in its first clock cycle: links, operations, then the inputs of registers. Its
// memory requests are served round by round, one a clock cycle; the last round's clock cycle commits everything.
// While rounds remain, nothing but the scratchpad changes, so evaluating again would give the same values.
#include "systemc_models/cgra/array.h"

#include <algorithm>
#include <bit>

#include "compiler/base/check.h"
#include "compiler/dfg/interpret.h"
#include "compiler/dfg/words.h"

namespace heddle::systemc {

namespace host_map = codegen::host_map;

Array::Array(const arch::Cgra& cgra)
    : cgra_(cgra),
      map_(cgra_),
      mask_(dfg::word_mask(cgra_.word_bits)),
      configuration_(cgra_, map_),
      scratchpad_(cgra_),
      loop_unit_(cgra_.loop_levels, cgra_.max_stages),
      state_(map_.size()),
      live_outs_(configuration_.live_out_count()),
      generators_(configuration_.generator_count()),
      completing_(std::bit_ceil(static_cast<std::size_t>(configuration_.max_latency()) + 1)),
      slot_cycles_(static_cast<std::size_t>(cgra_.config_depth)) {}

void Array::start() {
  count_slots(activity_);
  configuration_.refresh(state_);
  std::fill(slot_cycles_.begin(), slot_cycles_.end(), std::uint64_t{0});
  std::fill_n(state_.begin(), map_.cleared_by_start(), Word{0});
  std::fill(live_outs_.begin(), live_outs_.end(), Word{0});
  std::fill(generators_.begin(), generators_.end(), Word{0});
  for (auto& bucket : completing_) bucket.clear();
  requests_.clear();
  control_.run_cycles = 0;
  control_.stall_cycles = 0;
  loop_ = {};
  loop_.busy = true;
  loop_unit_.start();
}

void Array::clock() {
  HEDDLE_CHECK(loop_.busy, "an idle array does not run");
  ++control_.run_cycles;
  if (!loop_.stalled) {
    if (probe_) sample();
    evaluate();
  }
  loop_.stalled = !requests_.empty() && !scratchpad_.serve_round(requests_);
  if (loop_.stalled) {
    ++control_.stall_cycles;
    ++activity_.stall_cycles;
  } else {
    advance();
  }
}

void Array::sample() const {
  probe_({loop_.array_cycle, std::span<const Word>(&state_[StateMap::kResults], cgra_.pes.size())});
}

void Array::evaluate() {
  const SlotProgram& program = configuration_.slot(loop_.slot);
  for (const Copy& copy : program.links) state_[copy.to] = state_[copy.from];
  requests_.clear();
  waiting_loads_.clear();
  for (const Operation& operation : program.operations) issue(operation);
  register_inputs_.clear();
  for (const Copy& copy : program.registers) register_inputs_.push_back(state_[copy.from]);
}

Word Array::operand(const Operation& operation, std::size_t port) const {
  const bool available = operation.edge[port] == 0 ? loop_.it >= operation.init_stage
                                                   : !loop_unit_.holds(operation.edge[port], operation.stage);
  return state_[available ? operation.source[port] : operation.initial[port]];
}

void Array::issue(const Operation& operation) {
  const Word a = operand(operation, 0);
  const Word b = operand(operation, 1);
  const Word c = operand(operation, 2);
  const bool is_valid = valid(operation.stage);
  ++(is_valid ? activity_.operations : activity_.idle_operations)[static_cast<std::size_t>(operation.op)];
  const std::size_t bucket = (loop_.array_cycle + operation.latency) & (completing_.size() - 1);
  Completion completion;
  completion.result = operation.result;
  if (operation.live_out != Operation::kNoLiveOut && is_valid) completion.live_out = operation.live_out;
  if (operation.kind == Operation::Kind::kArithmetic) {
    completion.value = dfg::evaluate(operation.op, a, b, c, cgra_.word_bits);
  } else if (is_valid && (!operation.predicated || c != 0) &&
             (operation.gate == 0 || loop_unit_.holds(operation.gate, operation.stage))) {
    Request request = scratchpad_.request(base_of(operation) + (a << operation.shift), operation.bytes);
    request.is_signed = operation.is_signed;
    request.store = operation.kind == Operation::Kind::kStore;
    request.data = b;
    if (!request.store) waiting_loads_.push_back({bucket, completing_[bucket].size(), requests_.size()});
    ++(request.store ? activity_.stores : activity_.loads)[std::countr_zero(operation.bytes)];
    requests_.push_back(request);
  }
  // Nothing reads it again in this array cycle, so it may step at once.
  if (operation.generator != Operation::kNoGenerator && is_valid)
    generators_[static_cast<std::size_t>(operation.generator)] += step_of(operation);
  if (operation.kind != Operation::Kind::kStore) completing_[bucket].push_back(completion);
}

Word Array::base_of(const Operation& operation) const {
  if (operation.generator == Operation::kNoGenerator) return state_[operation.base];
  return (state_[operation.base] + generators_[static_cast<std::size_t>(operation.generator)]) & mask_;
}

/// Of the outermost loop that ends, if the operation has a step for it.
Word Array::step_of(const Operation& operation) const {
  Index step = operation.step;
  for (unsigned loop = 0; loop < operation.steps; ++loop)
    if ((loop_unit_.ends(operation.stage) & (1U << loop)) != 0) step = operation.step + 1 + loop;
  return state_[step];
}

void Array::advance() {
  for (const WaitingLoad& load : waiting_loads_)
    completing_[load.bucket][load.entry].value = requests_[load.request].data & mask_;
  const SlotProgram& program = configuration_.slot(loop_.slot);
  for (std::size_t i = 0; i < program.registers.size(); ++i) state_[program.registers[i].to] = register_inputs_[i];
  complete();
  count_loop();
}

void Array::complete() {
  auto& bucket = completing_[(loop_.array_cycle + 1) & (completing_.size() - 1)];
  for (const Completion& completion : bucket) {
    state_[completion.result] = completion.value;
    if (completion.live_out != Operation::kNoLiveOut)
      live_outs_[static_cast<std::size_t>(completion.live_out)] = completion.value;
  }
  bucket.clear();
}

void Array::count_loop() {
  ++loop_.array_cycle;
  ++slot_cycles_[loop_.slot];
  requests_.clear();
  if (loop_.it == control_.last_it && loop_.slot == control_.last_slot) {
    loop_.busy = false;
    if (probe_) sample();  // what the last array cycle left behind
    return;
  }
  if (loop_.slot == control_.ii_minus_1) {
    loop_.slot = 0;
    ++loop_.it;
    loop_unit_.next();
  } else {
    ++loop_.slot;
  }
}

/// Registers and links do the same in each array cycle of a slot.
void Array::count_slots(codegen::Activity& activity) const {
  for (std::size_t slot = 0; slot < slot_cycles_.size(); ++slot) {
    const std::uint64_t cycles = slot_cycles_[slot];
    if (cycles == 0) continue;
    const SlotProgram& program = configuration_.slot(slot);
    activity.array_cycles += cycles;
    activity.register_reads += cycles * program.register_reads;
    activity.register_writes += cycles * program.registers.size();
    for (const Copy& copy : program.links) activity.link_words += copy.from == StateMap::kZero ? 0 : cycles;
  }
}

codegen::Activity Array::activity() const {
  codegen::Activity activity = activity_;
  count_slots(activity);
  return activity;
}

void Array::host_write(std::uint32_t address, std::uint32_t value) {
  ++(address >= host_map::kScratchpad                                       ? activity_.scratchpad_words_in
     : address >= host_map::kConfiguration && address < host_map::kLiveOuts ? activity_.configuration_words
                                                                            : activity_.other_host_words);
  if (address >= host_map::kScratchpad) {
    scratchpad_.write_word(address - host_map::kScratchpad, value);
  } else if (address >= host_map::kConfiguration && address < host_map::kLiveOuts) {
    const std::uint32_t place = address - host_map::kConfiguration;
    configuration_.write(place >> 16U, (place >> 8U) & 0xFFU, (place >> 2U) & 0x3FU, value);
  } else {
    write_control_register(address, value);
  }
}

std::uint32_t Array::host_read(std::uint32_t address) {
  ++(address >= host_map::kScratchpad ? activity_.scratchpad_words_out : activity_.other_host_words);
  if (address >= host_map::kScratchpad) return scratchpad_.read_word(address - host_map::kScratchpad);
  if (address < host_map::kLiveOuts) return control_register(address);
  const std::uint32_t place = address - host_map::kLiveOuts;
  const auto index = configuration_.live_out_index(place >> 8U, (place >> 3U) & 0x1FU);
  if (!index) return 0;
  const unsigned shift = (place & 4U) != 0 ? 32 : 0;
  return static_cast<std::uint32_t>(live_outs_[*index] >> shift);
}

std::uint32_t Array::control_register(std::uint32_t address) const {
  switch (address) {
    case host_map::kStatus: return loop_.busy ? 1 : 0;
    case host_map::kIiMinus1: return control_.ii_minus_1;
    case host_map::kTripCount: return control_.trip_count;
    case host_map::kLastIt: return static_cast<std::uint32_t>(control_.last_it);
    case host_map::kLastSlot: return control_.last_slot;
    case host_map::kLastItHigh: return static_cast<std::uint32_t>(control_.last_it >> 32U);
    case host_map::kRunCycles: return control_.run_cycles;
    case host_map::kStallCycles: return control_.stall_cycles;
    default: return 0;
  }
}

void Array::write_control_register(std::uint32_t address, std::uint32_t value) {
  switch (address) {
    case host_map::kControl:
      if ((value & 1U) != 0 && !loop_.busy) start();
      break;
    case host_map::kIiMinus1: control_.ii_minus_1 = value % static_cast<std::uint32_t>(cgra_.config_depth); break;
    case host_map::kTripCount: control_.trip_count = value; break;
    case host_map::kLastIt: control_.last_it = (control_.last_it & 0x100000000U) | value; break;
    case host_map::kLastSlot: control_.last_slot = value; break;
    case host_map::kLastItHigh:
      control_.last_it = (control_.last_it & 0xFFFFFFFFU) | (static_cast<std::uint64_t>(value & 1U) << 32U);
      break;
    default:
      if (address >= host_map::kLoops && address % 4 == 0) loop_unit_.set_last((address - host_map::kLoops) / 4, value);
      break;
  }
}

LoopUnit::LoopUnit(int levels, int max_stages)
    : last_(static_cast<std::size_t>(levels)), rest_(last_.size()), ends_(static_cast<std::size_t>(max_stages) + 2) {}

/// A loop ends where it is in its last iteration and all loops in it end.
unsigned LoopUnit::ending() const {
  unsigned loops = 0;
  for (std::size_t l = 0; l < rest_.size() && rest_[l] == 0; ++l) loops |= 1U << l;
  return loops;
}

void LoopUnit::start() {
  rest_ = last_;
  std::fill(ends_.begin(), ends_.end(), (1U << last_.size()) - 1U);
  ends_.front() = ending();
}

void LoopUnit::next() {
  if (last_.empty()) return;
  const unsigned ended = ends_.front();
  for (std::size_t l = 0; l < rest_.size() && (l == 0 || (ended & (1U << (l - 1))) != 0); ++l)
    rest_[l] = (ended & (1U << l)) != 0 ? last_[l] : rest_[l] - 1;
  std::copy_backward(ends_.begin(), ends_.end() - 1, ends_.end());
  ends_.front() = ending();
}

}  // namespace heddle::systemc
