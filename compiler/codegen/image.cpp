// Every route is walked hop by hop; each step sets one selector: of an outgoing link, of a register write, or of an
// operand. Reading a register takes a read port of that slot, which all readers of the register share. Two different
// settings of one selector would mean that the mapping did not verify, hence a bug.
#include "compiler/codegen/image.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "compiler/base/check.h"
#include "compiler/base/files.h"
#include "compiler/dfg/words.h"

namespace heddle::codegen {
namespace {

using mapper::Hop;
using mapper::Mapping;
using mapper::Place;
using mapper::Problem;

int index_in(const std::vector<arch::LinkId>& links, arch::LinkId link) {
  const auto found = std::find(links.begin(), links.end(), link);
  HEDDLE_CHECK(found != links.end(), "a link does not belong to this PE");
  return static_cast<int>(found - links.begin());
}

class Encoder {
 public:
  Encoder(const Problem& problem, const Mapping& mapping)
      : graph_(problem.graph),
        cgra_(problem.cgra),
        mapping_(mapping),
        live_outs_used_(cgra_.pes.size(), 0),
        generators_used_(cgra_.pes.size(), 0) {
    for (std::size_t pe = 0; pe < cgra_.pes.size(); ++pe) {
      layouts_.push_back(layout(layout_parameters(cgra_, arch::PeId(static_cast<std::int64_t>(pe)))));
      words_.emplace_back(static_cast<std::size_t>(mapping.ii), idle_word(layouts_.back().parameters));
      ports_.emplace_back(static_cast<std::size_t>(mapping.ii));
      written_.emplace_back(static_cast<std::size_t>(mapping.ii));
    }
  }

  Image run(const Problem& problem) {
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) operation(dfg::NodeId(static_cast<std::int64_t>(i)));
    for (const mapper::Route& route : mapping_.routes) walk(route);
    image_.region = graph_.name;
    image_.arch = cgra_.name;
    image_.arch_hash = architecture_hash(cgra_);
    image_.ii = mapping_.ii;
    image_.schedule_length = mapping_.schedule_length(problem);
    image_.banks = mapping_.banks;
    image_.loops = graph_.loops;
    for (std::size_t pe = 0; pe < words_.size(); ++pe) {
      image_.words.emplace_back();
      for (const PeWord& word : words_[pe]) image_.words.back().push_back(encode(layouts_[pe], word));
    }
    std::sort(image_.live_outs.begin(), image_.live_outs.end(),
              [](const LiveOutPlace& a, const LiveOutPlace& b) { return a.number < b.number; });
    return std::move(image_);
  }

 private:
  [[nodiscard]] int slot(int cycle) const { return cycle % mapping_.ii; }
  [[nodiscard]] std::size_t slot_index(int cycle) const { return static_cast<std::size_t>(slot(cycle)); }
  PeWord& word(arch::PeId pe, int cycle) { return words_[pe.index()][slot_index(cycle)]; }

  /// Idle selectors are 0, and no setting is.
  static void select(int& selector, int source) {
    HEDDLE_CHECK(selector == 0 || selector == source, "two sources for one selector: the mapping does not verify");
    selector = source;
  }

  void operation(dfg::NodeId id) {
    const dfg::Node& node = graph_.node(id);
    const mapper::Placement& at = mapping_.nodes[id.index()];
    PeWord& issued = word(at.pe, at.time);
    HEDDLE_CHECK(issued.op == 0, "two operations in one slot: the mapping does not verify");
    issued.op = static_cast<int>(node.op);
    issued.mem_shift = node.shift;
    issued.stage = at.time / mapping_.ii;
    const std::vector<dfg::Immediate> fields = dfg::constant_fields(node);
    for (std::size_t k = 0; k < fields.size(); ++k) constant(at, static_cast<int>(k), fields[k]);
    for (std::size_t port = 0; port < dfg::kPorts; ++port) operand(node.operands[port], at, fields, port);
    if (node.live_out) live_out(*node.live_out, at);
    if (node.step) generator(at);
    issued.steps = static_cast<int>(node.outer_steps.size());
    issued.gate = edge_code(node.gate);
  }

  void constant(const mapper::Placement& at, int field, const dfg::Immediate& value) {
    HEDDLE_CHECK(field < cgra_.pe_class(at.pe).constants, "too many constant fields: the graph is not legalised");
    if (value.kind == dfg::Immediate::Kind::kConstant) {
      word(at.pe, at.time).constants[static_cast<std::size_t>(field)] =
          static_cast<std::uint64_t>(value.value) & dfg::word_mask(cgra_.word_bits);
    } else {
      image_.patches.push_back({at.pe, slot(at.time), field, value});
    }
  }

  /// What an operand takes from constant fields; the source of a value is set when its route is walked.
  void operand(const dfg::Operand& operand, const mapper::Placement& at, const std::vector<dfg::Immediate>& fields,
               std::size_t port) {
    const auto field_of = [&](const dfg::Immediate& value) {
      return static_cast<int>(std::find(fields.begin(), fields.end(), value) - fields.begin());
    };
    PeWord& issued = word(at.pe, at.time);
    const bool zero = operand.edge && operand.immediate == dfg::Immediate::constant(0);  // no source reads as 0
    if (operand.kind == dfg::Operand::Kind::kImmediate && !zero)
      issued.source[port] = layouts_[at.pe.index()].constant(field_of(operand.immediate));
    if (!operand.initial) return;
    issued.init[port] = field_of(*operand.initial) + 1;
    issued.level[port] = edge_code(operand.edge);
    if (!operand.edge) select(issued.init_stage, issued.stage + operand.distance);
  }

  void live_out(int number, const mapper::Placement& at) {
    const int index = live_outs_used_[at.pe.index()]++;
    HEDDLE_CHECK(index < cgra_.pe_class(at.pe).live_outs, "too many live-outs on a PE: the mapping does not verify");
    word(at.pe, at.time).live_out = index + 1;
    image_.live_outs.push_back({number, at.pe, index});
  }

  void generator(const mapper::Placement& at) {
    const int index = generators_used_[at.pe.index()]++;
    HEDDLE_CHECK(index < cgra_.pe_class(at.pe).address_generators,
                 "too many address generators of a PE: the mapping does not verify");
    word(at.pe, at.time).generator = index + 1;
  }

  void walk(const mapper::Route& route) {
    for (std::size_t i = 1; i < route.hops.size(); ++i) step(route.hops[i - 1], route.hops[i]);
    const mapper::Placement& to = mapping_.nodes[route.edge.to.index()];
    select(word(to.pe, to.time).source[static_cast<std::size_t>(route.edge.port)], source(route.hops.back(), to.pe));
  }

  void step(const Hop& from, const Hop& to) {
    if (to.place.kind == Place::Kind::kLink) {
      const arch::PeId pe = cgra_.link(to.place.link).from;
      const int out = index_in(cgra_.out_links[pe.index()], to.place.link);
      select(word(pe, to.cycle).link[static_cast<std::size_t>(out)], source(from, pe));
    } else if (to.place.kind == Place::Kind::kRegister && from.place != to.place) {
      write_register(to.place, from);
    }
  }

  /// The source code by which `pe` reads `hop`'s place in its cycle.
  int source(const Hop& hop, arch::PeId pe) {
    switch (hop.place.kind) {
      case Place::Kind::kResult: return Layout::result();
      case Place::Kind::kRegister: return Layout::read_port(port_for(pe, hop.cycle, hop.place.reg));
      case Place::Kind::kLink: break;
    }
    return layouts_[pe.index()].input(index_in(cgra_.in_links[pe.index()], hop.place.link));
  }

  int port_for(arch::PeId pe, int cycle, int reg) {
    auto& ports = ports_[pe.index()][slot_index(cycle)];
    const auto [entry, fresh] = ports.try_emplace(reg, static_cast<int>(ports.size()));
    HEDDLE_CHECK(entry->second < cgra_.pe_class(pe).rf_read_ports, "too few read ports: the mapping does not verify");
    if (fresh) word(pe, cycle).rf_read[static_cast<std::size_t>(entry->second)] = reg;
    return entry->second;
  }

  void write_register(const Place& target, const Hop& from) {
    auto& written = written_[target.pe.index()][slot_index(from.cycle)];
    const auto [entry, fresh] = written.try_emplace(target.reg, static_cast<int>(written.size()));
    HEDDLE_CHECK(entry->second < cgra_.pe_class(target.pe).rf_write_ports,
                 "too few write ports: the mapping does not verify");
    PeWord::Write& write = word(target.pe, from.cycle).rf_write[static_cast<std::size_t>(entry->second)];
    select(write.source, source(from, target.pe));
    write.reg = target.reg;
  }

  const dfg::Graph& graph_;
  const arch::Cgra& cgra_;
  const Mapping& mapping_;
  std::vector<Layout> layouts_;                           // by PE
  std::vector<std::vector<PeWord>> words_;                // by PE and slot
  std::vector<std::vector<std::map<int, int>>> ports_;    // by PE and slot: read port of a register
  std::vector<std::vector<std::map<int, int>>> written_;  // by PE and slot: write port of a register
  std::vector<int> live_outs_used_;                       // by PE
  std::vector<int> generators_used_;                      // by PE
  Image image_;
};

}  // namespace

std::uint64_t architecture_hash(const arch::Cgra& cgra) { return content_hash(arch::to_json(cgra).dump()); }

Image encode_image(const Problem& problem, const Mapping& mapping) { return Encoder(problem, mapping).run(problem); }

}  // namespace heddle::codegen
