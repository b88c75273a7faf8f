#include "compiler/arch/cgra.h"

namespace heddle::arch {
namespace {

Json write_class(const PeClass& pe_class) {
  Json operations = Json::object();
  for (const auto& [op, timing] : pe_class.operations)
    operations[std::string(dfg::name(op))] = {{"latency", timing.latency}, {"interval", timing.interval}};
  Json json = {{"operations", std::move(operations)},
               {"registers", pe_class.registers},
               {"rf_read_ports", pe_class.rf_read_ports},
               {"rf_write_ports", pe_class.rf_write_ports},
               {"constants", pe_class.constants},
               {"live_outs", pe_class.live_outs},
               {"memory", pe_class.memory}};
  // Only where there are any: this text is what caches and images hash.
  if (pe_class.address_generators > 0) json["address_generators"] = pe_class.address_generators;
  return json;
}

Json write_map(const Cgra& cgra) {
  Json map = Json::array();
  for (int row = 0; row < cgra.rows; ++row) {
    Json line = Json::array();
    for (int column = 0; column < cgra.columns; ++column)
      line.push_back(cgra.pe_class(PeId(row * cgra.columns + column)).name);
    map.push_back(std::move(line));
  }
  return map;
}

Json write_end(const Cgra& cgra, PeId id) { return Json::array({cgra.pe(id).row, cgra.pe(id).column}); }

Json write_links(const Cgra& cgra) {
  Json links = Json::array();
  for (const Link& link : cgra.links) {
    Json entry = {{"from", write_end(cgra, link.from)}, {"to", write_end(cgra, link.to)}, {"name", link.name}};
    if (link.wrap) entry["wrap"] = true;
    links.push_back(std::move(entry));
  }
  return links;
}

}  // namespace

Json to_json(const Cgra& cgra) {
  Json classes = Json::object();
  for (const PeClass& pe_class : cgra.classes) classes[pe_class.name] = write_class(pe_class);
  Json json = {
      {"schema", "heddle.arch/1"},
      {"name", cgra.name},
      {"description", cgra.description},
      {"word_bits", cgra.word_bits},
      {"grid", {{"rows", cgra.rows}, {"columns", cgra.columns}}},
      {"config_depth", cgra.config_depth},
      {"max_stages", cgra.max_stages},
      {"pe_classes", std::move(classes)},
      {"placement", {{"map", write_map(cgra)}}},
      {"links", write_links(cgra)},
      {"bypass",
       {{"hop_limit", cgra.bypass.hop_limit}, {"turns", cgra.bypass.turns == Turns::kAny ? "any" : "dimension_order"}}},
      {"scratchpad",
       {{"banks", cgra.scratchpad.banks},
        {"bank_bytes", cgra.scratchpad.bank_bytes},
        {"ports", cgra.scratchpad.ports},
        {"layout", cgra.scratchpad.interleaved ? "interleaved" : "blocked"}}}};
  if (cgra.loop_levels > 0) json["loop_levels"] = cgra.loop_levels;  // as above
  return json;
}

}  // namespace heddle::arch
