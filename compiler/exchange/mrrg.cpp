// Follows docs/execution_model.md, section 4, sentence by sentence.
#include "compiler/exchange/mrrg.h"

#include <set>

#include "compiler/base/check.h"

namespace heddle::exchange {
namespace {

class Writer {
 public:
  Writer(const arch::Cgra& cgra, int ii) : cgra_(cgra), ii_(ii) {
    first_.assign(cgra.pes.size() + 1, 0);
    for (std::size_t pe = 0; pe < cgra.pes.size(); ++pe) first_[pe + 1] = first_[pe] + 2 + registers(pe);
    per_slot_ = first_.back() + static_cast<int>(cgra.links.size());
  }

  Json write() {
    Json graph{{"schema", "heddle.mrrg/1"}, {"architecture", cgra_.name}, {"ii", ii_}};
    graph["hop_limit"] = cgra_.bypass.hop_limit;
    graph["scratchpad"] = {{"banks", cgra_.scratchpad.banks},
                           {"ports", cgra_.scratchpad.ports},
                           {"interleaved", cgra_.scratchpad.interleaved}};
    graph["classes"] = classes();
    graph["pes"] = Json::array();
    for (const arch::Pe& pe : cgra_.pes)
      graph["pes"].push_back({{"row", pe.row}, {"column", pe.column}, {"class", pe.pe_class}});
    graph["nodes"] = nodes();
    graph["edges"] = edges();
    return graph;
  }

 private:
  [[nodiscard]] int registers(std::size_t pe) const {
    return cgra_.pe_class(arch::PeId(static_cast<std::int64_t>(pe))).registers;
  }
  // Nodes of a slot: by PE the unit, the result, the registers; then the links.
  [[nodiscard]] int unit(std::size_t pe, int slot) const { return slot % ii_ * per_slot_ + first_[pe]; }
  [[nodiscard]] int result(std::size_t pe, int slot) const { return unit(pe, slot) + 1; }
  [[nodiscard]] int reg(std::size_t pe, int number, int slot) const { return unit(pe, slot) + 2 + number; }
  [[nodiscard]] int link(arch::LinkId id, int slot) const {
    return slot % ii_ * per_slot_ + first_.back() + static_cast<int>(id.index());
  }

  [[nodiscard]] Json classes() const {
    Json list = Json::array();
    for (const arch::PeClass& each : cgra_.classes) {
      Json operations = Json::object();
      for (const auto& [op, timing] : each.operations)
        operations[std::string(dfg::name(op))] = {{"latency", timing.latency}, {"interval", timing.interval}};
      list.push_back({{"name", each.name},
                      {"operations", std::move(operations)},
                      {"registers", each.registers},
                      {"rf_read_ports", each.rf_read_ports},
                      {"rf_write_ports", each.rf_write_ports},
                      {"constants", each.constants},
                      {"live_outs", each.live_outs}});
    }
    return list;
  }

  [[nodiscard]] Json nodes() const {
    Json list = Json::array();
    for (int slot = 0; slot < ii_; ++slot) {
      for (std::size_t pe = 0; pe < cgra_.pes.size(); ++pe) {
        list.push_back({{"kind", "unit"}, {"slot", slot}, {"pe", pe}});
        list.push_back({{"kind", "result"}, {"slot", slot}, {"pe", pe}});
        for (int number = 0; number < registers(pe); ++number)
          list.push_back({{"kind", "register"}, {"slot", slot}, {"pe", pe}, {"register", number}});
      }
      for (std::size_t i = 0; i < cgra_.links.size(); ++i)
        list.push_back({{"kind", "link"},
                        {"slot", slot},
                        {"link", i},
                        {"name", cgra_.links[i].name},
                        {"from", cgra_.links[i].from.value},
                        {"to", cgra_.links[i].to.value}});
    }
    return list;
  }

  Json edges() {
    for (int slot = 0; slot < ii_; ++slot) {
      for (std::size_t pe = 0; pe < cgra_.pes.size(); ++pe) pe_edges(pe, slot);
      for (std::size_t i = 0; i < cgra_.links.size(); ++i) link_edges(arch::LinkId(static_cast<std::int64_t>(i)), slot);
    }
    return std::move(edges_);
  }

  void edge(int from, int to, int cycles) { edges_.push_back(Json::array({from, to, cycles})); }

  /// From a place of the PE to where a value can go: the unit and the links now, the registers next.
  void leave(std::size_t pe, int from, int slot) {
    edge(from, unit(pe, slot), 0);
    for (const arch::LinkId out : cgra_.out_links[pe]) edge(from, link(out, slot), 0);
  }

  void pe_edges(std::size_t pe, int slot) {
    std::set<int> latencies;
    for (const auto& [op, timing] : cgra_.pe_class(arch::PeId(static_cast<std::int64_t>(pe))).operations)
      if (!dfg::is_store(op)) latencies.insert(timing.latency);
    for (const int latency : latencies) edge(unit(pe, slot), result(pe, slot + latency), latency);
    leave(pe, result(pe, slot), slot);
    edge(result(pe, slot), result(pe, slot + 1), 1);
    for (int number = 0; number < registers(pe); ++number) {
      edge(result(pe, slot), reg(pe, number, slot + 1), 1);
      leave(pe, reg(pe, number, slot), slot);
      for (int next = 0; next < registers(pe); ++next) edge(reg(pe, number, slot), reg(pe, next, slot + 1), 1);
    }
  }

  void link_edges(arch::LinkId in, int slot) {
    const std::size_t pe = cgra_.link(in).to.index();
    edge(link(in, slot), unit(pe, slot), 0);
    for (int number = 0; number < registers(pe); ++number) edge(link(in, slot), reg(pe, number, slot + 1), 1);
    if (cgra_.bypass.hop_limit < 2) return;
    for (const arch::LinkId out : cgra_.out_links[pe])
      if (cgra_.may_bypass(in, out)) edge(link(in, slot), link(out, slot), 0);
  }

  const arch::Cgra& cgra_;
  int ii_;
  std::vector<int> first_;  ///< by PE: its first node in a slot
  int per_slot_ = 0;
  Json edges_ = Json::array();
};

}  // namespace

Json mrrg_json(const arch::Cgra& cgra, int ii) {
  HEDDLE_CHECK(ii >= 1 && ii <= cgra.config_depth, "the interval of a routing resource graph is out of range");
  return Writer(cgra, ii).write();
}

}  // namespace heddle::exchange
