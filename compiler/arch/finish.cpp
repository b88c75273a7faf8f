// What makes a description consistent, whoever made it.
#include <fmt/format.h>

#include <set>

#include "compiler/arch/cgra.h"
#include "compiler/arch/check_timing.h"

namespace heddle::arch {
namespace {

tl::unexpected<Error> bad(std::string message) { return fail(ErrorCode::kBadInput, std::move(message)); }

Status check_range(const std::string& what, std::int64_t value, std::int64_t low, std::int64_t high) {
  if (value >= low && value <= high) return {};
  return bad(fmt::format("{} is {}, expected {} to {}", what, value, low, high));
}

bool power_of_two(std::int64_t value) { return value > 0 && (value & (value - 1)) == 0; }

Status check_class(const PeClass& pe_class, int loop_levels) {
  const std::string who = fmt::format("PE class \"{}\": ", pe_class.name);
  HEDDLE_TRY(check_range(who + "registers", pe_class.registers, 0, 64));
  HEDDLE_TRY(check_range(who + "rf_read_ports", pe_class.rf_read_ports, 0, 8));
  HEDDLE_TRY(check_range(who + "rf_write_ports", pe_class.rf_write_ports, 0, 8));
  HEDDLE_TRY(check_range(who + "constants", pe_class.constants, 0, 8));
  HEDDLE_TRY(check_range(who + "live_outs", pe_class.live_outs, 0, 32));
  for (const auto& [op, timing] : pe_class.operations) {
    if (dfg::is_memory(op) && !pe_class.memory) return bad(fmt::format("{}{} needs memory: true", who, dfg::name(op)));
    if (const std::string why = timing_fault(op, timing); !why.empty()) return bad(who + why);
  }
  if (pe_class.memory && pe_class.constants < 1)
    return bad(who + "a PE with memory needs at least one constant field, for the base address");
  HEDDLE_TRY(check_range(who + "address_generators", pe_class.address_generators, 0, 8));
  if (const std::string why = generator_fault(pe_class, loop_levels); !why.empty()) return bad(who + why);
  return {};
}

Status check_scratchpad(const Scratchpad& scratchpad, int word_bits) {
  HEDDLE_TRY(check_range("scratchpad banks", scratchpad.banks, 1, 64));
  HEDDLE_TRY(check_range("scratchpad bank_bytes", scratchpad.bank_bytes, word_bits / 8, 16777216));
  HEDDLE_TRY(check_range("scratchpad ports", scratchpad.ports, 1, 2));
  // Addresses wrap modulo the size and banks are chosen by address bits.
  if (!power_of_two(scratchpad.banks))
    return bad(fmt::format("scratchpad banks is {}, expected a power of two", scratchpad.banks));
  if (!power_of_two(scratchpad.bank_bytes))
    return bad(fmt::format("scratchpad bank_bytes is {}, expected a power of two", scratchpad.bank_bytes));
  return {};
}

Status check_pes(const Cgra& cgra) {
  const auto count = static_cast<std::size_t>(cgra.rows) * static_cast<std::size_t>(cgra.columns);
  if (cgra.pes.size() != count)
    return bad(fmt::format("{} PEs given, a grid of {} by {} has {}", cgra.pes.size(), cgra.rows, cgra.columns, count));
  for (std::size_t i = 0; i < count; ++i) {
    const Pe& pe = cgra.pes[i];
    if (pe.row * cgra.columns + pe.column != static_cast<int>(i))
      return bad(fmt::format("PE {} is not at its place in the grid", i));
    if (pe.pe_class < 0 || static_cast<std::size_t>(pe.pe_class) >= cgra.classes.size())
      return bad(fmt::format("PE ({}, {}) is of no class", pe.row, pe.column));
  }
  return {};
}

Status check_links(const Cgra& cgra) {
  std::set<std::pair<PeId, std::string>> names;
  const auto valid = [&](PeId id) { return id.valid() && id.index() < cgra.pes.size(); };
  for (const Link& link : cgra.links) {
    if (!valid(link.from) || !valid(link.to)) return bad(fmt::format("link \"{}\" ends outside the grid", link.name));
    const Pe& from = cgra.pe(link.from);
    if (link.from == link.to)
      return bad(fmt::format("link \"{}\" of PE ({}, {}) ends where it starts", link.name, from.row, from.column));
    if (!names.emplace(link.from, link.name).second)
      return bad(fmt::format("PE ({}, {}) has two outgoing links named \"{}\"", from.row, from.column, link.name));
  }
  return {};
}

Status check_fan(const Cgra& cgra) {
  constexpr std::size_t kMaxLinks = 32;
  for (std::size_t i = 0; i < cgra.pes.size(); ++i) {
    const std::size_t most = std::max(cgra.in_links[i].size(), cgra.out_links[i].size());
    if (most > kMaxLinks)
      return bad(fmt::format("PE ({}, {}) has {} links in one direction, at most {} are supported", cgra.pes[i].row,
                             cgra.pes[i].column, most, kMaxLinks));
  }
  return {};
}

void derive(Cgra& cgra) {
  cgra.in_links.assign(cgra.pes.size(), {});
  cgra.out_links.assign(cgra.pes.size(), {});
  cgra.memory_pes.clear();
  for (std::size_t i = 0; i < cgra.links.size(); ++i) {
    cgra.out_links[cgra.links[i].from.index()].emplace_back(static_cast<std::int64_t>(i));
    cgra.in_links[cgra.links[i].to.index()].emplace_back(static_cast<std::int64_t>(i));
  }
  for (std::size_t i = 0; i < cgra.pes.size(); ++i) {
    const PeId id(static_cast<std::int64_t>(i));
    if (cgra.pe_class(id).memory) cgra.memory_pes.push_back(id);
  }
}

}  // namespace

std::string generator_fault(const PeClass& pe_class, int loop_levels) {
  if (pe_class.address_generators == 0) return {};
  if (!pe_class.memory) return "address generators serve loads and stores, and the class has no memory";
  if (pe_class.constants < 2)
    return fmt::format("an address generator needs two constant fields, for the base and the step; constants is {}",
                       pe_class.constants);
  if (pe_class.constants < 2 + loop_levels)
    return fmt::format(
        "with loop_levels {} an address generator needs {} constant fields, for the base and {} steps; constants is {}",
        loop_levels, 2 + loop_levels, 1 + loop_levels, pe_class.constants);
  return {};
}

std::string timing_fault(dfg::Opcode op, Timing timing) {
  const auto fault = [&](const char* field, int value, const std::string& expected) {
    return fmt::format("{} of {} is {}, expected {}", field, dfg::name(op), value, expected);
  };
  if (timing.latency < 1 || timing.latency > 64) return fault("latency", timing.latency, "1 to 64");
  if (timing.interval < 1 || timing.interval > 64) return fault("interval", timing.interval, "1 to 64");
  if (dfg::is_load(op) && timing.latency < 2)
    return fault("latency", timing.latency, "at least 2 (the scratchpad answers in the next cycle)");
  if (dfg::is_store(op) && timing != Timing{1, 1})
    return timing.latency != 1 ? fault("latency", timing.latency, "1") : fault("interval", timing.interval, "1");
  return {};
}

Status finish(Cgra& cgra) {
  if (cgra.word_bits != 16 && cgra.word_bits != 32 && cgra.word_bits != 64)
    return bad(fmt::format("word_bits is {}, expected 16, 32 or 64", cgra.word_bits));
  HEDDLE_TRY(check_range("rows", cgra.rows, 1, 64));
  HEDDLE_TRY(check_range("columns", cgra.columns, 1, 64));
  HEDDLE_TRY(check_range("config_depth", cgra.config_depth, 1, 256));
  HEDDLE_TRY(check_range("max_stages", cgra.max_stages, 1, 256));
  HEDDLE_TRY(check_range("loop_levels", cgra.loop_levels, 0, kMaxLoopLevels));
  HEDDLE_TRY(check_range("hop_limit", cgra.bypass.hop_limit, 1, 64));
  HEDDLE_TRY(check_scratchpad(cgra.scratchpad, cgra.word_bits));
  for (const PeClass& pe_class : cgra.classes) HEDDLE_TRY(check_class(pe_class, cgra.loop_levels));
  HEDDLE_TRY(check_pes(cgra));
  HEDDLE_TRY(check_links(cgra));
  derive(cgra);
  return check_fan(cgra);
}

}  // namespace heddle::arch
