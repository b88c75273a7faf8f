// Multiply-accumulate units of number formats: estimates of every multiplier, Yosys's figures beside them if asked.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compiler/base/files.h"
#include "compiler/numerics/dot.h"
#include "cost_models/fpga/devices.h"
#include "cost_models/fpga/mac_predictor.h"
#include "cost_models/fpga/synthesis.h"
#include "runtime/report/cost_report.h"

namespace heddle::report {
namespace {

using numerics::ScalarFormat;

constexpr std::uint64_t kTerms = 4608;  // the longest dot product of ResNet-18, as in docs/cost_model.md

struct FormatPair {
  ScalarFormat a;
  ScalarFormat b;
};

constexpr const char* kWhatElse = "nor is it a file, a directory of 'heddle compile', or an architecture that ships";

/// "A" or "AxB". Names may hold an x themselves, so every place is tried.
Result<FormatPair> parse_pair(const std::string& design, const std::vector<std::string>& architectures) {
  if (design.empty())
    return fail(ErrorCode::kBadInput,
                "an empty name; expected a number format (int8), a pair (int4xe4m3), an architecture, or a directory "
                "of 'heddle compile'");
  auto whole = numerics::parse_scalar_format(design);
  if (whole) return FormatPair{*whole, *whole};
  std::optional<Error> half;
  for (std::size_t at = design.find('x'); at != std::string::npos; at = design.find('x', at + 1)) {
    auto a = numerics::parse_scalar_format(design.substr(0, at));
    auto b = numerics::parse_scalar_format(design.substr(at + 1));
    if (a && b) return FormatPair{*a, *b};
    if ((a && at + 1 == design.size()) || (b && at == 0)) {
      const std::string there = numerics::name(a ? *a : *b);
      return fail(ErrorCode::kBadInput, fmt::format("'{}' is half of a pair of formats", design), {},
                  fmt::format("write {} alone, or a pair such as {}xint8", there, there));
    }
    if (a)
      half = b.error();
    else if (b)
      half = a.error();
  }
  if (half) return tl::unexpected(*half);
  Error error = whole.error();
  error.notes.push_back({kWhatElse, {}});
  if (auto format = numerics::parse_format(design)) {
    const numerics::ScalarFormat element = std::get<numerics::BlockFormat>(*format).element;
    error.hint = fmt::format("its elements are {}: 'heddle cost {}'", numerics::name(element), numerics::name(element));
  }
  const std::string near = nearest_name(design, architectures);
  if (!near.empty()) error.hint = fmt::format("did you mean the architecture '{}'?", near);
  return tl::unexpected(std::move(error));
}

/// What the family has no figure for is null: logic cells outside of AMD's, delays where cells have no timing.
Json figure_json(fpga::MacFigure figure, double value, fpga::Family family) {
  const bool amd = family == fpga::Family::kXc7 || family == fpga::Family::kXcup;
  if (figure == fpga::MacFigure::kLogicCells && !amd) return nullptr;
  if (figure == fpga::MacFigure::kDelay && value <= 0) return nullptr;
  return value;
}

Json estimate_json(const fpga::MacEstimate& estimate, fpga::Family family) {
  Json json{{"dsp", 0}};
  for (const fpga::MacFigure figure : fpga::kMacFigures)
    json[std::string(fpga::name(figure))] = figure_json(figure, fpga::figure_of(estimate, figure), family);
  return json;
}

/// What Yosys says of the point, or its log.
void add_synthesis(Json& entry, const fpga::SynthesisRow& row, fpga::Family family) {
  if (row.outcome != fpga::SynthesisRow::Outcome::kDone) {
    entry["failed"] = {{"outcome", name(row.outcome)}, {"message", row.message}, {"log", row.log}};
    return;
  }
  Json synthesis = Json::object();
  Json error = Json::object();
  for (const fpga::MacFigure figure : fpga::kMacFigures) {
    const std::string key(fpga::name(figure));
    const double measured = fpga::figure_of(row.utilisation, figure);
    synthesis[key] = figure_json(figure, measured, family);
    if (entry["estimate"].is_object() && measured > 0 && entry["estimate"].value(key, Json()).is_number())
      error[key] = (entry["estimate"][key].get<double>() - measured) / measured;
  }
  synthesis["dsp"] = row.utilisation.dsp;
  entry["synthesis"] = std::move(synthesis);
  entry["error"] = std::move(error);
}

}  // namespace

Result<Json> format_cost(const std::string& design, const CostRequest& request,
                         const std::vector<std::string>& architectures, const Context& context) {
  HEDDLE_ASSIGN(const FormatPair pair, parse_pair(design, architectures));
  HEDDLE_ASSIGN(const fpga::Family family, requested_family(request, fpga::Family::kXc7));
  const int bits = numerics::formula_bits(pair.a, pair.b, kTerms);
  const fpga::MacPredictor& predictor = fpga::MacPredictor::built_in();
  std::vector<fpga::MacPoint> points;
  Json rows = Json::array();
  for (const fpga::Multiplier multiplier : fpga::multipliers_for(pair.a, pair.b)) {
    points.push_back({pair.a, pair.b, bits, multiplier, family, false});
    HEDDLE_TRY(fpga::check(points.back()));
    HEDDLE_ASSIGN(const fpga::MacEstimate estimate, predictor.predict(points.back()));
    rows.push_back({{"multiplier", fpga::name(multiplier)}, {"estimate", estimate_json(estimate, family)}});
  }
  Json warnings = Json::array();
  if (request.synthesize) {
    std::vector<fpga::DesignPoint> designs;
    for (const fpga::MacPoint& point : points) designs.push_back(fpga::design_point(point, request.rtl / "arithmetic"));
    HEDDLE_ASSIGN(const auto results, fpga::synthesize_all(designs, request.options, context));
    for (std::size_t i = 0; i < results.size(); ++i) add_synthesis(rows[i], results[i], family);
  } else if (request.check_tools && !fpga::yosys_version(request.options, context)) {
    warnings.push_back(
        "yosys is not installed, so these are estimates that cannot be checked here; install the package yosys");
  }
  HEDDLE_ASSIGN(const fpga::BestMac best, fpga::best_mac(predictor, pair.a, pair.b, bits, family));
  Json json{{"schema", "heddle.cost/1"},
            {"kind", "format"},
            {"name", design},
            {"family", fpga::name(family)},
            {"mac",
             {{"a", numerics::name(pair.a)},
              {"b", numerics::name(pair.b)},
              {"accumulator_bits", bits},
              {"terms", kTerms},
              {"best", fpga::name(best.point.multiplier)},
              {"multipliers", rows}}},
            {"warnings", warnings}};
  if (!request.device.empty()) {
    HEDDLE_ASSIGN(const fpga::Device device, fpga::find_device(request.device));
    fpga::Usage used;
    used.lut = best.estimate.lut;
    used.ff = best.estimate.ff;
    json["device"] = to_json(device, fpga::device_shares(device, used));
    json["device"]["basis"] = "estimate";
  }
  return json;
}

Json format_costs() {
  std::vector<ScalarFormat> formats;
  for (int bits = 2; bits <= 8; ++bits) formats.emplace_back(numerics::IntFormat{bits});
  for (const numerics::FloatFormat& format : numerics::minifloats(true)) formats.emplace_back(format);
  Json points = Json::array();
  for (const ScalarFormat& format : formats) {
    const auto best =
        fpga::best_mac(fpga::MacPredictor::built_in(), format, format, numerics::formula_bits(format, format, kTerms));
    if (!best) continue;
    points.push_back({{"format", numerics::name(format)},
                      {"bits", numerics::bits(format)},
                      {"integer", std::holds_alternative<numerics::IntFormat>(format)},
                      {"lut", static_cast<std::int64_t>(std::llround(best->estimate.lut))},
                      {"multiplier", fpga::name(best->point.multiplier)}});
  }
  for (Json& point : points)
    point["pareto"] = std::none_of(points.begin(), points.end(), [&](const Json& other) {
      const auto bits = point["bits"].get<int>(), other_bits = other["bits"].get<int>();
      const auto lut = point["lut"].get<int>(), other_lut = other["lut"].get<int>();
      return other_bits >= bits && other_lut <= lut && (other_bits > bits || other_lut < lut);
    });
  return {
      {"family", "xc7"},
      {"multipliers", std::size(fpga::kMultipliers)},
      {"points", points},
      {"note", fmt::format("Estimates of the predictor (docs/cost_model.md has its errors), each format with itself, "
                           "accumulator for {} terms. LUTs only: accuracy is another matter.",
                           kTerms)}};
}

}  // namespace heddle::report
