#include "runtime/verify/expectation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "compiler/dfg/interpret.h"
#include "compiler/dfg/number_text.h"
#include "compiler/dfg/verify.h"

namespace heddle::verify {
namespace {

/// Values kept for one explanation; later iterations of longer launches are not looked at.
constexpr std::uint64_t kMaxValues = 1U << 25U;

std::uint64_t read_bytes(const std::vector<std::uint8_t>& memory, std::uint64_t address, int bytes) {
  std::uint64_t value = 0;
  const std::uint64_t count = std::min<std::uint64_t>(static_cast<std::uint64_t>(bytes), memory.size() - address);
  std::memcpy(&value, &memory[address], count);
  return value;
}

}  // namespace

Expectation::Expectation(const arch::Cgra& cgra, const session::LaunchPlan& plan, bool with_values)
    : cgra_(cgra),
      plan_(plan),
      region_(*plan.region),
      ii_(static_cast<std::uint64_t>(region_.mapping.ii)),
      scratchpad_(static_cast<std::size_t>(cgra.scratchpad.bytes())) {
  copy_in();
  const dfg::Launch launch{plan.trip_count, plan.live_ins, plan.array_bases};
  if (!with_values) {
    live_outs_ = dfg::interpret(region_.graph, launch, scratchpad_);
    return;
  }
  const std::uint64_t nodes = region_.graph.nodes.size();
  recorded_ = std::min(plan.trip_count, kMaxValues / std::max<std::uint64_t>(nodes, 1));
  values_.resize(recorded_ * nodes);
  live_outs_ =
      dfg::interpret(region_.graph, launch, scratchpad_,
                     [this](dfg::NodeId node, std::uint64_t iteration, std::uint64_t result, std::uint64_t address,
                            bool accessed) { record(node, iteration, result, address, accessed); });
  sort_nodes_by_slot();
}

void Expectation::copy_in() {
  for (const auto* transfers : {&plan_.in, &plan_.kept})
    for (const session::Transfer& transfer : *transfers)
      std::memcpy(&scratchpad_[transfer.scratchpad], transfer.host, static_cast<std::size_t>(transfer.bytes));
}

void Expectation::record(dfg::NodeId node, std::uint64_t iteration, std::uint64_t result, std::uint64_t address,
                         bool accessed) {
  if (iteration >= recorded_) return;
  values_[iteration * region_.graph.nodes.size() + node.index()] = result;
  if (accessed && dfg::is_store(region_.graph.node(node).op)) stores_.push_back({node, iteration, address});
}

void Expectation::sort_nodes_by_slot() {
  completing_in_slot_.resize(ii_);
  for (std::size_t i = 0; i < region_.graph.nodes.size(); ++i) {
    const dfg::NodeId id(static_cast<std::int64_t>(i));
    if (dfg::is_store(region_.graph.node(id).op)) continue;
    const auto done = static_cast<std::uint64_t>(region_.mapping.nodes[i].time + latency(id));
    completing_in_slot_[done % ii_].push_back(id);
  }
}

int Expectation::latency(dfg::NodeId node) const {
  const auto timing = cgra_.timing(region_.mapping.nodes[node.index()].pe, region_.graph.node(node).op);
  return timing ? timing->latency : 1;
}

std::uint64_t Expectation::value(dfg::NodeId node, std::uint64_t iteration) const {
  return values_[iteration * region_.graph.nodes.size() + node.index()];
}

bool Expectation::memory_matches() const {
  return std::ranges::all_of(plan_.out, [this](const session::Transfer& transfer) {
    return std::memcmp(&scratchpad_[transfer.scratchpad], transfer.host, static_cast<std::size_t>(transfer.bytes)) == 0;
  });
}

std::optional<ValueFault> Expectation::check(const codegen::ProbeSample& sample) const {
  for (const dfg::NodeId id : completing_in_slot_[sample.array_cycle % ii_]) {
    const mapper::Placement& placement = region_.mapping.nodes[id.index()];
    const auto first = static_cast<std::uint64_t>(placement.time + latency(id));
    if (sample.array_cycle < first) continue;
    const std::uint64_t iteration = (sample.array_cycle - first) / ii_;
    if (iteration >= recorded_) continue;
    const std::uint64_t got = sample.results[placement.pe.index()];
    if (got == value(id, iteration)) continue;
    ValueFault found = fault(id, iteration, "result");
    found.expected = value(id, iteration);
    found.got = got;
    return found;
  }
  return {};
}

std::vector<std::uint8_t> Expectation::left_on_host() const {
  std::vector<std::uint8_t> memory = scratchpad_;
  for (const session::Transfer& transfer : plan_.out)
    std::memcpy(&memory[transfer.scratchpad], transfer.host, static_cast<std::size_t>(transfer.bytes));
  return memory;
}

std::optional<ValueFault> Expectation::check_memory() const {
  const std::vector<std::uint8_t> got = left_on_host();
  if (got == scratchpad_) return {};
  // Only the last store to a place is visible: look at each place from its last store, keep the earliest of these.
  std::vector<bool> seen(got.size());
  std::optional<ValueFault> earliest;
  for (auto store = stores_.rbegin(); store != stores_.rend(); ++store) {
    const int bytes = dfg::info(region_.graph.node(store->node).op).access_bytes;
    const std::uint64_t end = std::min<std::uint64_t>(store->address + static_cast<std::uint64_t>(bytes), got.size());
    bool wrong = false;
    for (std::uint64_t at = store->address; at < end; ++at) {
      wrong = wrong || (!seen[at] && got[at] != scratchpad_[at]);
      seen[at] = true;
    }
    if (!wrong) continue;
    ValueFault found = fault(store->node, store->iteration, "stored value");
    found.expected = read_bytes(scratchpad_, store->address, bytes);
    found.got = read_bytes(got, store->address, bytes);
    if (!earliest || found.array_cycle <= earliest->array_cycle) earliest = found;
  }
  if (earliest) return earliest;
  const auto [left, right] = std::mismatch(scratchpad_.begin(), scratchpad_.end(), got.begin());
  return unexpected_store(static_cast<std::uint64_t>(left - scratchpad_.begin()), got);
}

/// A byte changed that no store should have touched: the suspect is a store to the array it belongs to.
std::optional<ValueFault> Expectation::unexpected_store(std::uint64_t address,
                                                        const std::vector<std::uint8_t>& got) const {
  std::optional<dfg::NodeId> suspect;
  std::uint64_t best_base = 0;
  for (std::size_t i = 0; i < region_.graph.nodes.size(); ++i) {
    const dfg::Node& node = region_.graph.nodes[i];
    if (!dfg::is_store(node.op)) continue;
    const std::uint64_t base = plan_.array_bases[node.array.index()] & 0xFFFFFFFFU;
    if (suspect && (base > address || base < best_base)) continue;
    suspect = dfg::NodeId(static_cast<std::int64_t>(i));
    best_base = base;
  }
  if (!suspect) return {};
  ValueFault found = fault(*suspect, 0, fmt::format("store that must not happen, to scratchpad address {},", address));
  found.expected = scratchpad_[address];
  found.got = got[address];
  return found;
}

std::optional<ValueFault> Expectation::check_live_outs(const std::vector<std::uint64_t>& got) const {
  for (std::size_t i = 0; i < region_.graph.nodes.size(); ++i) {
    const auto& number = region_.graph.nodes[i].live_out;
    if (!number) continue;
    const auto k = static_cast<std::size_t>(*number);
    if (k < got.size() && got[k] == live_outs_[k]) continue;
    ValueFault found = fault(dfg::NodeId(static_cast<std::int64_t>(i)), plan_.trip_count - 1,
                             "live-out " + region_.graph.live_outs[k].name);
    found.expected = live_outs_[k];
    found.got = k < got.size() ? got[k] : 0;
    return found;
  }
  return {};
}

ValueFault Expectation::fault(dfg::NodeId node, std::uint64_t iteration, const std::string& what) const {
  const mapper::Placement& placement = region_.mapping.nodes[node.index()];
  const dfg::Opcode op = region_.graph.node(node).op;
  ValueFault found;
  found.region = region_.name;
  found.what = what;
  found.array_cycle =
      static_cast<std::uint64_t>(placement.time + (dfg::is_store(op) ? 0 : latency(node))) + iteration * ii_;
  found.pe = placement.pe.value;
  found.row = cgra_.pe(placement.pe).row;
  found.column = cgra_.pe(placement.pe).column;
  found.operation = dfg::name(op);
  found.node = dfg::describe(region_.graph, node);
  found.where = region_.graph.node(node).where;
  found.iteration = iteration;
  if (iteration < recorded_) found.operands = operands(node, iteration);
  return found;
}

std::uint64_t Expectation::operand_value(const dfg::Operand& operand, std::uint64_t iteration) const {
  const dfg::Launch launch{plan_.trip_count, plan_.live_ins, plan_.array_bases};
  if (operand.edge && dfg::LoopEdges(region_.graph, launch).holds(*operand.edge, iteration))
    return dfg::immediate_word(*operand.initial, launch, region_.graph.word_bits);
  if (!operand.is_node()) return dfg::immediate_word(operand.immediate, launch, region_.graph.word_bits);
  const auto distance = static_cast<std::uint64_t>(operand.distance);
  if (iteration >= distance) return value(operand.node, iteration - distance);
  return operand.initial ? dfg::immediate_word(*operand.initial, launch, region_.graph.word_bits) : 0;
}

std::vector<std::string> Expectation::operands(dfg::NodeId node, std::uint64_t iteration) const {
  static constexpr const char* kPortNames[] = {"a", "b", "c"};
  std::vector<std::string> lines;
  for (std::size_t port = 0; port < dfg::kPorts; ++port) {
    const dfg::Operand& operand = region_.graph.node(node).operands[port];
    if (!operand.present()) continue;
    std::string source = "immediate";
    if (operand.is_node()) {
      source = dfg::describe(region_.graph, operand.node);
      if (operand.distance > 0) source += fmt::format(", {} iterations ago", operand.distance);
    }
    // A code says little: its value as well.
    const std::uint64_t word = operand_value(operand, iteration);
    const std::string_view format = dfg::operand_format(region_.graph.node(node).op, static_cast<dfg::Port>(port));
    const std::string value = format.empty() ? "" : fmt::format(", {} in {}", dfg::number_text(format, word), format);
    lines.push_back(fmt::format("{} = {}{} ({})", kPortNames[port], word, value, source));
  }
  return lines;
}

}  // namespace heddle::verify
