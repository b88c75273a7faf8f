#include <fmt/format.h>

#include <algorithm>

#include "compiler/codegen/layout.h"
#include "cost_models/energy/energy.h"

namespace heddle::energy {
namespace {

class Builder {
 public:
  Builder(const codegen::Activity& activity, const arch::Cgra& cgra, const EnergyTable& table)
      : activity_(activity), cgra_(cgra), table_(table) {}

  Result<EnergyAccount> build() {
    HEDDLE_TRY(add_operations());
    const double word = cgra_.word_bits / 8.0;
    add_bytes("register reads", activity_.register_reads, word, table_.byte_of("register"));
    add_bytes("register writes", activity_.register_writes, word, table_.byte_of("register"));
    add_bytes("results", results_, word, table_.byte_of("register"));
    add_bytes("links", activity_.link_words, word, table_.byte_of("link"));
    add_bytes("configuration fetches", activity_.array_cycles, configuration_bytes(), table_.byte_of("configuration"));
    add_scratchpad();
    add_bytes("configuration loading", activity_.configuration_words, 4,
              sum(table_.byte_of("configuration"), table_.byte_of("dram")));
    const Picojoules transfer = sum(table_.byte_of("scratchpad", bank_bytes()), table_.byte_of("dram"));
    add_bytes("data in from DRAM", activity_.scratchpad_words_in, 4, transfer);
    add_bytes("data out to DRAM", activity_.scratchpad_words_out, 4, transfer);
    add_bytes("other host words", activity_.other_host_words, 4, table_.byte_of("register"));
    return std::move(account_);
  }

 private:
  static Picojoules sum(Picojoules a, const Picojoules& b) { return a += b; }
  [[nodiscard]] double bank_bytes() const { return static_cast<double>(cgra_.scratchpad.bank_bytes); }

  /// Bytes that all PEs together fetch in an array cycle.
  [[nodiscard]] double configuration_bytes() const {
    double bits = 0;
    for (std::size_t pe = 0; pe < cgra_.pes.size(); ++pe)
      bits += codegen::layout(codegen::layout_parameters(cgra_, arch::PeId(static_cast<std::int64_t>(pe)))).bits;
    return bits / 8;
  }

  void add(EnergyItem item) {
    if (item.count == 0) return;
    account_.total += item.energy;
    account_.items.push_back(std::move(item));
  }

  void add_bytes(const char* name, std::uint64_t count, double bytes_each, const Picojoules& per_byte) {
    const double bytes = static_cast<double>(count) * bytes_each;
    add({name, count, bytes, bytes * per_byte});
  }

  Status add_operations() {
    for (const dfg::OpcodeInfo& info : dfg::opcodes()) {
      const auto place = static_cast<std::size_t>(info.op);
      const std::uint64_t valid = activity_.operations[place], idle = activity_.idle_operations[place];
      if (valid + idle == 0) continue;
      HEDDLE_ASSIGN(const Picojoules each, table_.operation(info.op, cgra_.word_bits));
      add({fmt::format("operations: {}", info.name), valid, 0, static_cast<double>(valid) * each});
      if (idle > 0) {
        idle_count_ += idle;
        idle_energy_ += static_cast<double>(idle) * each;
      }
      if (!dfg::is_store(info.op)) results_ += valid + idle;
    }
    add({"operations while filling and draining", idle_count_, 0, idle_energy_});
    return {};
  }

  void add_scratchpad() {
    const Picojoules per_byte = table_.byte_of("scratchpad", bank_bytes());
    const auto total = [&](const char* name, const std::array<std::uint64_t, codegen::Activity::kSizes>& counts) {
      // A bank delivers a whole line for a narrower access, too.
      std::uint64_t accesses = 0;
      for (const std::uint64_t count : counts) accesses += count;
      add_bytes(name, accesses, cgra_.word_bits / 8.0, per_byte);
    };
    total("scratchpad loads", activity_.loads);
    total("scratchpad stores", activity_.stores);
  }

  const codegen::Activity& activity_;
  const arch::Cgra& cgra_;
  const EnergyTable& table_;
  EnergyAccount account_;
  std::uint64_t results_ = 0;  ///< writes of RES
  std::uint64_t idle_count_ = 0;
  Picojoules idle_energy_;
};

Json to_json(const Picojoules& energy) { return {{"pj", energy.value}, {"low", energy.low}, {"high", energy.high}}; }

}  // namespace

Picojoules& Picojoules::operator+=(const Picojoules& other) {
  value += other.value;
  low += other.low;
  high += other.high;
  return *this;
}

Picojoules operator*(double factor, const Picojoules& energy) {
  return {factor * energy.value, factor * energy.low, factor * energy.high};
}

Result<EnergyAccount> account(const codegen::Activity& activity, const arch::Cgra& cgra, const EnergyTable& table) {
  return Builder(activity, cgra, table).build();
}

std::vector<std::string> sensitivity(const EnergyAccount& account, std::size_t items) {
  std::vector<const EnergyItem*> order;
  order.reserve(account.items.size());
  for (const EnergyItem& item : account.items) order.push_back(&item);
  std::stable_sort(order.begin(), order.end(),
                   [](const EnergyItem* a, const EnergyItem* b) { return a->energy.value > b->energy.value; });
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < std::min(items, order.size()) && account.total.value > 0; ++i) {
    const double share = order[i]->energy.value / account.total.value;
    lines.push_back(
        fmt::format("{}: {:.0f} % of the total; at half the price the total falls by {:.0f} %, at twice it "
                    "rises by {:.0f} %",
                    order[i]->name, 100 * share, 50 * share, 100 * share));
  }
  return lines;
}

Json to_json(const EnergyAccount& account, const EnergyTable& table) {
  Json items = Json::array();
  for (const EnergyItem& item : account.items) {
    Json entry{{"name", item.name}, {"count", item.count}, {"bytes", item.bytes}};
    entry.update(to_json(item.energy));
    items.push_back(std::move(entry));
  }
  return {{"model", true},
          {"table", table.version},
          {"process", table.process},
          {"total", to_json(account.total)},
          {"items", items},
          {"sensitivity", sensitivity(account)}};
}

}  // namespace heddle::energy
