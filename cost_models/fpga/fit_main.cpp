// heddle_cost_fit: fits the predictor of multiply-accumulate units to their table.
//
// usage: heddle_cost_fit CALIBRATION_DIR [PAGE.md] [--show PERCENT]
// Reads mac.csv, mac_fresh.csv and convert.csv, writes mac_predictor.json and convert_predictor.json beside them,
// prints the errors (and the points whose error is above PERCENT), and makes the generated parts of the page anew.
#include <fmt/format.h>

#include <cstdlib>

#include "compiler/base/files.h"
#include "cost_models/fpga/cost_page.h"
#include "cost_models/fpga/mac_predictor.h"

namespace heddle::fpga {
namespace {

void print_errors(const MacPredictor& predictor, const MacTable& table, double show) {
  for (const MacFigure figure : kMacFigures) {
    for (const MacMeasurement& row : table.rows) {
      if (!is_estimated(row.point) || row.point.family != Family::kXc7) continue;
      const double estimate = figure_of(*predictor.predict(row.point), figure);
      const double measured = figure_of(row.utilisation, figure);
      if (std::abs(estimate / measured - 1) * 100 > show)
        fmt::print("  {:32} {:8.1f} {:6.0f} {:+.1f}%{}\n", name(row.point), estimate, measured,
                   100 * (estimate / measured - 1), is_held_out(row.point) ? " held out" : "");
    }
    for (const bool held_out : {false, true}) {
      const FitErrors errors = fit_errors(predictor, table, figure, held_out);
      fmt::print("{:12} {:9} {:4} points: mean {:.2f}%, worst {:.1f}% ({}), rank correlation {:.4f}\n", name(figure),
                 held_out ? "held out" : "fitted", errors.points, 100 * errors.mean, 100 * errors.worst,
                 errors.worst_point, errors.spearman);
    }
  }
}

struct Arguments {
  std::vector<std::filesystem::path> paths;  ///< the directory and, maybe, the page
  double show = 1e9;
};

/// A fit as its file has it: with rounded numbers.
template <class Predictor>
Result<Predictor> written(const Predictor& fitted, const std::filesystem::path& path) {
  const std::string json = dump_json(fitted.to_json());
  HEDDLE_TRY(write_file(path, json));
  HEDDLE_ASSIGN(const Document document, parse_json(json, path.string()));
  return Predictor::from_json(document);
}

Status run(const Arguments& arguments) {
  const std::filesystem::path& directory = arguments.paths[0];
  HEDDLE_ASSIGN(const std::string mac_text, read_file(directory / "mac.csv"));
  HEDDLE_ASSIGN(const MacTable macs, parse_mac_table(mac_text, "mac.csv"));
  HEDDLE_ASSIGN(const std::string fresh_text, read_file(directory / "mac_fresh.csv"));
  HEDDLE_ASSIGN(const MacTable fresh, parse_mac_table(fresh_text, "mac_fresh.csv"));
  HEDDLE_ASSIGN(const std::string convert_text, read_file(directory / "convert.csv"));
  HEDDLE_ASSIGN(const ConvertTable converts, parse_convert_table(convert_text, "convert.csv"));
  HEDDLE_ASSIGN(const MacPredictor mac_fit, MacPredictor::fit(macs));
  HEDDLE_ASSIGN(const ConvertPredictor convert_fit, ConvertPredictor::fit(converts));
  HEDDLE_ASSIGN(const MacPredictor mac_predictor, written(mac_fit, directory / "mac_predictor.json"));
  HEDDLE_ASSIGN(const ConvertPredictor convert_predictor, written(convert_fit, directory / "convert_predictor.json"));
  print_errors(mac_predictor, macs, arguments.show);
  for (const MacFigure figure : kMacFigures) {
    const FitErrors errors = fit_errors(mac_predictor, fresh, figure, std::nullopt);
    fmt::print("{:12} fresh     {:4} points: mean {:.2f}%, worst {:.1f}% ({}), rank correlation {:.4f}\n", name(figure),
               errors.points, 100 * errors.mean, 100 * errors.worst, errors.worst_point, errors.spearman);
  }
  for (const bool held_out : {false, true}) {
    const FitErrors errors = fit_errors(convert_predictor, converts, MacFigure::kLut, held_out);
    fmt::print("conversion   {:9} {:4} points: mean {:.2f}%, worst {:.1f}% ({}), rank correlation {:.4f}\n",
               held_out ? "held out" : "fitted", errors.points, 100 * errors.mean, 100 * errors.worst,
               errors.worst_point, errors.spearman);
  }
  if (arguments.paths.size() < 2) return {};
  HEDDLE_ASSIGN(const std::string page, read_file(arguments.paths[1]));
  HEDDLE_ASSIGN(const std::string updated,
                update_cost_page(page, {macs, fresh, mac_predictor, converts, convert_predictor}));
  return write_file(arguments.paths[1], updated);
}

}  // namespace
}  // namespace heddle::fpga

// NOLINTNEXTLINE(bugprone-exception-escape): without memory a tool may end
int main(int argc, char** argv) {
  heddle::fpga::Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--show" && i + 1 < argc)
      arguments.show = std::atof(argv[++i]);
    else
      arguments.paths.emplace_back(argument);
  }
  if (arguments.paths.empty() || arguments.paths.size() > 2) {
    fmt::print(stderr, "usage: heddle_cost_fit CALIBRATION_DIR [PAGE.md] [--show PERCENT]\n");
    return 2;
  }
  const heddle::Status status = heddle::fpga::run(arguments);
  if (status) return 0;
  fmt::print(stderr, "{}\n", heddle::to_string(status.error()));
  return heddle::exit_status(status.error().code);
}
