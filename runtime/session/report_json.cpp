#include "runtime/session/report_json.h"

#include <array>

#include "compiler/base/files.h"

extern const char* const heddle_report_schema;

namespace heddle::session {
namespace {

Json place(const std::string& function, const Mark& where) {
  return {{"function", function}, {"file", where.file}, {"line", where.line}};
}

Json dfg_json(const dfg::Graph& graph, const dfg::Graph& source) {
  int loads = 0;
  int stores = 0;
  for (const dfg::Node& node : graph.nodes) {
    loads += dfg::is_load(node.op) ? 1 : 0;
    stores += dfg::is_store(node.op) ? 1 : 0;
  }
  return {{"nodes", graph.nodes.size()},
          {"edges", dfg::value_edges(graph).size()},
          {"order_edges", graph.order.size()},
          {"loads", loads},
          {"stores", stores},
          {"arrays", graph.arrays.size()},
          {"live_ins", graph.live_ins.size()},
          {"live_outs", graph.live_outs.size()},
          {"inserted_moves", graph.nodes.size() - source.nodes.size()}};
}

/// Without an answer nothing was asked: the bounds are unknown, written as 0.
void add_bounds(Json& json, const RegionResult& region) {
  const mapper::Bounds none;
  const mapper::Bounds& bounds = region.answer ? region.answer->bounds : none;
  const auto value = [&](int bound) { return region.answer ? bound : 0; };
  json["mii"] = {{"total", value(bounds.mii())}};
  for (const mapper::BoundPart& part : mapper::kBoundParts) {
    json["mii"][part.name] = value((bounds.*part.bound).value);
    json["witness"][part.name] = (bounds.*part.bound).witness;
  }
}

/// 0 where there is no mapping.
void add_mapping(Json& json, const RegionResult& region, const arch::Cgra& cgra) {
  const bool mapped = region.mapped();
  const int ii = mapped ? region.answer->mapping->ii : 0;
  const int length = mapped ? region.answer->mapping->schedule_length({region.legal, cgra}) : 0;
  const double slots = static_cast<double>(cgra.pes.size()) * ii;
  const auto& trips = region.legal.trip_count;
  json["ii"] = ii;
  json["route_moves"] = mapped ? region.answer->moves : 0;
  json["schedule_length"] = length;
  json["stages"] = mapped ? (length + ii - 1) / ii : 0;
  json["trip_count"] = trips ? Json(*trips) : Json();
  json["cycles"] = mapped && trips && *trips > 0 ? Json((*trips - 1) * ii + length) : Json();
  json["utilization"] = mapped ? static_cast<double>(region.legal.nodes.size()) / slots : 0.0;
}

/// As the schema spells it.
std::string status(mapper::Outcome outcome) {
  return outcome == mapper::Outcome::kNotFound ? "not_found" : mapper::to_string(outcome);
}

Json region_json(const RegionResult& region, const arch::Cgra& cgra) {
  Json json = {{"name", region.source.name}};
  json.update(place(region.source.function, region.source.where));
  json["nest_depth"] = region.source.nest_depth;
  json["unroll"] = region.source.unroll;
  json["dfg"] = dfg_json(region.legal, region.source.graph);
  add_bounds(json, region);
  json["status"] = status(region.answer ? region.answer->outcome : mapper::Outcome::kInfeasible);
  json["reason"] = region.mapped() ? region.answer->reason : region.reason;
  add_mapping(json, region, cgra);
  json["attempts"] = region.answer ? region.answer->attempts : 0;
  json["proved"] = region.answer ? region.answer->lower_bound() : 0;
  json["map_seconds"] = region.answer ? region.answer->cpu_seconds : 0.0;
  json["best_map_seconds"] = region.answer ? region.answer->best_seconds : 0.0;
  return json;
}

Json host_json(const frontend::Program& program, const std::vector<RegionResult>& regions) {
  Json host = Json::array();
  const auto add = [&](const std::string& function, const Mark& where, const std::string& reason) {
    host.push_back(place(function, where));
    host.back()["reason"] = reason;
  };
  for (const frontend::HostLoop& loop : program.host_loops) add(loop.function, loop.where, loop.reason);
  for (const RegionResult& region : regions) {
    if (!region.mapped()) add(region.source.function, region.source.where, region.reason);
  }
  return host;
}

Json options_json(const CompileRequest& request) {
  constexpr std::array kNests = {"auto", "innermost", "flatten"};
  const auto& options = request.frontend;
  return {{"functions", options.functions},
          {"nest", kNests[static_cast<std::size_t>(options.nest)]},
          {"unroll", options.unroll == 0 ? Json("auto") : Json(options.unroll)},
          {"unroll_jam", options.unroll_jam},
          {"share_branches", request.share_branches},
          {"forward_stores", request.forward_stores},
          {"free_banks", request.free_banks},
          {"route_through", request.route_through},
          {"clang_arguments", options.clang_arguments},
          {"seconds", request.mapper.seconds},
          {"max_ii", request.mapper.max_ii}};
}

Json totals_json(const frontend::Program& program, const std::vector<RegionResult>& regions) {
  std::size_t mapped = 0;
  std::size_t at_bound = 0;
  std::size_t nodes = 0;
  double seconds = 0;
  for (const RegionResult& region : regions) {
    mapped += region.mapped() ? 1 : 0;
    at_bound += region.mapped() && region.answer->gap() == 0 ? 1 : 0;
    nodes += region.legal.nodes.size();
    seconds += region.answer ? region.answer->cpu_seconds : 0;
  }
  return {{"regions", regions.size()},
          {"mapped", mapped},
          {"at_mii", at_bound},
          {"host_loops", program.host_loops.size() + regions.size() - mapped},
          {"nodes", nodes},
          {"map_seconds", seconds}};
}

}  // namespace

const Json& report_schema() {
  static const Json parsed = Json::parse(heddle_report_schema);
  return parsed;
}

Json report_json(const CompileRequest& request, const frontend::Program& program,
                 const std::vector<RegionResult>& regions, const std::string& source_text) {
  const arch::Cgra& cgra = request.cgra;
  Json list = Json::array();
  for (const RegionResult& region : regions) list.push_back(region_json(region, cgra));
  return {{"schema", "heddle.report/1"},
          {"source", request.frontend.source.string()},
          {"source_hash", hex64(content_hash(source_text))},
          {"arch", cgra.name},
          {"arch_hash", hex64(content_hash(dump_json(arch::to_json(cgra))))},
          {"array",
           {{"rows", cgra.rows},
            {"columns", cgra.columns},
            {"pes", cgra.pes.size()},
            {"word_bits", cgra.word_bits},
            {"scratchpad_bytes", cgra.scratchpad.bytes()}}},
          {"version", HEDDLE_VERSION},
          {"tools", {{"llvm", HEDDLE_LLVM_VERSION}}},
          {"solver", request.solver},
          {"seed", request.mapper.seed},
          {"options", options_json(request)},
          {"regions", list},
          {"host", host_json(program, regions)},
          {"operators", to_json(request.operators)},
          {"totals", totals_json(program, regions)}};
}

}  // namespace heddle::session
