#include "cost_models/fpga/convert_predictor.h"

#include <fmt/format.h>

#include <bit>

#include "compiler/base/check.h"
#include "compiler/base/files.h"
#include "compiler/numerics/dot.h"

extern const char* const heddle_convert_predictor_fit;  // cost_models/calibration/convert_predictor.json

namespace heddle::fpga {
namespace {

using numerics::FloatFormat;

constexpr std::string_view kSchema = "heddle.convert_predictor/1";
constexpr std::size_t kFewest = 30;

bool is_float(const ConvertPoint& point) { return std::holds_alternative<FloatFormat>(point.format); }

int mantissa_bits(const ConvertPoint& point) {
  return is_float(point) ? std::get<FloatFormat>(point.format).mantissa_bits : 0;
}

/// One list for all figures but the delay: cells and flip-flops grow with the same parts.
Terms area_terms(const ConvertPoint& point) {
  const int product = point.accumulator_bits + point.multiplier_bits;
  const int rows = (point.multiplier_bits + 1) / 2;
  Terms terms;
  terms.add("control", 1);
  terms.add("magnitude", point.accumulator_bits);
  terms.add("multiplier: bits of rows", (point.accumulator_bits + 2.0) * rows);
  terms.add("multiplier: multiplicand", point.accumulator_bits, rows > 1);
  terms.add("product bits", product);
  terms.add("output bits", numerics::bits(point.format));
  terms.add("variable shift", point.shift_bits);
  terms.add("variable shift: bits", product * point.shift_bits, !is_float(point));
  terms.add("normalise: bits by steps", product * std::bit_width(static_cast<unsigned>(product)), is_float(point));
  terms.add("normalise: significand by product", (mantissa_bits(point) + 1) * product, is_float(point));
  terms.add("exponent bits", std::bit_width(static_cast<unsigned>(product)), is_float(point));
  return terms;
}

Terms delay_terms(const ConvertPoint& point) {
  const int product = point.accumulator_bits + point.multiplier_bits;
  const int rows = (point.multiplier_bits + 1) / 2;
  Terms terms;
  terms.add("register", 1);
  terms.add("magnitude", point.accumulator_bits);
  terms.add("multiplier: rows", rows);
  terms.add("normalise: steps", std::bit_width(static_cast<unsigned>(product)), is_float(point));
  terms.add("product bits", product, is_float(point));
  return terms;
}

Terms terms_of(const ConvertPoint& point, MacFigure figure) {
  return figure == MacFigure::kDelay ? delay_terms(point) : area_terms(point);
}

std::string model_name(bool of_float, MacFigure figure) {
  return fmt::format("{} {}", of_float ? "float" : "int", name(figure));
}

}  // namespace

bool is_held_out(const ConvertPoint& point) { return content_hash(name(point)) % 5 == 0; }

Result<ConvertPredictor> ConvertPredictor::fit(const ConvertTable& table) {
  ConvertPredictor predictor;
  predictor.tool_ = table.tool;
  predictor.rtl_hash_ = table.rtl_hash;
  for (const bool of_float : {false, true})
    for (const MacFigure figure : kMacFigures) {
      std::vector<Terms> points;
      std::vector<double> measured;
      std::size_t fitted = 0;
      for (const ConvertMeasurement& row : table.rows) {
        if (is_held_out(row.point)) continue;
        ++fitted;
        if (is_float(row.point) != of_float) continue;
        points.push_back(terms_of(row.point, figure));
        measured.push_back(figure_of(row.utilisation, figure));
      }
      if (fitted < kFewest || points.empty())
        return fail(ErrorCode::kBadInput, fmt::format("{} points to fit on, at least {} are wanted", fitted, kFewest));
      predictor.models_[model_name(of_float, figure)] = fit_relative(points, measured);
    }
  return predictor;
}

MacEstimate ConvertPredictor::predict(const ConvertPoint& point) const {
  const auto figure = [&](MacFigure which) {
    return evaluate(models_.at(model_name(is_float(point), which)), terms_of(point, which));
  };
  return {figure(MacFigure::kLut), figure(MacFigure::kFlipFlops), figure(MacFigure::kLogicCells),
          figure(MacFigure::kDelay)};
}

Json ConvertPredictor::to_json() const {
  Json json = {{"schema", kSchema}, {"tool", tool_}, {"rtl", rtl_hash_}};
  for (const bool of_float : {false, true})
    for (const MacFigure figure : kMacFigures) {
      const std::string model = model_name(of_float, figure);
      for (const auto term : terms_of({}, figure).names)
        json["models"][model][std::string(term)] =
            Json::parse(fmt::format("{:.6g}", models_.at(model).at(std::string(term))));
    }
  return json;
}

Result<ConvertPredictor> ConvertPredictor::from_json(const Document& document) {
  const Json& json = document.root;
  if (!json.is_object() || json.value("schema", "") != kSchema)
    return fail(ErrorCode::kBadInput, fmt::format("expected schema {}", kSchema), document.mark(""));
  ConvertPredictor predictor;
  predictor.tool_ = json.value("tool", "");
  predictor.rtl_hash_ = json.value("rtl", "");
  for (const bool of_float : {false, true})
    for (const MacFigure figure : kMacFigures) {
      const std::string model = model_name(of_float, figure);
      for (const auto term : terms_of({}, figure).names) {
        const Json::json_pointer pointer("/models/" + model + "/" + std::string(term));
        if (!json.contains(pointer) || !json[pointer].is_number() || json[pointer].get<double>() < 0)
          return fail(ErrorCode::kBadInput, fmt::format("no coefficient '{}' of {}", term, model), document.mark(""));
        predictor.models_[model][std::string(term)] = json[pointer].get<double>();
      }
    }
  return predictor;
}

const ConvertPredictor& ConvertPredictor::built_in() {
  static const ConvertPredictor kPredictor = [] {
    const auto document = parse_json(heddle_convert_predictor_fit, "convert_predictor.json");
    HEDDLE_CHECK(document.has_value(), "the embedded predictor is JSON");
    auto predictor = from_json(*document);
    HEDDLE_CHECK(predictor.has_value(), "the embedded predictor is complete: run scripts/cost_model fit");
    return *predictor;
  }();
  return kPredictor;
}

FitErrors fit_errors(const ConvertPredictor& predictor, const ConvertTable& table, MacFigure figure, bool held_out) {
  ErrorSummary summary;
  for (const ConvertMeasurement& row : table.rows)
    if (is_held_out(row.point) == held_out)
      summary.add(name(row.point), figure_of(predictor.predict(row.point), figure), figure_of(row.utilisation, figure));
  return summary.errors();
}

}  // namespace heddle::fpga
