// From a document to a Sweep. The schema has checked keys, types and ranges; what is left are names and relations.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "compiler/base/files.h"
#include "cost_models/fpga/array_cost.h"
#include "runtime/explore/search.h"

extern const char* const heddle_sweep_schema;

namespace heddle::explore {
namespace {

constexpr std::size_t kMostValues = 100'000;

/// The document that is being read, with what its names may stand for.
struct Reader {
  const Document& document;
  const std::vector<AxisKind>& kinds;
  const Places& places;
  Sweep sweep;

  [[nodiscard]] tl::unexpected<Error> error(const std::string& pointer, const std::string& message,
                                            std::string hint = {}, bool at_key = false) const {
    return fail(ErrorCode::kBadInput, "at " + pointer + ": " + message,
                at_key ? document.key_mark(pointer) : document.mark(pointer), std::move(hint));
  }
};

std::string hint_for(const std::string& name, const std::vector<std::string>& names) {
  const std::string nearest = nearest_name(name, names);
  return nearest.empty() ? fmt::format("one of {}", fmt::join(names, ", ")) : fmt::format("did you mean {}?", nearest);
}

Status check_value(const Reader& reader, const std::string& pointer, const AxisKind& kind, const Json& value) {
  if (!kind.choices.empty()) {
    if (value.is_string() && std::ranges::find(kind.choices, value.get<std::string>()) != kind.choices.end()) return {};
    const std::string shown = value.is_string() ? value.get<std::string>() : value.dump();
    return reader.error(pointer, fmt::format("'{}' is no value of {}", shown, kind.name),
                        hint_for(shown, kind.choices));
  }
  if (value.is_number_integer() && value.get<std::int64_t>() >= kind.low && value.get<std::int64_t>() <= kind.high)
    return {};
  return reader.error(
      pointer, fmt::format("{} takes integers from {} to {}, found {}", kind.name, kind.low, kind.high, value.dump()));
}

/// `from`, `to`, `step` or `factor`, spelt out.
Result<std::vector<Json>> read_range(const Reader& reader, const std::string& pointer, const Json& value) {
  if (!value.contains("from") || !value.contains("to"))
    return reader.error(pointer, "an axis needs values, or from and to");
  if (value.contains("step") && value.contains("factor")) return reader.error(pointer, "either step or factor");
  const std::int64_t from = value["from"].get<std::int64_t>();
  const std::int64_t to = value["to"].get<std::int64_t>();
  const std::int64_t step = value.value("step", std::int64_t{1});
  const std::int64_t factor = value.value("factor", std::int64_t{1});
  if (from > to) return reader.error(pointer, fmt::format("the range from {} to {} is empty", from, to));
  if (factor > 1 && from < 1) return reader.error(pointer, "a range with a factor starts at 1 or above");
  constexpr std::int64_t kLargest = std::int64_t{1} << 31U;
  if (from < -kLargest || to > kLargest || step > kLargest || factor > kLargest)
    return reader.error(pointer, "numbers of a range are at most 2^31");
  std::vector<Json> values;
  for (std::int64_t each = from; each <= to; each = factor > 1 ? each * factor : each + step) {
    if (values.size() == kMostValues)
      return reader.error(pointer, fmt::format("more than {} values; take a larger step", kMostValues));
    values.emplace_back(each);
  }
  return values;
}

Result<std::vector<Json>> read_values(const Reader& reader, const std::string& pointer, const AxisKind& kind,
                                      const Json& value) {
  if (value.is_object() && !value.contains("values")) {
    HEDDLE_ASSIGN(std::vector<Json> values, read_range(reader, pointer, value));
    for (const Json& each : values) HEDDLE_TRY(check_value(reader, pointer, kind, each));
    return values;
  }
  const std::string list = value.is_array() ? pointer : pointer_to(pointer, "values");
  if (value.is_object() && value.contains("from"))
    return reader.error(pointer_to(pointer, "from"), "either values or a range", {}, true);
  std::vector<Json> values;
  for (const Json& each : value.is_array() ? value : value["values"]) {
    const std::string here = pointer_to(list, values.size());
    HEDDLE_TRY(check_value(reader, here, kind, each));
    if (std::ranges::find(values, each) != values.end())
      return reader.error(here, fmt::format("{} is listed twice", each.dump()));
    values.push_back(each);
  }
  return values;
}

std::vector<std::string> axis_names(const Sweep& sweep) {
  std::vector<std::string> names;
  for (const Axis& axis : sweep.axes) names.push_back(axis.kind.name);
  return names;
}

Result<Expression> read_formula(const Reader& reader, const std::string& pointer, const std::string& text) {
  auto formula = Expression::parse(text);
  if (!formula) return reader.error(pointer, formula.error().message, formula.error().hint);
  return std::move(*formula);
}

Status read_axis(Reader& reader, const std::string& name, const Json& value) {
  const std::string pointer = pointer_to("/axes", name);
  const auto kind = std::ranges::find(reader.kinds, name, &AxisKind::name);
  if (kind == reader.kinds.end()) {
    std::vector<std::string> names;
    for (const AxisKind& each : reader.kinds) names.push_back(each.name);
    return reader.error(pointer, fmt::format("unknown axis '{}'", name), hint_for(name, names), true);
  }
  Axis axis{*kind, {}, {}};
  HEDDLE_ASSIGN(axis.values, read_values(reader, pointer, *kind, value));
  if (value.is_object() && value.contains("when")) {
    const std::string where = pointer_to(pointer, "when");
    HEDDLE_ASSIGN(axis.when, read_formula(reader, where, value["when"]));
    const std::vector<std::string> above = axis_names(reader.sweep);
    for (const std::string& used : axis.when->names()) {
      if (std::ranges::find(above, used) == above.end())
        return reader.error(where, fmt::format("'{}' is no axis above this one", used), hint_for(used, above));
    }
  }
  reader.sweep.axes.push_back(std::move(axis));
  return {};
}

Status read_axes(Reader& reader) {
  for (const auto& [name, value] : reader.document.root["axes"].items()) HEDDLE_TRY(read_axis(reader, name, value));
  const std::vector<std::string> names = axis_names(reader.sweep);
  const auto has = [&](const char* name) { return std::ranges::find(names, name) != names.end(); };
  if (has("size") && (has("rows") || has("columns")))
    return reader.error("/axes/size", "size sets rows and columns, which are axes too", "remove one of them", true);
  return {};
}

/// Adds the metrics that a formula names; says whether there were any.
Result<bool> use_metrics(Reader& reader, const std::string& pointer, const Expression& formula) {
  std::vector<std::string> known = axis_names(reader.sweep);
  const std::vector<std::string> axes = known;
  for (const MetricKind& kind : metric_kinds()) known.push_back(kind.name);
  bool any = false;
  for (const std::string& used : formula.names()) {
    if (std::ranges::find(axes, used) != axes.end()) continue;
    const MetricKind* kind = find_metric(used);
    if (kind == nullptr)
      return reader.error(pointer, fmt::format("unknown axis or metric '{}'", used), hint_for(used, known));
    any = true;
    auto& metrics = reader.sweep.metrics;
    if (std::ranges::any_of(metrics, [&](const Measured& each) { return each.kind.name == used; })) continue;
    metrics.push_back({*kind, kind->fidelities.front(), {kind->fidelities.front()}});
  }
  return any;
}

Status read_objectives(Reader& reader) {
  const Json& list = reader.document.root["objectives"];
  std::set<std::string> names;
  for (std::size_t k = 0; k < list.size(); ++k) {
    const bool maximize = list[k].contains("maximize");
    const std::string pointer = pointer_to(pointer_to("/objectives", k), maximize ? "maximize" : "minimize");
    const std::string text = list[k][maximize ? "maximize" : "minimize"];
    HEDDLE_ASSIGN(Expression formula, read_formula(reader, pointer, text));
    HEDDLE_TRY(use_metrics(reader, pointer, formula));
    Objective objective{list[k].value("name", text), std::move(formula), maximize, {}};
    if (list[k].contains("reference")) objective.reference = list[k]["reference"].get<double>();
    if (!names.insert(objective.name).second)
      return reader.error(pointer, fmt::format("two objectives are called '{}'", objective.name));
    reader.sweep.objectives.push_back(std::move(objective));
  }
  return {};
}

Status read_constraints(Reader& reader) {
  const Json list = reader.document.root.value("constraints", Json::array());
  for (std::size_t k = 0; k < list.size(); ++k) {
    const std::string pointer = pointer_to("/constraints", k);
    HEDDLE_ASSIGN(Expression formula, read_formula(reader, pointer, list[k]));
    HEDDLE_ASSIGN(const bool measured, use_metrics(reader, pointer, formula));
    reader.sweep.constraints.push_back({std::move(formula), !measured});
  }
  return {};
}

Result<Fidelity> parse_fidelity(const Reader& reader, const std::string& pointer, const MetricKind& kind,
                                const std::string& text) {
  std::vector<std::string> names;
  for (const Fidelity each : kind.fidelities) {
    if (text == to_string(each)) return each;
    names.emplace_back(to_string(each));
  }
  return reader.error(pointer, fmt::format("{} cannot be had at fidelity {}", kind.name, text),
                      fmt::format("one of {}", fmt::join(names, ", ")));
}

/// One fidelity, or several of them from cheap to dear.
Result<std::vector<Fidelity>> read_ladder(const Reader& reader, const std::string& pointer, const MetricKind& kind,
                                          const Json& value) {
  std::vector<Fidelity> ladder;
  if (value.is_string()) {
    HEDDLE_ASSIGN(const Fidelity only, parse_fidelity(reader, pointer, kind, value));
    return std::vector{only};
  }
  for (std::size_t k = 0; k < value.size(); ++k) {
    HEDDLE_ASSIGN(const Fidelity each, parse_fidelity(reader, pointer_to(pointer, k), kind, value[k]));
    if (!ladder.empty() && each <= ladder.back())
      return reader.error(pointer_to(pointer, k), fmt::format("{} is not dearer than {}, which stands before it",
                                                              to_string(each), to_string(ladder.back())));
    ladder.push_back(each);
  }
  return ladder;
}

Status read_promotions(Reader& reader) {
  const Json promote = reader.document.root.value("promote", Json::object());
  for (const auto& [name, value] : promote.items()) {
    const std::vector<Fidelity> rungs = rungs_of(reader.sweep);
    const auto rung = std::ranges::find_if(rungs, [&](Fidelity each) { return name == to_string(each); });
    if (rung == rungs.end() || rung == rungs.begin() || rungs.size() == 1)
      return reader.error(pointer_to("/promote", name), fmt::format("no point is promoted to fidelity {}", name),
                          "fidelity: {cycles: [predictor, analytic]} lets points climb to analytic", true);
    reader.sweep.promotions[*rung] = value.get<std::int64_t>();
  }
  return {};
}

Status read_fidelities(Reader& reader) {
  const Json fidelity = reader.document.root.value("fidelity", Json::object());
  for (const auto& [name, value] : fidelity.items()) {
    const std::string pointer = pointer_to("/fidelity", name);
    const MetricKind* kind = find_metric(name);
    if (kind == nullptr) {
      std::vector<std::string> names;
      for (const MetricKind& each : metric_kinds()) names.push_back(each.name);
      return reader.error(pointer, fmt::format("unknown metric '{}'", name), hint_for(name, names), true);
    }
    HEDDLE_ASSIGN(const std::vector<Fidelity> ladder, read_ladder(reader, pointer, *kind, value));
    for (Measured& each : reader.sweep.metrics) {
      if (each.kind.name == name) each = {*kind, ladder.back(), ladder};
    }
  }
  const auto of_array = [](const Measured& each) {
    return each.kind.of_array && each.fidelity == Fidelity::kPredictor;
  };
  if (reader.sweep.family != "xcup" && std::ranges::any_of(reader.sweep.metrics, of_array))
    return reader.error("/family", fmt::format("the predictor of arrays knows xcup, not {}", reader.sweep.family),
                        "fidelity: synthesis for the metrics of the array");
  return {};
}

/// A file beside the sweep, or one that ships.
Result<std::filesystem::path> find_file(const Reader& reader, const std::string& pointer, const std::string& name,
                                        const std::filesystem::path& directory, const std::string& suffix) {
  const auto beside = std::filesystem::path(reader.document.mark("").file).parent_path() / name;
  std::error_code ignored;
  for (const auto& path : {beside, directory / (name + suffix)}) {
    if (std::filesystem::is_regular_file(path, ignored)) return path;
  }
  return reader.error(pointer, fmt::format("there is no '{}'", name), hint_for(name, names_in(directory, suffix)));
}

Status read_kernels(Reader& reader) {
  const Json list = reader.document.root.value("kernels", Json::array());
  std::set<std::string> names;
  for (std::size_t k = 0; k < list.size(); ++k) {
    const std::string pointer = pointer_to("/kernels", k);
    HEDDLE_ASSIGN(auto path, find_file(reader, pointer, list[k], reader.places.kernels, ".c"));
    const std::string name = path.stem().string();
    if (!names.insert(name).second) return reader.error(pointer, fmt::format("'{}' is listed twice", name));
    reader.sweep.kernels.push_back({name, std::move(path)});
  }
  const auto of_kernels = [](const Measured& each) { return !each.kind.of_array; };
  const auto used = std::ranges::find_if(reader.sweep.metrics, of_kernels);
  if (list.empty() && used != reader.sweep.metrics.end())
    return reader.error("/objectives", fmt::format("{} is a metric of kernels, and none is named", used->kind.name),
                        "kernels: [gemm, fir]");
  return {};
}

Status read_array(Reader& reader) {
  const Json& array = reader.document.root["array"];
  if (array.is_object()) {
    Document document;
    document.root = array;
    const std::string prefix = "/array";
    for (const auto& [pointer, mark] : reader.document.marks) {
      if (pointer.rfind(prefix, 0) == 0) document.marks[pointer.substr(prefix.size())] = mark;
    }
    for (const auto& [pointer, mark] : reader.document.key_marks) {
      if (pointer.rfind(prefix, 0) == 0) document.key_marks[pointer.substr(prefix.size())] = mark;
    }
    HEDDLE_TRY(arch::from_document(document));
    reader.sweep.array = array;
    return {};
  }
  HEDDLE_ASSIGN(const auto path, find_file(reader, "/array", array, reader.places.architectures, ".yaml"));
  HEDDLE_ASSIGN(const std::string text, read_file(path));
  HEDDLE_ASSIGN(Document document, parse_yaml(text, path.string()));
  HEDDLE_TRY(arch::from_document(document));
  reader.sweep.array = std::move(document.root);
  return {};
}

Status read_sampler(Reader& reader) {
  const Json sampler = reader.document.root.value("sampler", Json{{"kind", "grid"}});
  const std::string kind = sampler["kind"];
  reader.sweep.sampling.points = sampler.value("points", std::int64_t{0});
  if (kind == "grid") {
    if (sampler.contains("points"))
      return reader.error("/sampler/points", "a grid has all its points", "kind: random or sobol", true);
    return {};
  }
  if (!sampler.contains("points")) return reader.error("/sampler", fmt::format("{} needs points: N", kind));
  constexpr std::pair<const char*, Sampling::Kind> kKinds[] = {{"random", Sampling::Kind::kRandom},
                                                               {"sobol", Sampling::Kind::kSobol},
                                                               {"nsga2", Sampling::Kind::kNsga2},
                                                               {"moead", Sampling::Kind::kMoead}};
  for (const auto& [name, value] : kKinds)
    if (kind == name) reader.sweep.sampling.kind = value;
  const bool evolves = kind == "nsga2" || kind == "moead";
  if (!evolves && sampler.contains("population"))
    return reader.error("/sampler/population", fmt::format("{} has no population", kind), "kind: nsga2 or moead", true);
  reader.sweep.sampling.population = sampler.value("population", reader.sweep.sampling.population);
  if (evolves && reader.sweep.sampling.population % 4 != 0)
    return reader.error("/sampler/population", "expected a multiple of 4");
  if (evolves && reader.sweep.objectives.size() < 2)
    return reader.error("/sampler/kind", fmt::format("{} needs two objectives or more", kind), "kind: random or sobol");
  return {};
}

const Json& sweep_schema() {
  static const Json schema = Json::parse(heddle_sweep_schema);
  return schema;
}

}  // namespace

Result<Sweep> read_sweep(const Document& document, const std::vector<AxisKind>& kinds, const Places& places) {
  HEDDLE_TRY(validate_schema(document, sweep_schema()));
  Reader reader{document, kinds, places, {}};
  const Json& root = document.root;
  Sweep& sweep = reader.sweep;
  sweep.name = root["name"];
  sweep.description = root.value("description", "");
  sweep.family = root.value("family", "xcup");
  sweep.mapper_seconds = root.value("mapper_seconds", sweep.mapper_seconds);
  if (root.contains("limits")) {
    sweep.limits.seconds = root["limits"].value("seconds", sweep.limits.seconds);
    sweep.limits.memory_mb = root["limits"].value("memory_mb", sweep.limits.memory_mb);
  }
  HEDDLE_TRY(read_array(reader));
  HEDDLE_TRY(read_axes(reader));
  HEDDLE_TRY(read_objectives(reader));
  HEDDLE_TRY(read_constraints(reader));
  HEDDLE_TRY(read_fidelities(reader));
  HEDDLE_TRY(read_kernels(reader));
  HEDDLE_TRY(read_sampler(reader));
  HEDDLE_TRY(read_promotions(reader));
  return std::move(sweep);
}

}  // namespace heddle::explore
