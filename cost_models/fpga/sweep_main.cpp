// heddle_cost_sweep: synthesises the design points of the multiply-accumulate units and writes their table.
//
// usage: heddle_cost_sweep RTL_DIR MAC.csv CONVERT.csv CACHE.sqlite [--jobs N]
// Stopped or broken off, it continues from the cache. Exit status 1 if a point could not be synthesised.
#include <fmt/format.h>
#include <signal.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "compiler/base/files.h"
#include "cost_models/fpga/convert_point.h"
#include "cost_models/fpga/mac_sweep.h"
#include "cost_models/fpga/mac_table.h"
#include "cost_models/fpga/synthesis.h"

namespace heddle::fpga {
namespace {

std::atomic<bool> stop_wanted = false;

struct Arguments {
  std::filesystem::path rtl, macs, converts, cache;
  int jobs = 1;
};

/// Points of one kind, and their table.
template <class Table, class Point>
Result<Table> measure(const std::vector<Point>& points, Result<std::string> hash, const Arguments& arguments,
                      const Context& context) {
  std::vector<DesignPoint> designs;
  for (const Point& point : points) designs.push_back(design_point(point, arguments.rtl));
  SynthesisOptions options;
  options.cache = arguments.cache;
  HEDDLE_ASSIGN(std::string tool, yosys_version(options, context));
  tool.erase(tool.find_last_not_of('\n') + 1);
  HEDDLE_TRY(hash);
  HEDDLE_ASSIGN(const std::vector<SynthesisRow> rows, synthesize_all(designs, options, context));
  Table table{tool, *hash, {}};
  double seconds = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    seconds += rows[i].cpu_seconds;
    if (rows[i].outcome == SynthesisRow::Outcome::kDone)
      table.rows.push_back({points[i], rows[i].utilisation, rows[i].cpu_seconds});
    else
      fmt::print(stderr, "\n{}: {}\n{}\n", name(points[i]), rows[i].message, rows[i].log);
  }
  fmt::print(stderr, "\n{} of {} points, {:.0f} s of processor time\n", table.rows.size(), points.size(), seconds);
  if (table.rows.size() != points.size()) return fail(ErrorCode::kMismatch, "some points could not be synthesised");
  return table;
}

Status run(const Arguments& arguments) {
  Context context;
  context.cancel = &stop_wanted;
  context.jobs = arguments.jobs;
  context.progress = [](const std::string& what, std::int64_t done, std::int64_t total) {
    fmt::print(stderr, "\r{} {}/{}", what, done, total);
    std::fflush(stderr);
  };
  context.log = [](LogLevel, const std::string& text) { fmt::print(stderr, "\n{}\n", text); };
  std::vector<MacPoint> macs = mac_sweep();
  const std::vector<MacPoint> others = mac_family_sweep();
  macs.insert(macs.end(), others.begin(), others.end());
  HEDDLE_ASSIGN(const MacTable mac_table, (measure<MacTable>(macs, mac_rtl_hash(arguments.rtl), arguments, context)));
  HEDDLE_TRY(write_file(arguments.macs, to_csv(mac_table)));
  HEDDLE_ASSIGN(const ConvertTable convert_table,
                (measure<ConvertTable>(convert_sweep(), convert_rtl_hash(arguments.rtl), arguments, context)));
  return write_file(arguments.converts, to_csv(convert_table));
}

int main_function(int argc, char** argv) {
  if (argc < 5) {
    fmt::print(stderr, "usage: heddle_cost_sweep RTL_DIR MAC.csv CONVERT.csv CACHE.sqlite [--jobs N]\n");
    return 2;
  }
  Arguments arguments{argv[1], argv[2], argv[3], argv[4]};
  if (argc == 7 && std::string(argv[5]) == "--jobs") arguments.jobs = std::atoi(argv[6]);
  ::signal(SIGINT, [](int) { stop_wanted = true; });
  ::signal(SIGTERM, [](int) { stop_wanted = true; });
  const Status status = run(arguments);
  if (status) return 0;
  fmt::print(stderr, "{}\n", to_string(status.error()));
  return exit_status(status.error().code);
}

}  // namespace
}  // namespace heddle::fpga

int main(int argc, char** argv) { return heddle::fpga::main_function(argc, argv); }
