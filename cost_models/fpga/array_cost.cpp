#include "cost_models/fpga/array_cost.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace heddle::fpga {
namespace {

/// Parts in the order of the table: PE classes as described, then the array.
std::vector<ArrayPart> empty_parts(const arch::Cgra& cgra, const std::vector<ModuleUse>& uses) {
  std::map<std::pair<int, Part>, std::int64_t> rows;
  for (const ModuleUse& use : uses) {
    const int order = use.pe_class < 0 ? static_cast<int>(cgra.classes.size()) : use.pe_class;
    rows[{order, use.part}] += use.count;
  }
  std::vector<ArrayPart> parts;
  for (const auto& [key, count] : rows) {
    const bool array = key.first == static_cast<int>(cgra.classes.size());
    const auto pes =
        std::count_if(cgra.pes.begin(), cgra.pes.end(), [&](const arch::Pe& pe) { return pe.pe_class == key.first; });
    parts.push_back({array ? "array" : cgra.classes[static_cast<std::size_t>(key.first)].name,
                     key.second,
                     array ? count : static_cast<std::int64_t>(pes),
                     {},
                     {}});
  }
  return parts;
}

ArrayPart& part_of(const arch::Cgra& cgra, const ModuleUse& use, std::vector<ArrayPart>& parts) {
  const std::string owner = use.pe_class < 0 ? "array" : cgra.classes[static_cast<std::size_t>(use.pe_class)].name;
  return *std::find_if(parts.begin(), parts.end(),
                       [&](const ArrayPart& part) { return part.owner == owner && part.part == use.part; });
}

void add_to(std::optional<Usage>& sum, const Usage& usage) {
  if (!sum) sum = Usage{};
  *sum += usage;
}

Json optional_json(const std::optional<Usage>& usage) { return usage ? to_json(*usage) : Json(nullptr); }

Json errors_json(const std::optional<Usage>& estimate, const std::optional<Usage>& synthesis) {
  if (!estimate || !synthesis) return nullptr;
  Json json = Json::object();
  for (const UsageColumn& column : kUsageColumns) {
    const auto error = relative_error(*estimate.*column.member, *synthesis.*column.member);
    json[std::string(column.key)] = error ? Json(*error) : Json(nullptr);
  }
  return json;
}

}  // namespace

Result<ArrayCost> estimate_array(const arch::Cgra& cgra, const ModulePredictor& predictor, Family family) {
  HEDDLE_ASSIGN(const std::vector<ModuleUse> uses, array_modules(cgra));
  ArrayCost cost;
  cost.family = family;
  cost.parts = empty_parts(cgra, uses);
  for (const ModuleUse& use : uses) {
    HEDDLE_ASSIGN(const Usage one, predictor.predict(own_parameters(use.spec)));
    const Usage all = static_cast<double>(use.count) * one;
    add_to(part_of(cgra, use, cost.parts).estimate, all);
    add_to(cost.estimate, all);
  }
  return cost;
}

Result<ArrayCost> estimate_array(const arch::Cgra& cgra, Family family) {
  HEDDLE_ASSIGN(const ModulePredictor* predictor, built_in_predictor(family));
  return estimate_array(cgra, *predictor, family);
}

Status synthesize_array(const arch::Cgra& cgra, const std::filesystem::path& rtl_directory,
                        const SynthesisOptions& options, const Context& context, ArrayCost& cost) {
  HEDDLE_ASSIGN(const std::vector<ModuleUse> uses, array_modules(cgra));
  if (cost.parts.empty()) cost.parts = empty_parts(cgra, uses);
  std::vector<ModuleSpec> specs;
  for (const ModuleUse& use : uses) specs.push_back(own_parameters(use.spec));
  HEDDLE_ASSIGN(const auto rows, synthesize_modules(specs, cost.family, rtl_directory, options, context));
  for (const auto& [spec, row] : rows)
    if (row.outcome != SynthesisRow::Outcome::kDone) cost.failed.push_back({spec, row.message, row.log});
  std::vector<const ArrayPart*> broken;
  for (std::size_t i = 0; i < uses.size(); ++i) {
    ArrayPart& part = part_of(cgra, uses[i], cost.parts);
    const ModuleRow& row = rows.at(specs[i]);
    if (row.outcome != SynthesisRow::Outcome::kDone) {
      broken.push_back(&part);
      continue;
    }
    const Usage all = static_cast<double>(uses[i].count) * row.usage;
    add_to(part.synthesis, all);
    add_to(cost.synthesis, all);
  }
  for (ArrayPart& part : cost.parts)
    if (std::find(broken.begin(), broken.end(), &part) != broken.end()) part.synthesis.reset();
  if (!broken.empty()) cost.synthesis.reset();
  return {};
}

std::optional<double> relative_error(double estimate, double synthesis) {
  if (synthesis == 0) return std::nullopt;
  return (estimate - synthesis) / synthesis;
}

Json to_json(const ArrayCost& cost) {
  Json parts = Json::array();
  for (const ArrayPart& part : cost.parts)
    parts.push_back({{"owner", part.owner},
                     {"part", name(part.part)},
                     {"instances", part.instances},
                     {"estimate", optional_json(part.estimate)},
                     {"synthesis", optional_json(part.synthesis)}});
  Json failed = Json::array();
  for (const FailedModule& module : cost.failed)
    failed.push_back({{"module", module.spec.text()}, {"message", module.message}, {"log", module.log}});
  return {{"family", name(cost.family)},
          {"estimate", optional_json(cost.estimate)},
          {"synthesis", optional_json(cost.synthesis)},
          {"error", errors_json(cost.estimate, cost.synthesis)},
          {"parts", parts},
          {"failed", failed}};
}

}  // namespace heddle::fpga
