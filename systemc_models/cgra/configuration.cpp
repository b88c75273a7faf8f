// Codes of things that do not exist (a link that may not be passed on here, a register past the last) read as 0, as
// the multiplexers of the RTL do.
#include "systemc_models/cgra/configuration.h"

#include <algorithm>
#include <functional>

namespace heddle::systemc {
namespace {

arch::PeId pe_id(std::size_t pe) { return arch::PeId(static_cast<std::int64_t>(pe)); }

}  // namespace

Configuration::Configuration(const arch::Cgra& cgra, const StateMap& map)
    : cgra_(cgra), map_(map), depth_(static_cast<std::size_t>(cgra.config_depth)), slots_(depth_) {
  live_outs_.push_back(0);
  generators_.push_back(0);
  for (std::size_t pe = 0; pe < cgra.pes.size(); ++pe) {
    layouts_.push_back(codegen::layout(codegen::layout_parameters(cgra, pe_id(pe))));
    live_outs_.push_back(live_outs_.back() + static_cast<std::size_t>(cgra.pe_class(pe_id(pe)).live_outs));
    generators_.push_back(generators_.back() + static_cast<std::size_t>(cgra.pe_class(pe_id(pe)).address_generators));
    for (std::size_t slot = 0; slot < depth_; ++slot)
      chunks_.emplace_back(static_cast<std::size_t>(layouts_[pe].chunks), 0U);
  }
  programs_.resize(chunks_.size());
  is_dirty_.resize(chunks_.size());
  for (const arch::PeClass& pe_class : cgra.classes)
    for (const auto& [op, timing] : pe_class.operations) max_latency_ = std::max(max_latency_, timing.latency);
}

void Configuration::write(std::size_t pe, std::size_t slot, std::size_t chunk, std::uint32_t value) {
  if (pe >= layouts_.size() || slot >= depth_) return;
  const std::size_t word = word_index(pe, slot);
  if (chunk >= chunks_[word].size()) return;
  chunks_[word][chunk] = value;
  if (!is_dirty_[word]) dirty_.push_back(word);
  is_dirty_[word] = true;
}

void Configuration::refresh(std::vector<Word>& state) {
  bool changed = false;
  for (const std::size_t word : dirty_) {
    const std::size_t pe = word / depth_;
    const std::size_t slot = word % depth_;
    const codegen::PeWord decoded = codegen::decode(layouts_[pe], chunks_[word]);
    for (std::size_t k = 0; k < decoded.constants.size(); ++k) state[map_.constant(pe, slot, k)] = decoded.constants[k];
    PeProgram program = resolve(pe, slot, decoded);
    if (!(program == programs_[word])) {  // launches mostly patch constants only
      programs_[word] = std::move(program);
      changed = true;
    }
    is_dirty_[word] = false;
  }
  dirty_.clear();
  if (changed) rebuild();
}

std::optional<std::size_t> Configuration::live_out_index(std::size_t pe, std::size_t index) const {
  if (pe + 1 >= live_outs_.size() || live_outs_[pe] + index >= live_outs_[pe + 1]) return {};
  return live_outs_[pe] + index;
}

/// What operands, links and register writes have in common.
Index Configuration::source(std::size_t pe, const codegen::PeWord& word, int code) const {
  const codegen::Layout& layout = layouts_[pe];
  const codegen::LayoutParameters& parameters = layout.parameters;
  if (code == codegen::Layout::result()) return StateMap::result(pe);
  if (const int port = code - codegen::Layout::read_port(0); port >= 0 && port < parameters.read_ports) {
    const int reg = word.rf_read[static_cast<std::size_t>(port)];
    return reg < parameters.registers ? map_.reg(pe, reg) : StateMap::kZero;
  }
  if (const int input = code - layout.input(0); input >= 0 && input < parameters.inputs)
    return map_.link(cgra_.in_links[pe][static_cast<std::size_t>(input)]);
  return StateMap::kZero;
}

Index Configuration::operand(std::size_t pe, std::size_t slot, const codegen::PeWord& word, int code) const {
  const int field = code - layouts_[pe].constant(0);
  if (field >= 0 && field < layouts_[pe].parameters.constants)
    return map_.constant(pe, slot, static_cast<std::size_t>(field));
  return source(pe, word, code);
}

Index Configuration::link_source(std::size_t pe, const codegen::PeWord& word, int code, arch::LinkId out) const {
  const int input = code - layouts_[pe].input(0);
  if (input >= 0 && input < layouts_[pe].parameters.inputs &&
      !cgra_.may_bypass(cgra_.in_links[pe][static_cast<std::size_t>(input)], out))
    return StateMap::kZero;
  return source(pe, word, code);
}

std::optional<Operation> Configuration::resolve_operation(std::size_t pe, std::size_t slot,
                                                          const codegen::PeWord& word) const {
  const auto op = static_cast<dfg::Opcode>(word.op);
  const auto timing = word.op == 0 ? std::nullopt : cgra_.timing(pe_id(pe), op);
  if (!timing) return {};
  const int constants = layouts_[pe].parameters.constants;
  Operation operation;
  for (std::size_t port = 0; port < 3; ++port) {
    operation.source[port] = operand(pe, slot, word, word.source[port]);
    operation.initial[port] = operation.source[port];
    if (word.init[port] > 0 && word.init[port] <= constants)
      operation.initial[port] = map_.constant(pe, slot, static_cast<std::size_t>(word.init[port]) - 1);
  }
  operation.result = StateMap::result(pe);
  operation.base = constants > 0 ? map_.constant(pe, slot, 0) : StateMap::kZero;
  if (const auto index = live_out_index(pe, static_cast<std::size_t>(word.live_out) - 1); word.live_out > 0 && index)
    operation.live_out = static_cast<std::int32_t>(*index);
  if (word.generator > 0 && word.generator <= layouts_[pe].parameters.address_generators) {
    operation.generator = static_cast<std::int32_t>(generators_[pe]) + word.generator - 1;
    operation.step = map_.constant(pe, slot, 1);
    operation.steps = static_cast<std::uint8_t>(std::min(word.steps, cgra_.loop_levels));
  }
  for (std::size_t port = 0; port < 3; ++port) operation.edge[port] = static_cast<std::uint8_t>(word.level[port]);
  operation.gate = static_cast<std::uint8_t>(word.gate);
  operation.pe = static_cast<std::uint16_t>(pe);
  operation.stage = static_cast<std::uint16_t>(word.stage);
  operation.init_stage = static_cast<std::uint16_t>(word.init_stage);
  operation.latency = static_cast<std::uint16_t>(timing->latency);
  operation.op = op;
  if (dfg::is_memory(op)) operation.kind = dfg::is_load(op) ? Operation::Kind::kLoad : Operation::Kind::kStore;
  operation.shift = static_cast<std::uint8_t>(word.mem_shift);
  operation.bytes = static_cast<std::uint8_t>(dfg::info(op).access_bytes);
  operation.is_signed = dfg::info(op).access_signed;
  operation.predicated = word.source[2] != 0 || word.init[2] != 0;
  return operation;
}

Configuration::PeProgram Configuration::resolve(std::size_t pe, std::size_t slot, const codegen::PeWord& word) const {
  PeProgram program;
  program.operation = resolve_operation(pe, slot, word);
  for (std::size_t j = 0; j < cgra_.out_links[pe].size(); ++j) {
    const arch::LinkId out = cgra_.out_links[pe][j];
    program.links.push_back({map_.link(out), link_source(pe, word, word.link[j], out)});
  }
  for (const auto& write : word.rf_write)
    if (write.source != 0 && write.reg < layouts_[pe].parameters.registers)
      program.registers.push_back({map_.reg(pe, write.reg), source(pe, word, write.source)});
  program.register_reads = codegen::register_reads(layouts_[pe].parameters, word);
  return program;
}

void Configuration::rebuild() {
  std::vector<bool> driven(cgra_.links.size());
  for (const PeProgram& program : programs_)
    for (const Copy& copy : program.links)
      if (copy.from != StateMap::kZero) driven[static_cast<std::size_t>(map_.link_number(copy.to))] = true;
  for (std::size_t slot = 0; slot < depth_; ++slot) {
    SlotProgram& target = slots_[slot];
    target = {};
    for (std::size_t pe = 0; pe < layouts_.size(); ++pe) {
      const PeProgram& program = programs_[word_index(pe, slot)];
      if (program.operation) target.operations.push_back(*program.operation);
      target.registers.insert(target.registers.end(), program.registers.begin(), program.registers.end());
      target.register_reads += program.register_reads;
    }
    order_links(slot, driven);
  }
}

/// Depth first along the bypasses of this slot. Links that no slot drives stay 0 and are left out. A link that would
/// pass on its own value (possible with `turns: any` only) reads 0.
void Configuration::order_links(std::size_t slot, const std::vector<bool>& driven) {
  std::vector<const Copy*> copies(cgra_.links.size(), nullptr);
  for (std::size_t pe = 0; pe < layouts_.size(); ++pe)
    for (const Copy& copy : programs_[word_index(pe, slot)].links)
      copies[static_cast<std::size_t>(map_.link_number(copy.to))] = &copy;
  enum class Mark : std::uint8_t { kNew, kOpen, kDone };
  std::vector<Mark> marks(copies.size(), Mark::kNew);
  std::vector<Copy>& ordered = slots_[slot].links;
  const std::function<void(std::size_t)> visit = [&](std::size_t link) {
    if (marks[link] != Mark::kNew || copies[link] == nullptr) return;
    marks[link] = Mark::kOpen;
    Copy copy = *copies[link];
    if (const std::int64_t before = map_.link_number(copy.from); before >= 0) {
      visit(static_cast<std::size_t>(before));
      if (marks[static_cast<std::size_t>(before)] == Mark::kOpen) copy.from = StateMap::kZero;
    }
    marks[link] = Mark::kDone;
    if (driven[link]) ordered.push_back(copy);
  };
  for (std::size_t link = 0; link < copies.size(); ++link) visit(link);
}

}  // namespace heddle::systemc
