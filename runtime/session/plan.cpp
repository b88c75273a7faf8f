#include "runtime/session/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "compiler/dfg/words.h"
#include "runtime/session/scratchpad_layout.h"

namespace heddle::session {
namespace {

/// The host bytes [low, high) that an array may touch.
struct Extent {
  char* low = nullptr;
  char* high = nullptr;
  bool read = false;
  bool written = false;
  bool fully_written = false;
  bool may_be_skipped = false;  ///< see ScratchpadRange

  [[nodiscard]] bool empty() const { return low >= high; }
  [[nodiscard]] std::int64_t bytes() const { return empty() ? 0 : high - low; }
};

/// Arrays whose extents overlap, directly or through others: one piece of memory.
struct Group {
  char* low = nullptr;
  char* high = nullptr;
  std::vector<std::size_t> arrays;  ///< ascending
};

// Bits of heddle_array_range::flags.
constexpr int kRead = 1;
constexpr int kWritten = 2;
constexpr int kEveryByteWritten = 4;
constexpr int kConditional = 8;

/// The whole object around the array, or, if the loop may skip accesses, the part of the range that exists: an address
/// that is never used may lie anywhere.
Result<Extent> object_extent(const heddle_array_range& range, Extent extent, const std::string& name,
                             const ObjectTable& objects) {
  const char* inside = range.known != 0 ? range.low : range.base;
  auto object = objects.find(range.object != nullptr ? range.object : inside);
  if (!object && range.known != 0) object = objects.find(range.high - 1);
  if (!object) {
    return fail(ErrorCode::kUnsupported,
                "the extent of array '" + name +
                    "' is not known: its address is in no variable, argument, heap block or stack array");
  }
  extent.low = object->base;
  extent.high = object->base + object->bytes;
  if (range.known != 0) {
    extent.low = std::max(extent.low, range.low);
    extent.high = std::min(extent.high, range.high);
  }
  extent.fully_written = false;
  extent.may_be_skipped = true;
  return extent;
}

Result<Extent> extent_of(const heddle_array_range& range, const std::string& name, const ObjectTable& objects) {
  const auto flag = [&](int bit) { return (range.flags & bit) != 0; };
  const Extent extent{range.low, range.high, flag(kRead), flag(kWritten), flag(kEveryByteWritten)};
  if (range.known != 0 && (extent.empty() || !flag(kConditional))) return extent;
  return object_extent(range, extent, name, objects);
}

Result<std::vector<Extent>> extents_of(const dfg::Graph& graph, std::span<const heddle_array_range> arrays,
                                       const ObjectTable& objects) {
  std::vector<Extent> extents;
  for (std::size_t k = 0; k < arrays.size(); ++k) {
    HEDDLE_ASSIGN(const Extent extent, extent_of(arrays[k], graph.arrays[k].name, objects));
    extents.push_back(extent);
  }
  return extents;
}

std::vector<Group> group_overlapping(const std::vector<Extent>& extents) {
  std::vector<std::size_t> order(extents.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t k) { return extents[k].empty(); });
  std::ranges::stable_sort(order, {}, [&](std::size_t k) { return extents[k].low; });
  std::vector<Group> groups;
  for (const std::size_t k : order) {
    if (groups.empty() || extents[k].low >= groups.back().high) groups.push_back({extents[k].low, extents[k].high, {}});
    groups.back().high = std::max(groups.back().high, extents[k].high);
    groups.back().arrays.push_back(k);
  }
  for (Group& group : groups) std::ranges::sort(group.arrays);
  // Host addresses differ from run to run; the arrays' numbers do not.
  std::ranges::sort(groups, {}, [](const Group& group) { return group.arrays.front(); });
  return groups;
}

/// True if every byte of the group is certainly written by the loop and none is read.
bool needs_no_copy_in(const Group& group, const std::vector<Extent>& extents) {
  std::vector<const Extent*> written;
  for (const std::size_t k : group.arrays) {
    if (extents[k].read) return false;
    if (extents[k].fully_written) written.push_back(&extents[k]);
  }
  std::ranges::sort(written, {}, &Extent::low);
  const char* covered = group.low;
  for (const Extent* extent : written) {
    if (extent->low > covered) return false;
    covered = std::max<const char*>(covered, extent->high);
  }
  return covered == group.high;
}

std::string size_message(const dfg::Graph& graph, const std::vector<Group>& groups,
                         const arch::Scratchpad& scratchpad) {
  std::int64_t total = 0;
  std::string list;
  for (const Group& group : groups) {
    std::string names;
    for (const std::size_t k : group.arrays) names += (names.empty() ? "" : "+") + graph.arrays[k].name;
    total += group.high - group.low;
    list += fmt::format("{}{} {}", list.empty() ? "" : ", ", names, group.high - group.low);
  }
  return fmt::format("arrays need {} bytes: {}; the scratchpad has {}", total, list, scratchpad.bytes());
}

int wanted_bank(const CompiledRegion& region, const Group& group) {
  const auto& banks = region.mapping.banks;
  for (const std::size_t k : group.arrays) {
    if (k < banks.size() && banks[k] >= 0) return banks[k];
  }
  return -1;
}

/// Addresses that leave residents alone, and where `pieces[k].at` says so, use them; `pieces` keep no `at` otherwise.
std::optional<std::vector<std::uint32_t>> place_beside(const arch::Scratchpad& scratchpad, std::vector<Piece>& pieces,
                                                       const std::vector<Resident>& residents) {
  std::vector<Obstacle> obstacles;
  for (const Resident& each : residents) obstacles.push_back({each.piece.scratchpad, each.piece.bytes});
  const bool any = std::ranges::any_of(pieces, [](const Piece& piece) { return piece.at.has_value(); });
  if (auto addresses = place_around(scratchpad, pieces, obstacles)) return addresses;
  if (any)
    if (auto addresses = place_around(scratchpad, pieces, {})) return addresses;
  for (Piece& piece : pieces) piece.at.reset();
  if (any)
    if (auto addresses = place_around(scratchpad, pieces, obstacles)) return addresses;
  return std::nullopt;
}

/// The pieces of the groups, and their addresses in the scratchpad.
struct Placed {
  std::vector<Piece> pieces;
  std::vector<std::uint32_t> addresses;
};

Result<Placed> place_groups(const arch::Cgra& cgra, const CompiledRegion& region, const std::vector<Group>& groups,
                            const std::vector<Resident>& residents) {
  std::vector<Piece> pieces;
  for (const Group& group : groups) {
    pieces.push_back(
        {group.high - group.low, reinterpret_cast<std::uintptr_t>(group.low), wanted_bank(region, group), {}});
    if (const Resident* resident = find_resident(residents, group.low, group.high))
      pieces.back().at = static_cast<std::uint32_t>(resident->piece.scratchpad + (group.low - resident->piece.host));
  }
  if (!residents.empty())
    if (auto addresses = place_beside(cgra.scratchpad, pieces, residents)) return Placed{pieces, *addresses};
  auto addresses = place_pieces(cgra.scratchpad, pieces);
  if (!addresses) return fail(ErrorCode::kInfeasible, size_message(region.graph, groups, cgra.scratchpad));
  return Placed{std::move(pieces), std::move(*addresses)};
}

void add_transfers(LaunchPlan& plan, const Group& group, std::uint32_t address, bool kept,
                   const std::vector<Extent>& extents) {
  if (kept)
    plan.kept.push_back({group.low, address, group.high - group.low});
  else if (!needs_no_copy_in(group, extents))
    plan.in.push_back({group.low, address, group.high - group.low});
  char* low = nullptr;
  char* high = nullptr;
  for (const std::size_t k : group.arrays) {
    if (!extents[k].written) continue;
    low = low == nullptr ? extents[k].low : std::min(low, extents[k].low);
    high = std::max(high, extents[k].high);
  }
  // Unwritten bytes between written ranges of the group are there too, because the group was copied in.
  if (low != nullptr) plan.out.push_back({low, static_cast<std::uint32_t>(address + (low - group.low)), high - low});
}

/// The hardware has no misaligned accesses. Where the index cannot repair the base, the base must be aligned.
Status check_alignment(const dfg::Graph& graph, const std::vector<std::uint64_t>& bases) {
  for (const dfg::Node& node : graph.nodes) {
    if (!dfg::is_memory(node.op)) continue;
    const int bytes = dfg::info(node.op).access_bytes;
    if ((1 << node.shift) < bytes) continue;
    const auto address = bases[node.array.index()] + static_cast<std::uint64_t>(node.offset);
    if (address % static_cast<unsigned>(bytes) != 0) {
      return fail(ErrorCode::kUnsupported, fmt::format("array '{}' is not aligned to the {} bytes of an access",
                                                       graph.arrays[node.array.index()].name, bytes));
    }
  }
  return {};
}

/// Constant fields hold W bits: on narrow machines a base outside them would not come back from the wrap-around.
Status check_bases(const arch::Cgra& cgra, const dfg::Graph& graph, const std::vector<std::uint64_t>& bases) {
  if (cgra.word_bits >= 32) return {};
  for (std::size_t k = 0; k < bases.size(); ++k) {
    if (bases[k] >> cgra.word_bits != 0) {
      return fail(ErrorCode::kUnsupported, fmt::format("the base of array '{}' does not fit into {} bits",
                                                       graph.arrays[k].name, cgra.word_bits));
    }
  }
  return {};
}

/// The loop unit counts from 1 to 2^32 - 1 iterations; a nest with an empty loop has none at all.
Status check_loops(const CompiledRegion& region, std::span<const std::uint64_t> live_ins) {
  for (const dfg::Immediate& loop : region.graph.loops) {
    const auto mask = dfg::word_mask(region.graph.word_bits);
    const std::uint64_t trips = (loop.kind == dfg::Immediate::Kind::kLiveIn ? live_ins[loop.live_in.index()]
                                                                            : static_cast<std::uint64_t>(loop.value)) &
                                mask;
    if (trips == 0 || trips > std::numeric_limits<std::uint32_t>::max())
      return fail(ErrorCode::kUnsupported, fmt::format("an inner loop of {} iterations", trips));
  }
  return {};
}

}  // namespace

Result<LaunchPlan> plan_launch(const arch::Cgra& cgra, const CompiledRegion& region, std::uint64_t trip_count,
                               std::span<const std::uint64_t> live_ins, std::span<const heddle_array_range> arrays,
                               const ObjectTable& objects, const std::vector<Resident>& residents) {
  if (trip_count == 0 || trip_count > std::numeric_limits<std::uint32_t>::max()) {
    return fail(ErrorCode::kUnsupported, fmt::format("a trip count of {} does not fit into 32 bits", trip_count));
  }
  HEDDLE_TRY(check_loops(region, live_ins));
  HEDDLE_ASSIGN(const auto extents, extents_of(region.graph, arrays, objects));
  const auto groups = group_overlapping(extents);
  HEDDLE_ASSIGN(const Placed placed, place_groups(cgra, region, groups, residents));
  const std::vector<std::uint32_t>& addresses = placed.addresses;
  LaunchPlan plan;
  plan.region = &region;
  plan.trip_count = trip_count;
  plan.live_ins.assign(live_ins.begin(), live_ins.end());
  plan.array_bases.assign(arrays.size(), 0);
  plan.array_ranges.assign(arrays.size(), {});
  for (std::size_t g = 0; g < groups.size(); ++g) {
    add_transfers(plan, groups[g], addresses[g], placed.pieces[g].at.has_value(), extents);
    for (const std::size_t k : groups[g].arrays) {
      plan.array_bases[k] = static_cast<std::uint32_t>(addresses[g] + (arrays[k].base - groups[g].low));
      plan.array_ranges[k] = {addresses[g] + (extents[k].low - groups[g].low),
                              addresses[g] + (extents[k].high - groups[g].low), extents[k].may_be_skipped};
    }
  }
  HEDDLE_TRY(check_alignment(region.graph, plan.array_bases));
  HEDDLE_TRY(check_bases(cgra, region.graph, plan.array_bases));
  return plan;
}

std::vector<Transfer> constants_of(const LaunchPlan& plan, const ObjectTable& objects) {
  std::vector<Transfer> constants;
  for (const Transfer& piece : plan.in) {
    const auto object = objects.find(piece.host);
    if (object && object->constant && piece.host + piece.bytes <= object->base + object->bytes)
      constants.push_back(piece);
  }
  return constants;
}

}  // namespace heddle::session
