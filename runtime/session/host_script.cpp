#include "runtime/session/host_script.h"

#include <algorithm>
#include <cstring>
#include <map>

#include "compiler/base/check.h"

namespace heddle::session {
namespace {

namespace host_map = codegen::host_map;

constexpr std::uint32_t kWordBytes = 4;

/// Replaces `width` bits from `lsb` on.
void set_bits(std::vector<std::uint32_t>& chunks, int lsb, int width, std::uint64_t value) {
  for (int bit = 0; bit < width; ++bit) {
    const auto position = static_cast<unsigned>(lsb + bit);
    const std::uint32_t mask = std::uint32_t{1} << (position % 32);
    std::uint32_t& chunk = chunks[position / 32];
    chunk = (value >> bit & 1U) != 0 ? chunk | mask : chunk & ~mask;
  }
}

std::uint64_t value_of(const dfg::Immediate& immediate, const LaunchPlan& plan) {
  switch (immediate.kind) {
    case dfg::Immediate::Kind::kLiveIn: return plan.live_ins[immediate.live_in.index()];
    case dfg::Immediate::Kind::kArrayBase:
      return plan.array_bases[immediate.array.index()] + static_cast<std::uint64_t>(immediate.value);
    case dfg::Immediate::Kind::kConstant: break;
  }
  return static_cast<std::uint64_t>(immediate.value);
}

/// Registers of the loop control; see section 7.
HostWrite loop_control(const CompiledRegion& region, std::uint64_t trip_count) {
  const auto ii = static_cast<std::uint64_t>(region.image.ii);
  const auto last = static_cast<std::uint64_t>(region.image.schedule_length) - 1;
  const std::uint64_t last_it = trip_count - 1 + last / ii;
  return {
      host_map::kIiMinus1,
      {static_cast<std::uint32_t>(ii - 1), static_cast<std::uint32_t>(trip_count), static_cast<std::uint32_t>(last_it),
       static_cast<std::uint32_t>(last % ii), static_cast<std::uint32_t>(last_it >> 32U)}};
}

std::uint32_t first_word(const Transfer& transfer) { return transfer.scratchpad / kWordBytes * kWordBytes; }

std::size_t lead(const Transfer& transfer) { return transfer.scratchpad % kWordBytes; }

}  // namespace

std::size_t word_count(const Transfer& transfer) {
  return (lead(transfer) + static_cast<std::size_t>(transfer.bytes) + kWordBytes - 1) / kWordBytes;
}

LaunchCycles& LaunchCycles::operator+=(const LaunchCycles& other) {
  configuration += other.configuration;
  live_in += other.live_in;
  dma_in += other.dma_in;
  run += other.run;
  stall += other.stall;
  dma_out += other.dma_out;
  live_out += other.live_out;
  return *this;
}

std::uint64_t cycles_of(const std::vector<HostWrite>& writes) {
  std::uint64_t cycles = 0;
  for (const HostWrite& write : writes) cycles += write.words.size();
  return cycles;
}

std::uint64_t cycles_of(const HostRead& read) { return read.words + 1; }

HostScript::HostScript(const arch::Cgra& cgra) : cgra_(cgra) {
  for (std::size_t pe = 0; pe < cgra.pes.size(); ++pe) {
    layouts_.push_back(codegen::layout(codegen::layout_parameters(cgra, arch::PeId(static_cast<std::int64_t>(pe)))));
  }
}

std::vector<HostWrite> HostScript::configuration(const CompiledRegion& region) const {
  std::vector<HostWrite> writes;
  for (std::size_t pe = 0; pe < region.image.words.size(); ++pe) {
    const auto& slots = region.image.words[pe];
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
      writes.push_back({host_map::configuration(static_cast<int>(pe), static_cast<int>(slot), 0), slots[slot]});
    }
  }
  return writes;
}

std::vector<HostWrite> HostScript::patches(const LaunchPlan& plan) const {
  const codegen::Image& image = plan.region->image;
  // Several patches may share a chunk, which is written once.
  std::map<std::pair<std::size_t, int>, std::vector<std::uint32_t>> patched;
  std::map<std::uint32_t, std::uint32_t> chunks;
  for (const codegen::Patch& patch : image.patches) {
    const auto [word, fresh] = patched.try_emplace({patch.pe.index(), patch.slot});
    if (fresh) word->second = image.words[patch.pe.index()][static_cast<std::size_t>(patch.slot)];
    const codegen::Field& field = layouts_[patch.pe.index()].field("const[" + std::to_string(patch.constant) + "]");
    set_bits(word->second, field.lsb, field.width, value_of(patch.value, plan));
    for (int chunk = field.lsb / 32; chunk <= (field.lsb + field.width - 1) / 32; ++chunk) {
      chunks[host_map::configuration(patch.pe.value, patch.slot, chunk)] =
          word->second[static_cast<std::size_t>(chunk)];
    }
  }
  std::vector<HostWrite> writes;
  writes.reserve(chunks.size());
  for (const auto& [address, word] : chunks) writes.push_back({address, {word}});
  return writes;
}

std::vector<HostWrite> HostScript::parameters(const LaunchPlan& plan) const {
  std::vector<HostWrite> writes = patches(plan);
  writes.push_back(loop_control(*plan.region, plan.trip_count));
  HostWrite loops{host_map::kLoops, {}};
  for (const dfg::Immediate& trips : plan.region->image.loops)
    loops.words.push_back(static_cast<std::uint32_t>(value_of(trips, plan) - 1));
  if (!loops.words.empty()) writes.push_back(std::move(loops));
  return writes;
}

HostRead HostScript::counters() { return {host_map::kRunCycles, 2}; }

HostRead HostScript::live_out(const codegen::LiveOutPlace& place) const {
  return {host_map::live_out(place.pe.value, place.index), cgra_.word_bits > 32 ? std::size_t{2} : std::size_t{1}};
}

HostWrite write_of(const Transfer& transfer) {
  std::vector<std::uint32_t> words(word_count(transfer), 0);
  std::memcpy(reinterpret_cast<char*>(words.data()) + lead(transfer), transfer.host,
              static_cast<std::size_t>(transfer.bytes));
  return {host_map::kScratchpad + first_word(transfer), std::move(words)};
}

HostRead read_of(const Transfer& transfer) {
  return {host_map::kScratchpad + first_word(transfer), word_count(transfer)};
}

void store_to_host(const Transfer& transfer, const std::vector<std::uint32_t>& words) {
  HEDDLE_CHECK(words.size() == word_count(transfer), "a transfer was read with another number of words");
  std::memcpy(transfer.host, reinterpret_cast<const char*>(words.data()) + lead(transfer),
              static_cast<std::size_t>(transfer.bytes));
}

bool same_configuration(const codegen::Image& image, const codegen::Image& loaded) {
  const auto same_patch = [](const codegen::Patch& a, const codegen::Patch& b) {
    return a.pe == b.pe && a.slot == b.slot && a.constant == b.constant;
  };
  return image.words == loaded.words && std::ranges::equal(image.patches, loaded.patches, same_patch);
}

std::uint64_t array_cycles(const CompiledRegion& region, std::uint64_t trip_count) {
  return (trip_count - 1) * static_cast<std::uint64_t>(region.image.ii) +
         static_cast<std::uint64_t>(region.image.schedule_length);
}

}  // namespace heddle::session
