// heddle_cost_sweep: synthesises the design points of the multiply-accumulate units and writes their table.
//
// usage: heddle_cost_sweep RTL_DIR MAC.csv FRESH.csv CONVERT.csv CACHE.sqlite [--jobs N] [--no-fresh]
// --no-fresh leaves out the points that the choice of terms must not see.
// Stopped or broken off, it continues from the cache. Exit status 1 if a point could not be synthesised.
#include <fmt/format.h>
#include <signal.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <map>
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
  std::filesystem::path rtl, macs, fresh, converts, cache;
  int jobs = 1;
  bool with_fresh = true;
};

/// Points of one kind, and their table. Rows of `known`, the table as it is, are kept if it is of the same RTL and
/// tool.
template <class Table, class Point>
Result<Table> measure(const std::vector<Point>& points, const Result<Table>& known, Result<std::string> hash,
                      const Arguments& arguments, const Context& context) {
  SynthesisOptions options;
  options.cache = arguments.cache;
  HEDDLE_ASSIGN(std::string tool, yosys_version(options, context));
  tool.erase(tool.find_last_not_of('\n') + 1);
  HEDDLE_TRY(hash);
  std::map<std::string, typename decltype(Table::rows)::value_type> rows;
  if (known && known->tool == tool && known->rtl_hash == *hash)
    for (const auto& row : known->rows) rows.emplace(name(row.point), row);
  std::vector<Point> missing;
  std::vector<DesignPoint> designs;
  for (const Point& point : points)
    if (!rows.contains(name(point))) {
      missing.push_back(point);
      designs.push_back(design_point(point, arguments.rtl));
    }
  HEDDLE_ASSIGN(const std::vector<SynthesisRow> found, synthesize_all(designs, options, context));
  double seconds = 0;
  for (std::size_t i = 0; i < missing.size(); ++i) {
    seconds += found[i].cpu_seconds;
    if (found[i].outcome == SynthesisRow::Outcome::kDone)
      rows.insert({name(missing[i]), {missing[i], found[i].utilisation, found[i].cpu_seconds}});
    else
      fmt::print(stderr, "\n{}: {}\n{}\n", name(missing[i]), found[i].message, found[i].log);
  }
  Table table{tool, *hash, {}};
  for (const Point& point : points)
    if (const auto row = rows.find(name(point)); row != rows.end()) table.rows.push_back(row->second);
  fmt::print(stderr, "\n{} of {} points, {} of them new: {:.0f} s of processor time\n", table.rows.size(),
             points.size(), missing.size(), seconds);
  if (table.rows.size() != points.size()) return fail(ErrorCode::kMismatch, "some points could not be synthesised");
  return table;
}

/// The table of a file; an error if there is none.
template <class Table>
Result<Table> read_table(const std::filesystem::path& file,
                         Result<Table> (*parse)(std::string_view, const std::string&)) {
  HEDDLE_ASSIGN(const std::string text, read_file(file));
  return parse(text, file.string());
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
  HEDDLE_ASSIGN(const MacTable mac_table, (measure(macs, read_table(arguments.macs, parse_mac_table),
                                                   mac_rtl_hash(arguments.rtl), arguments, context)));
  HEDDLE_TRY(write_file(arguments.macs, to_csv(mac_table)));
  if (arguments.with_fresh) {
    HEDDLE_ASSIGN(const MacTable fresh, (measure(mac_fresh_sweep(), read_table(arguments.fresh, parse_mac_table),
                                                 mac_rtl_hash(arguments.rtl), arguments, context)));
    HEDDLE_TRY(write_file(arguments.fresh, to_csv(fresh)));
  }
  HEDDLE_ASSIGN(const ConvertTable convert_table,
                (measure(convert_sweep(), read_table(arguments.converts, parse_convert_table),
                         convert_rtl_hash(arguments.rtl), arguments, context)));
  return write_file(arguments.converts, to_csv(convert_table));
}

int main_function(int argc, char** argv) {
  if (argc < 6) {
    fmt::print(stderr,
               "usage: heddle_cost_sweep RTL_DIR MAC.csv FRESH.csv CONVERT.csv CACHE.sqlite [--jobs N] [--no-fresh]\n");
    return 2;
  }
  Arguments arguments{argv[1], argv[2], argv[3], argv[4], argv[5]};
  for (int i = 6; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--jobs" && i + 1 < argc) arguments.jobs = std::atoi(argv[++i]);
    if (argument == "--no-fresh") arguments.with_fresh = false;
  }
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
