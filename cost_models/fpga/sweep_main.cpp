// heddle_cost_sweep: synthesises the design points of the multiply-accumulate units and writes their table.
//
// usage: heddle_cost_sweep RTL_DIR TABLE.csv CACHE.sqlite [--jobs N] [--limit N]
// Stopped or broken off, it continues from the cache. Exit status 1 if a point could not be synthesised.
#include <fmt/format.h>
#include <signal.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "compiler/base/files.h"
#include "cost_models/fpga/mac_sweep.h"
#include "cost_models/fpga/mac_table.h"
#include "cost_models/fpga/synthesis.h"

namespace heddle::fpga {
namespace {

std::atomic<bool> stop_wanted = false;

struct Arguments {
  std::filesystem::path rtl, table, cache;
  int jobs = 1;
  std::size_t limit = 100'000;
};

Result<MacTable> run(const Arguments& arguments) {
  Context context;
  context.cancel = &stop_wanted;
  context.jobs = arguments.jobs;
  context.progress = [](const std::string& what, std::int64_t done, std::int64_t total) {
    fmt::print(stderr, "\r{} {}/{}", what, done, total);
    std::fflush(stderr);
  };
  context.log = [](LogLevel, const std::string& text) { fmt::print(stderr, "\n{}\n", text); };
  std::vector<MacPoint> points = mac_sweep();
  const std::vector<MacPoint> others = mac_family_sweep();
  points.insert(points.end(), others.begin(), others.end());
  if (points.size() > arguments.limit) points.resize(arguments.limit);
  std::vector<DesignPoint> designs;
  for (const MacPoint& point : points) {
    HEDDLE_TRY(check(point));
    designs.push_back(design_point(point, arguments.rtl));
  }
  SynthesisOptions options;
  options.cache = arguments.cache;
  HEDDLE_ASSIGN(std::string tool, yosys_version(options, context));
  tool.erase(tool.find_last_not_of('\n') + 1);
  HEDDLE_ASSIGN(const std::string hash, mac_rtl_hash(arguments.rtl));
  HEDDLE_ASSIGN(const std::vector<SynthesisRow> rows, synthesize_all(designs, options, context));
  MacTable table{tool, hash, {}};
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

int main_function(int argc, char** argv) {
  if (argc < 4) {
    fmt::print(stderr, "usage: heddle_cost_sweep RTL_DIR TABLE.csv CACHE.sqlite [--jobs N] [--limit N]\n");
    return 2;
  }
  Arguments arguments{argv[1], argv[2], argv[3]};
  for (int i = 4; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    if (option == "--jobs") arguments.jobs = std::atoi(argv[i + 1]);
    if (option == "--limit") arguments.limit = static_cast<std::size_t>(std::atoll(argv[i + 1]));
  }
  ::signal(SIGINT, [](int) { stop_wanted = true; });
  ::signal(SIGTERM, [](int) { stop_wanted = true; });
  const auto table = run(arguments);
  Status status = table ? write_file(arguments.table, to_csv(*table)) : Status(tl::unexpected(table.error()));
  if (status) return 0;
  fmt::print(stderr, "{}\n", to_string(status.error()));
  return exit_status(status.error().code);
}

}  // namespace
}  // namespace heddle::fpga

int main(int argc, char** argv) { return heddle::fpga::main_function(argc, argv); }
