// C -> regions -> legalised graphs -> mappings -> images -> RTL -> files.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <map>
#include <numeric>
#include <set>
#include <thread>

#include "compiler/base/check.h"
#include "compiler/base/files.h"
#include "compiler/codegen/rtl.h"
#include "runtime/session/attention.h"
#include "runtime/session/network_layers.h"
#include "runtime/session/network_module.h"
#include "runtime/session/placement.h"
#include "runtime/session/prepare.h"
#include "runtime/session/program_files.h"
#include "runtime/session/report_json.h"

namespace heddle::session {
namespace {

/// The program under one set of options, with an answer for every region.
struct Candidate {
  frontend::Program program;
  std::vector<RegionResult> regions;
  Json tried;  ///< factors of `--unroll auto` and what became of them; null otherwise
};

/// "Cannot" of the mapper is an answer about the region, not a failure of the compiler.
bool is_negative(const Error& error) {
  return error.code == ErrorCode::kInfeasible || error.code == ErrorCode::kUnsupported;
}

Status solve_region(RegionResult& region, const CompileRequest& request, const Context& context) {
  auto answer = mapper::solve(request.solver, problem_of(region.legal, request), request.mapper, context);
  if (!answer && !is_negative(answer.error())) return fail(std::move(answer).error());
  if (!answer) {
    region.reason = answer.error().message;
    return {};
  }
  region.answer = std::move(*answer);
  if (region.answer->graph) region.legal = std::move(*region.answer->graph);
  region.answer->graph.reset();
  if (!region.mapped()) region.reason = region.answer->reason;
  return {};
}

/// Calls `work` with 0 .. count - 1, several at a time.
Status for_each_index(std::size_t count, const Context& context, const std::function<Status(std::size_t)>& work) {
  std::vector<Status> statuses(count);
  std::vector<std::exception_ptr> bugs(count);
  std::atomic<std::size_t> next = 0;
  const auto take = [&] {
    for (std::size_t k = next++; k < count; k = next++) {
      try {
        statuses[k] = work(k);
      } catch (...) {
        bugs[k] = std::current_exception();
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    const auto wanted = std::min<std::size_t>(count, static_cast<std::size_t>(std::max(context.jobs, 1)));
    for (std::size_t k = 1; k < wanted; ++k) threads.emplace_back(take);
    take();
  }
  for (const auto& bug : bugs) {
    if (bug) std::rethrow_exception(bug);
  }
  for (Status& status : statuses) HEDDLE_TRY(status);
  return {};
}

/// What a mapping depends on: the graph without names, places and trip counts.
dfg::Graph nameless(dfg::Graph graph) {
  graph.name.clear();
  graph.trip_count.reset();
  for (dfg::Node& node : graph.nodes) {
    node.name.clear();
    node.where = {};
  }
  for (dfg::Array& array : graph.arrays) array.name.clear();
  for (dfg::LiveIn& value : graph.live_ins) value.name.clear();
  for (dfg::LiveOut& value : graph.live_outs) value.name.clear();
  return graph;
}

/// For each region the first one with the same graph; itself if it is the first, or has nothing to map.
std::vector<std::size_t> equal_regions(const std::vector<RegionResult>& regions) {
  std::vector<std::size_t> first(regions.size());
  std::vector<std::pair<dfg::Graph, std::size_t>> seen;
  for (std::size_t k = 0; k < regions.size(); ++k) {
    first[k] = k;
    if (!regions[k].reason.empty()) continue;
    dfg::Graph graph = nameless(regions[k].legal);
    const auto found = std::ranges::find_if(seen, [&](const auto& each) { return each.first == graph; });
    if (found != seen.end())
      first[k] = found->second;
    else
      seen.emplace_back(std::move(graph), k);
  }
  return first;
}

/// Takes the answer over from a region of the same graph. What it says of bounds is said of this region.
Status take_answer(RegionResult& region, const RegionResult& from, const CompileRequest& request) {
  region.answer = from.answer;
  if (!region.answer) {
    region.reason = fmt::format("the graph is that of {}: {}", from.source.name, from.reason);
    return {};
  }
  HEDDLE_ASSIGN(region.answer->bounds, mapper::bounds(problem_of(region.legal, request)));
  region.answer->cpu_seconds = region.answer->best_seconds = 0;
  region.answer->attempts = 0;
  region.answer->reason = fmt::format("the graph is that of {}{}{}", from.source.name,
                                      from.answer->reason.empty() ? "" : ": ", from.answer->reason);
  if (!region.mapped()) region.reason = region.answer->reason;
  return {};
}

/// Maps all regions, several at a time, equal ones once; each answer depends on its own graph only, so the result does
/// not depend on the number of threads. With `route_through` a mapping comes with a graph of its own, and none is
/// shared.
Status map_regions(std::vector<RegionResult>& regions, const CompileRequest& request, const Context& context) {
  HEDDLE_TRY(
      for_each_index(regions.size(), context, [&](std::size_t k) { return prepare_region(regions[k], request); }));
  std::vector<std::size_t> first = equal_regions(regions);
  if (request.route_through) std::iota(first.begin(), first.end(), std::size_t{0});
  HEDDLE_TRY(for_each_index(regions.size(), context, [&](std::size_t k) -> Status {
    return first[k] == k && regions[k].reason.empty() ? solve_region(regions[k], request, context) : Status();
  }));
  for (std::size_t k = 0; k < regions.size(); ++k)
    if (first[k] != k) HEDDLE_TRY(take_answer(regions[k], regions[first[k]], request));
  return {};
}

/// The regions of the C file under a factor of unrolling, not mapped yet.
Result<Candidate> read_program(const CompileRequest& request, int unroll, const Context& context) {
  frontend::CompileOptions options = request.frontend;
  options.unroll = unroll;
  // A network's loops were cut for the array when they were made.
  if (options.module && options.nest == frontend::Nest::kAuto) options.nest = frontend::Nest::kFlatten;
  options.target = target_of(request);
  HEDDLE_ASSIGN(frontend::Program program,
                options.module ? frontend::compile_module(options, context) : frontend::compile_c(options, context));
  Candidate candidate{std::move(program), {}, {}};
  for (const frontend::Region& region : candidate.program.regions) candidate.regions.push_back({region, {}, {}, {}});
  return candidate;
}

Result<Candidate> map_program(const CompileRequest& request, int unroll, const Context& context) {
  HEDDLE_ASSIGN(Candidate candidate, read_program(request, unroll, context));
  HEDDLE_TRY(map_regions(candidate.regions, request, context));
  return candidate;
}

/// How good a candidate is. Loops of one source line are one loop and the remainder of its unrolling: the best counts.
struct Merit {
  int depth = 0;    ///< loop levels on the array; fewer mean more launches
  double cost = 0;  ///< initiation interval per iteration of the source, summed over lines

  [[nodiscard]] bool better_than(const Merit& other) const { return depth >= other.depth && cost < other.cost; }
};

/// The II of a region as mapped; 0: not mapped.
int mapped_ii(const RegionResult& region) { return region.mapped() ? region.answer->mapping->ii : 0; }

template <class IntervalOf>
Merit merit(const Candidate& candidate, const IntervalOf& interval_of) {
  constexpr double kUnmapped = 1e6;
  std::map<std::pair<std::string, int>, Merit> lines;
  for (const RegionResult& region : candidate.regions) {
    const auto [line, fresh] =
        lines.try_emplace({region.source.function, region.source.where.line}, Merit{0, kUnmapped});
    const int ii = interval_of(region);
    if (ii == 0) continue;
    const double cost = static_cast<double>(ii) / region.source.unroll;
    line->second = {std::max(line->second.depth, region.source.nest_depth), std::min(line->second.cost, cost)};
  }
  Merit sum;
  for (const auto& [line, best] : lines) {
    sum.depth += best.depth;
    sum.cost += best.cost;
  }
  return sum;
}

/// What the candidate would be worth if every region reached its lower bound; 0: it provably cannot be mapped.
Merit promise(const Candidate& candidate, const CompileRequest& request) {
  return merit(candidate, [&](const RegionResult& region) {
    const auto legal = legalize_for(region.source.graph, request.cgra);
    if (!legal) return 0;
    const auto limits = mapper::lower_limits(problem_of(*legal, request), request.mapper);
    return limits && limits->outcome != mapper::Outcome::kInfeasible ? std::max(limits->bounds.mii(), 1) : 0;
  });
}

bool is_unrolled(const Candidate& candidate) {
  return std::ranges::any_of(candidate.regions, [](const RegionResult& region) { return region.source.unroll > 1; });
}

/// The candidate of `unroll`, if it may be better than `best`; what was found out goes into `tried`.
Result<std::optional<Candidate>> try_factor(const CompileRequest& request, int unroll, const Merit& best, Json& tried,
                                            const Context& context) {
  Json entry{{"factor", unroll}, {"kept", false}};
  const auto skip = [&](const std::string& why) {
    entry["note"] = why;
    tried.push_back(entry);
    return std::optional<Candidate>();
  };
  auto read = read_program(request, unroll, context);
  if (!read && !is_negative(read.error())) return fail(std::move(read).error());
  if (!read) return skip(read.error().message);
  if (!is_unrolled(*read)) return skip("no loop is unrolled");
  const Merit hoped = promise(*read, request);
  if (hoped.depth < best.depth) return skip("fewer loop levels would run on the array");
  entry["bound"] = hoped.cost;
  if (!hoped.better_than(best)) return skip("its lower bound is no better");
  HEDDLE_TRY(map_regions(read->regions, request, context));
  const Merit reached = merit(*read, mapped_ii);
  entry["cycles_per_iteration"] = reached.cost;
  if (!reached.better_than(best)) return skip("no better");
  tried.push_back(entry);
  return std::optional<Candidate>(std::move(*read));
}

/// `--unroll auto`: the factor with the fewest cycles an iteration that leaves no loop to the host that a smaller
/// factor maps; the smallest of equals. Factors whose lower bound is no better than what is found are not mapped.
Result<Candidate> best_candidate(const CompileRequest& request, const Context& context) {
  if (request.frontend.unroll != 0) return map_program(request, request.frontend.unroll, context);
  HEDDLE_ASSIGN(Candidate best, map_program(request, 1, context));
  Json tried = Json::array();
  tried.push_back({{"factor", 1}, {"kept", false}, {"cycles_per_iteration", merit(best, mapped_ii).cost}});
  std::size_t kept = 0;
  for (const int unroll : {2, 4, 8, 16}) {
    HEDDLE_ASSIGN(auto candidate, try_factor(request, unroll, merit(best, mapped_ii), tried, context));
    if (!candidate) continue;
    best = std::move(*candidate);
    kept = tried.size() - 1;
  }
  tried[kept]["kept"] = true;
  best.tried = std::move(tried);
  return best;
}

bool is_required(const frontend::Program& program, const std::string& function) {
  return std::ranges::any_of(
      program.kernels, [&](const frontend::Kernel& kernel) { return kernel.required && kernel.name == function; });
}

/// A loop that the user asked for must run on the array.
Status check_required(const Candidate& candidate, const arch::Cgra& cgra) {
  for (const RegionResult& region : candidate.regions) {
    if (region.mapped() || !is_required(candidate.program, region.source.function)) continue;
    return fail(ErrorCode::kInfeasible,
                fmt::format("the loop of '{}' cannot run on {}: {}", region.source.function, cgra.name, region.reason),
                region.source.where);
  }
  return {};
}

CompiledRegion compiled(const RegionResult& region, const arch::Cgra& cgra) {
  CompiledRegion result;
  result.name = region.source.name;
  result.graph = region.legal;
  result.mapping.ii = 0;
  if (!region.mapped()) return result;
  result.mapping = *region.answer->mapping;
  result.image = codegen::encode_image({region.legal, cgra}, result.mapping);
  result.image.region = region.source.name;
  return result;
}

CompiledProgram assemble(const CompileRequest& request, Candidate candidate, const std::string& source_text) {
  CompiledProgram program;
  program.cgra = request.cgra;
  program.source = request.frontend.source.string();
  for (const RegionResult& region : candidate.regions) program.regions.push_back(compiled(region, request.cgra));
  if (!request.operators.empty()) program.network = request.graph;
  if (request.graph) program.system = request.system;
  program.report = report_json(request, candidate.program, candidate.regions, source_text);
  if (program.system) program.report["system"] = arch::to_json(*program.system);
  if (!candidate.tried.is_null()) program.report["unrolling"] = std::move(candidate.tried);
  program.kernels = std::move(candidate.program.kernels);
  program.globals = std::move(candidate.program.globals);
  program.has_main = candidate.program.has_main;
  program.host_bitcode = std::move(candidate.program.host_bitcode);
  program.golden_bitcode = std::move(candidate.program.golden_bitcode);
  return program;
}

/// The mapper accepts arrays that the RTL generator refuses (combinational loops); such a program still runs on the
/// other backends.
Status add_rtl(const CompileRequest& request, const std::filesystem::path& directory, Json& report) {
  auto written = codegen::write_rtl(request.cgra, request.rtl_directory, directory / "rtl");
  if (!written && written.error().code != ErrorCode::kUnsupported) return written;
  report["rtl"] = {{"written", written.has_value()}, {"reason", written ? "" : written.error().message}};
  std::error_code ignored;
  if (!written) std::filesystem::remove_all(directory / "rtl", ignored);
  return {};
}

Status write_all(const CompileRequest& request, CompiledProgram& program) {
  HEDDLE_ASSIGN(StagedDirectory staged, StagedDirectory::create(request.output));
  HEDDLE_TRY(add_rtl(request, staged.path(), program.report));
  HEDDLE_TRY(write_program(program, staged.path()));
  if (!request.network.empty()) {
    HEDDLE_TRY(write_file(staged.path() / kNetworkFile, request.network));
    if (request.attention)
      HEDDLE_TRY(write_file(staged.path() / kAttentionFile, arch::to_json(*request.attention).dump(2) + "\n"));
    HEDDLE_TRY(write_file(staged.path() / kLayersFile, dump_json(layers_json(program, *request.graph))));
  }
  return staged.commit();
}

}  // namespace

Result<CompiledProgram> compile(const CompileRequest& request, const Context& context) {
  HEDDLE_ASSIGN(const std::string source_text, read_file(request.frontend.source));
  HEDDLE_ASSIGN(Candidate candidate, best_candidate(request, context));
  HEDDLE_TRY(check_required(candidate, request.cgra));
  CompiledProgram program = assemble(request, std::move(candidate), source_text);
  if (request.graph) program.report["memory"] = memory_json(program, *request.graph);
  if (program.system) HEDDLE_TRY(place_layers(program, *request.graph, request.place, context));
  if (!request.output.empty()) HEDDLE_TRY(write_all(request, program));
  return program;
}

}  // namespace heddle::session
