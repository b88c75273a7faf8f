#include "compiler/codegen/rtl_limits.h"

#include <fmt/format.h>

#include <bit>

#include "compiler/codegen/layout.h"
#include "compiler/dfg/number_operations.h"

namespace heddle::codegen {
namespace {

using arch::Cgra;
using arch::LinkId;
using arch::PeClass;
using arch::PeId;

tl::unexpected<Error> unsupported(const Cgra& cgra, const std::string& reason, std::string hint = {}) {
  return fail(ErrorCode::kUnsupported, fmt::format("no RTL for architecture {}: {}", cgra.name, reason), {},
              std::move(hint));
}

std::string describe(const Cgra& cgra, LinkId id) {
  const arch::Link& link = cgra.link(id);
  const arch::Pe& from = cgra.pe(link.from);
  const arch::Pe& to = cgra.pe(link.to);
  return fmt::format("{} from ({},{}) to ({},{})", link.name, from.row, from.column, to.row, to.column);
}

Status check_loop(const Cgra& cgra) {
  const std::vector<LinkId> loop = arch::combinational_loop(cgra);
  if (loop.empty()) return {};
  std::string names;
  for (const LinkId link : loop) names += (names.empty() ? "" : ", ") + describe(cgra, link);
  return unsupported(cgra, "its bypass links form a combinational loop: " + names,
                     "use `turns: dimension_order`, or a hop_limit of 1");
}

bool power_of_two(std::int64_t value) { return value > 0 && std::has_single_bit(static_cast<std::uint64_t>(value)); }

Status check_scratchpad(const Cgra& cgra) {
  const arch::Scratchpad& spm = cgra.scratchpad;
  if (!power_of_two(spm.banks)) return unsupported(cgra, fmt::format("{} banks are not a power of two", spm.banks));
  if (!power_of_two(spm.bank_bytes) || spm.bank_bytes < 8)
    return unsupported(cgra, fmt::format("{} bytes per bank are not a power of two of at least 8", spm.bank_bytes));
  if (spm.bytes() > (std::int64_t{1} << 30U)) return unsupported(cgra, "the scratchpad is larger than 1 GiB");
  if (spm.ports != 1 && spm.ports != 2)
    return unsupported(cgra, fmt::format("banks with {} ports; 1 and 2 exist", spm.ports));
  return {};
}

/// All operations of `pe_class` that `is_member` picks have one latency, as they share one unit.
Status check_shared_latency(const Cgra& cgra, const PeClass& pe_class, bool (*is_member)(dfg::Opcode)) {
  const std::pair<const dfg::Opcode, arch::Timing>* first = nullptr;
  for (const auto& entry : pe_class.operations) {
    if (!is_member(entry.first)) continue;
    if (first == nullptr) first = &entry;
    if (entry.second.latency != first->second.latency)
      return unsupported(
          cgra,
          fmt::format("in class {}, {} and {} share a unit but have latencies {} and {}", pe_class.name,
                      dfg::name(first->first), dfg::name(entry.first), first->second.latency, entry.second.latency),
          "give them the same latency, or put them into different classes");
  }
  return {};
}

// The lanes of rtl/cgra/cgra_number.sv.
bool is_sum_or_product(dfg::Opcode op) {
  return dfg::is_number(op) && dfg::number_operation(op).function <= dfg::NumberFunction::kMac;
}
bool is_comparison(dfg::Opcode op) {
  return dfg::is_number(op) && !is_sum_or_product(op) && dfg::number_operation(op).function <= dfg::NumberFunction::kEq;
}
bool is_conversion(dfg::Opcode op) {
  return dfg::is_number(op) && dfg::number_operation(op).function > dfg::NumberFunction::kEq;
}

Status check_class(const Cgra& cgra, const PeClass& pe_class) {
  HEDDLE_TRY(check_shared_latency(cgra, pe_class, dfg::is_division));
  HEDDLE_TRY(check_shared_latency(cgra, pe_class, dfg::is_load));
  HEDDLE_TRY(check_shared_latency(cgra, pe_class, dfg::is_packed));
  HEDDLE_TRY(check_shared_latency(cgra, pe_class, is_sum_or_product));
  HEDDLE_TRY(check_shared_latency(cgra, pe_class, is_comparison));
  HEDDLE_TRY(check_shared_latency(cgra, pe_class, is_conversion));
  for (const auto& [op, timing] : pe_class.operations)
    if (timing.latency > 255)
      return unsupported(cgra, fmt::format("{} of class {} has latency {}; the largest is 255", dfg::name(op),
                                           pe_class.name, timing.latency));
  if (pe_class.live_outs > 32)
    return unsupported(cgra, fmt::format("class {} has {} live-out registers; the address map has room for 32",
                                         pe_class.name, pe_class.live_outs));
  return {};
}

Status check_address_map(const Cgra& cgra) {
  if (cgra.pes.size() > 4096)
    return unsupported(cgra, fmt::format("{} PEs; the address map has room for 4096", cgra.pes.size()));
  if (cgra.config_depth > 256)
    return unsupported(cgra, fmt::format("config_depth {}; the largest is 256", cgra.config_depth));
  for (std::size_t pe = 0; pe < cgra.pes.size(); ++pe) {
    const Layout word = layout(layout_parameters(cgra, PeId(static_cast<std::int64_t>(pe))));
    if (word.chunks > 64)
      return unsupported(
          cgra,
          fmt::format("the configuration word of PE ({},{}) has {} chunks of 32 bits; the address map has room for 64",
                      cgra.pes[pe].row, cgra.pes[pe].column, word.chunks));
  }
  return {};
}

}  // namespace

Status check_rtl_limits(const Cgra& cgra) {
  HEDDLE_TRY(check_loop(cgra));
  HEDDLE_TRY(check_scratchpad(cgra));
  for (const PeClass& pe_class : cgra.classes) HEDDLE_TRY(check_class(cgra, pe_class));
  return check_address_map(cgra);
}

}  // namespace heddle::codegen
