// heddle_cost_fit: fits the predictor of multiply-accumulate units to their table.
//
// usage: heddle_cost_fit TABLE.csv PREDICTOR.json [PAGE.md] [--show PERCENT]
// Prints the errors, and the points whose error is above PERCENT; writes the predictor, and the generated parts of the
// page anew.
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
      if (row.point.dsp || row.point.family != Family::kXc7) continue;
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
  std::vector<std::string> files;
  double show = 1e9;
};

Status run(const Arguments& arguments) {
  HEDDLE_ASSIGN(const std::string text, read_file(arguments.files[0]));
  HEDDLE_ASSIGN(const MacTable table, parse_mac_table(text, arguments.files[0]));
  HEDDLE_ASSIGN(const MacPredictor fitted, MacPredictor::fit(table));
  const std::string json = dump_json(fitted.to_json());
  // What is shown are the errors of the file, whose numbers are rounded.
  HEDDLE_ASSIGN(const Document document, parse_json(json, arguments.files[1]));
  HEDDLE_ASSIGN(const MacPredictor predictor, MacPredictor::from_json(document));
  print_errors(predictor, table, arguments.show);
  HEDDLE_TRY(write_file(arguments.files[1], json));
  if (arguments.files.size() < 3) return {};
  HEDDLE_ASSIGN(const std::string page, read_file(arguments.files[2]));
  HEDDLE_ASSIGN(const std::string updated, update_cost_page(page, table, predictor));
  return write_file(arguments.files[2], updated);
}

}  // namespace
}  // namespace heddle::fpga

int main(int argc, char** argv) {
  heddle::fpga::Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--show" && i + 1 < argc)
      arguments.show = std::atof(argv[++i]);
    else
      arguments.files.push_back(argument);
  }
  if (arguments.files.size() < 2 || arguments.files.size() > 3) {
    fmt::print(stderr, "usage: heddle_cost_fit TABLE.csv PREDICTOR.json [PAGE.md] [--show PERCENT]\n");
    return 2;
  }
  const heddle::Status status = heddle::fpga::run(arguments);
  if (status) return 0;
  fmt::print(stderr, "{}\n", heddle::to_string(status.error()));
  return heddle::exit_status(status.error().code);
}
