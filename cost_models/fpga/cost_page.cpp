#include "cost_models/fpga/cost_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <vector>

#include "cost_models/fpga/mac_bands.h"

namespace heddle::fpga {
namespace {

using Row = const MacMeasurement*;

double percent(double a, double b) { return 100 * (a / b - 1); }

std::string provenance(const CostTables& tables) {
  const MacTable& table = tables.macs;
  double seconds = 0;
  int primary = 0, held_out = 0;
  for (const MacMeasurement& row : tables.fresh.rows) seconds += row.cpu_seconds;
  for (const MacMeasurement& row : table.rows) {
    seconds += row.cpu_seconds;
    if (row.point.family != Family::kXc7 || !is_estimated(row.point)) continue;
    ++primary;
    held_out += is_held_out(row.point) ? 1 : 0;
  }
  return fmt::format(
      "{} points, of which {} on xc7 without DSP blocks and large tables: {} fitted, {} held out; {} fresh ones. Tool: "
      "{}. Sources of `mac_unit` "
      "(comments aside): {}. Processor time of all syntheses: {:.0f} s.\n",
      table.rows.size(), primary, primary - held_out, held_out, tables.fresh.rows.size(), table.tool, table.rtl_hash,
      seconds);
}

std::string errors(const CostTables& tables) {
  const MacPredictor& predictor = tables.mac_predictor;
  std::string text =
      "| figure | points | number | mean error | worst error | worst point | rank correlation |\n"
      "|---|---|---|---|---|---|---|\n";
  const auto line = [&](MacFigure figure, const char* set, const FitErrors& found) {
    text += fmt::format("| {} | {} | {} | {:.2f} % | {:.1f} % | {} | {:.4f} |\n", name(figure), set, found.points,
                        100 * found.mean, 100 * found.worst, found.worst_point, found.spearman);
  };
  for (const MacFigure figure : kMacFigures) {
    line(figure, "fresh", fit_errors(predictor, tables.fresh, figure, std::nullopt));
    line(figure, "held out", fit_errors(predictor, tables.macs, figure, true));
    line(figure, "fitted", fit_errors(predictor, tables.macs, figure, false));
  }
  return text;
}

/// Errors on the families whose estimate is xc7's times a factor.
std::string families(const CostTables& tables) {
  const MacTable& table = tables.macs;
  const MacPredictor& predictor = tables.mac_predictor;
  std::string text =
      "| family | points | LUT: mean / worst error | FF | delay |\n"
      "|---|---|---|---|---|\n";
  for (const Family family : {Family::kXcup, Family::kEcp5, Family::kIce40}) {
    std::map<MacFigure, std::pair<double, double>> found;
    int points = 0;
    for (const MacMeasurement& row : table.rows) {
      if (row.point.family != family || row.point.dsp) continue;
      ++points;
      const auto estimate = predictor.predict(row.point);
      for (const MacFigure figure : kMacFigures) {
        const double measured = figure_of(row.utilisation, figure);
        if (!estimate || measured <= 0) continue;
        const double error = std::abs(percent(figure_of(*estimate, figure), measured));
        found[figure].first += error;
        found[figure].second = std::max(found[figure].second, error);
      }
    }
    const auto cell = [&](MacFigure figure) {
      return found.contains(figure)
                 ? fmt::format("{:.1f} / {:.1f} %", found[figure].first / points, found[figure].second)
                 : std::string();
    };
    text += fmt::format("| {} | {} | {} | {} | {} |\n", name(family), points, cell(MacFigure::kLut),
                        cell(MacFigure::kFlipFlops), cell(MacFigure::kDelay));
  }
  return text;
}

std::string formats(const CostTables& tables) {
  const MacTable& table = tables.macs;
  std::string text =
      "| format | bits | accumulator | plain | rows | booth | table | best | LUT | LC | FF | delay, ps | LUT against "
      "integer |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";
  for (const FormatCost& cost : format_costs(table)) {
    const auto by = [&](Multiplier multiplier) {
      const auto found = cost.lut_by_multiplier.find(multiplier);
      return found == cost.lut_by_multiplier.end() ? std::string() : std::to_string(found->second);
    };
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
                        numerics::name(cost.format), numerics::bits(cost.format), cost.best->point.accumulator_bits,
                        by(Multiplier::kPlain), by(Multiplier::kRowPairs), by(Multiplier::kBooth),
                        by(Multiplier::kTable), name(cost.best->point.multiplier), cost.best->utilisation.lut,
                        cost.best->utilisation.logic_cells.value_or(0), cost.best->utilisation.ff,
                        cost.best->utilisation.delay_ps.value_or(0),
                        cost.over_integer ? fmt::format("{:+.0f} %", 100 * *cost.over_integer) : "");
  }
  return text;
}

std::string bands(const CostTables& tables) {
  const MacTable& table = tables.macs;
  constexpr double kLow = 0.2, kHigh = 1.8;
  std::map<int, std::vector<const FormatCost*>> by_bits;
  std::map<int, const FormatCost*> integers;
  const std::vector<FormatCost> costs = format_costs(table);
  for (const FormatCost& cost : costs) {
    const int bits = numerics::bits(cost.format);
    if (cost.over_integer)
      by_bits[bits].push_back(&cost);
    else
      integers[bits] = &cost;
  }
  std::string text =
      "| bits | integer, LUT | cheapest minifloat | dearest minifloat | below +20 % | in the band | above +180 % |\n"
      "|---|---|---|---|---|---|---|\n";
  const auto show = [](const FormatCost& cost) {
    return fmt::format("{} {} ({:+.0f} %)", numerics::name(cost.format), cost.best->utilisation.lut,
                       100 * *cost.over_integer);
  };
  for (auto& [bits, group] : by_bits) {
    std::stable_sort(group.begin(), group.end(),
                     [](const auto* a, const auto* b) { return *a->over_integer < *b->over_integer; });
    std::string below, above;
    int inside = 0;
    for (const FormatCost* cost : group) {
      // `by_bits` holds what has it.
      const double over = *cost->over_integer;  // NOLINT(bugprone-unchecked-optional-access)
      if (over < kLow)
        below += (below.empty() ? "" : " ") + numerics::name(cost->format);
      else if (over > kHigh)
        above += (above.empty() ? "" : " ") + numerics::name(cost->format);
      else
        ++inside;
    }
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", bits, integers.at(bits)->best->utilisation.lut,
                        show(*group.front()), show(*group.back()), below, inside, above);
  }
  return text;
}

/// Other families and DSP blocks, and the clock rate of place and route.
std::string others(const CostTables& tables) {
  const MacTable& table = tables.macs;
  const MacPredictor& predictor = tables.mac_predictor;
  std::string text =
      "| unit | LUT estimate | LUT | FF | carry | DSP | delay, ps | fmax, MHz |\n|---|---|---|---|---|---|---|---|\n";
  for (const MacMeasurement& row : table.rows) {
    if (row.point.family == Family::kXc7 && !row.point.dsp) continue;
    const auto estimate = predictor.predict(row.point);
    const Utilisation& found = row.utilisation;
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} |\n", name(row.point),
                        estimate ? fmt::format("{:.0f}", estimate->lut) : "", found.lut, found.ff, found.carry,
                        found.dsp, found.delay_ps ? std::to_string(*found.delay_ps) : "",
                        found.fmax_mhz ? fmt::format("{:.1f}", *found.fmax_mhz) : "");
  }
  return text;
}

void add_point(std::string& text, const MacPredictor& predictor, const MacMeasurement& row, std::string_view set) {
  if (row.point.family != Family::kXc7 || !is_estimated(row.point)) return;
  const auto estimate = predictor.predict(row.point);
  if (!estimate) return;
  const auto measured = [&](MacFigure figure) { return figure_of(row.utilisation, figure); };
  text += fmt::format("| {} | {} | {:.1f} | {} | {:+.1f} % | {:.1f} | {} | {:.1f} | {} | {:.0f} | {} | {:+.1f} % |\n",
                      name(row.point), set, estimate->lut, measured(MacFigure::kLut),
                      percent(estimate->lut, measured(MacFigure::kLut)), estimate->ff, measured(MacFigure::kFlipFlops),
                      estimate->logic_cells, measured(MacFigure::kLogicCells), estimate->delay_ps,
                      measured(MacFigure::kDelay), percent(estimate->delay_ps, measured(MacFigure::kDelay)));
}

std::string points(const CostTables& tables) {
  std::string text =
      "| unit | set | LUT: estimate | synthesis | error | FF: estimate | synthesis | LC: estimate | synthesis | delay, "
      "ps: estimate | synthesis | error |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n";
  for (const MacMeasurement& row : tables.fresh.rows) add_point(text, tables.mac_predictor, row, "fresh");
  for (const MacMeasurement& row : tables.macs.rows)
    add_point(text, tables.mac_predictor, row, is_held_out(row.point) ? "held out" : "");
  return text;
}

/// Products as tables of more than 6 bits: what they take, and what the best other multiplier would by estimate.
std::string large_tables(const CostTables& tables) {
  std::string text = "| unit | bits of the table | LUT | best other, estimate |\n|---|---|---|---|\n";
  for (const MacMeasurement& row : tables.macs.rows) {
    const MacPoint& point = row.point;
    if (!is_large_table(point)) continue;
    const auto best = best_mac(tables.mac_predictor, point.a, point.b, point.accumulator_bits, point.family);
    text += fmt::format("| {} | {} | {} | {} |\n", name(point), factor_bits(point.a) + factor_bits(point.b),
                        row.utilisation.lut,
                        best ? fmt::format("{} {:.0f}", name(best->point.multiplier), best->estimate.lut) : "");
  }
  return text;
}

/// Units with the conversion back, which is a row of its own table.
std::string conversion(const CostTables& tables) {
  std::map<std::string, const ConvertMeasurement*> by_name;
  for (const ConvertMeasurement& row : tables.converts.rows) by_name[name(row.point)] = &row;
  const auto conversion_of = [&](const FormatCost& cost) {
    return by_name.at(name(ConvertPoint{cost.format, cost.best->point.accumulator_bits}));
  };
  const std::vector<FormatCost> costs = format_costs(tables.macs);
  std::map<int, std::pair<double, double>> integers;  // LUTs without and with conversion, by bits
  std::string text =
      "| format | MAC, LUT | conversion: estimate | synthesis | error | FF | delay, ps | both, LUT | against the "
      "integer "
      "without | with |\n|---|---|---|---|---|---|---|---|---|---|\n";
  for (const FormatCost& cost : costs) {
    const ConvertMeasurement& step = *conversion_of(cost);
    const auto mac = static_cast<double>(cost.best->utilisation.lut);
    const double both = mac + static_cast<double>(step.utilisation.lut);
    const int bits = numerics::bits(cost.format);
    if (!cost.over_integer) integers[bits] = {mac, both};
    const double estimate = tables.convert_predictor.predict(step.point).lut;
    text += fmt::format("| {} | {:.0f} | {:.0f} | {} | {:+.1f} % | {} | {} | {:.0f} | {} | {} |\n",
                        numerics::name(cost.format), mac, estimate, step.utilisation.lut,
                        percent(estimate, static_cast<double>(step.utilisation.lut)), step.utilisation.ff,
                        step.utilisation.delay_ps.value_or(0), both,
                        fmt::format("{:+.0f} %", percent(both, integers.at(bits).first)),
                        cost.over_integer ? fmt::format("{:+.0f} %", percent(both, integers.at(bits).second)) : "");
  }
  return text;
}

std::string conversion_errors(const CostTables& tables) {
  std::string text =
      "| figure | points | number | mean error | worst error | worst point | rank correlation |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const MacFigure figure : kMacFigures)
    for (const bool held_out : {true, false}) {
      const FitErrors found = fit_errors(tables.convert_predictor, tables.converts, figure, held_out);
      text += fmt::format("| {} | {} | {} | {:.2f} % | {:.1f} % | {} | {:.4f} |\n", name(figure),
                          held_out ? "held out" : "fitted", found.points, 100 * found.mean, 100 * found.worst,
                          found.worst_point, found.spearman);
    }
  return text;
}

/// The points that the table of formats does not have: other accumulators, and scales with a multiplier.
std::string conversion_points(const CostTables& tables) {
  std::string text =
      "| conversion | set | LUT: estimate | synthesis | error | FF: estimate | synthesis | delay, ps: estimate | "
      "synthesis "
      "|\n|---|---|---|---|---|---|---|---|---|\n";
  for (const ConvertMeasurement& row : tables.converts.rows) {
    const MacEstimate estimate = tables.convert_predictor.predict(row.point);
    const Utilisation& found = row.utilisation;
    text += fmt::format("| {} | {} | {:.1f} | {} | {:+.1f} % | {:.1f} | {} | {:.0f} | {} |\n", name(row.point),
                        is_held_out(row.point) ? "held out" : "", estimate.lut, found.lut,
                        percent(estimate.lut, static_cast<double>(found.lut)), estimate.ff, found.ff, estimate.delay_ps,
                        found.delay_ps.value_or(0));
  }
  return text;
}

struct Part {
  std::string_view name;
  std::string (*make)(const CostTables&);
};
constexpr Part kParts[] = {{"mac provenance", provenance},
                           {"mac errors", errors},
                           {"mac families", families},
                           {"mac formats", formats},
                           {"mac bands", bands},
                           {"mac others", others},
                           {"mac points", points},
                           {"mac large tables", large_tables},
                           {"conversion", conversion},
                           {"conversion errors", conversion_errors},
                           {"conversion points", conversion_points}};

}  // namespace

Result<std::string> update_cost_page(std::string_view page, const CostTables& tables) {
  constexpr std::string_view kBegin = "<!-- generated: ", kEnd = "<!-- end -->";
  std::string result;
  for (;;) {
    const std::size_t begin = page.find(kBegin);
    const std::size_t close = begin == page.npos ? page.npos : page.find(" -->\n", begin);
    if (begin == page.npos) return result + std::string(page);
    const std::size_t end = close == page.npos ? page.npos : page.find(kEnd, close);
    if (end == page.npos)
      return fail(ErrorCode::kBadInput, fmt::format("the part '{}' of the page has no end", page.substr(begin, 60)));
    const std::string_view part_name = page.substr(begin + kBegin.size(), close - begin - kBegin.size());
    const std::size_t body = close + 5;
    result += page.substr(0, body);
    const auto* part =
        std::find_if(std::begin(kParts), std::end(kParts), [&](const Part& p) { return p.name == part_name; });
    result += part == std::end(kParts) ? std::string(page.substr(body, end - body)) : "\n" + part->make(tables) + "\n";
    result += kEnd;
    page.remove_prefix(end + kEnd.size());
  }
}

}  // namespace heddle::fpga
