// heddle report: the page of a compiled program, or a picture of one region.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "compiler/base/files.h"
#include "runtime/cli/commands.h"
#include "runtime/report/program_page.h"

namespace heddle::cli {
namespace {

class ReportCommand : public Command {
 public:
  std::string name() const override { return "report"; }
  std::string summary() const override { return "Write the report of a compiled program as one HTML page"; }
  std::vector<OptionSpec> options() override {
    return {
        {"DIR", &directory_, "What 'heddle compile' wrote", "", {}, Complete::kDirectory, true},
        {"-o,--output",
         &output_,
         "The file to write (default: DIR/report.html; with --svg: standard output)",
         "FILE",
         {},
         Complete::kFile},
        {"--device", &device_, "FPGA part or board whose resources the page compares with", "NAME"},
        {"--svg", &region_, "Instead of the page, draw the mapping of this region on its array", "REGION"},
    };
  }

  Result<int> run(Environment& environment) override {
    HEDDLE_ASSIGN(const session::CompiledProgram program, session::load_program(directory_));
    if (!region_.empty()) return draw(program, environment);
    const std::filesystem::path file =
        output_.empty() ? std::filesystem::path(directory_) / "report.html" : std::filesystem::path(output_);
    HEDDLE_TRY(report::write_page(program, directory_, file, device_));
    return wrote(file, environment);
  }

 private:
  static int wrote(const std::filesystem::path& file, Environment& environment) {
    if (environment.json) {
      environment.print({{"schema", "heddle.written/1"}, {"file", file.string()}});
    } else {
      environment.out << file.string() << '\n';
    }
    return 0;
  }

  Result<int> draw(const session::CompiledProgram& program, Environment& environment) const {
    std::vector<std::string> mapped;
    for (const session::CompiledRegion& region : program.regions) {
      if (region.mapping.ii > 0) mapped.push_back(region.name);
      if (region.name != region_ || region.mapping.ii == 0) continue;
      const std::string picture = report::mapping_svg(program.cgra, {region.name, region.graph, region.mapping});
      if (output_.empty()) {
        environment.out << picture;
        return 0;
      }
      HEDDLE_TRY(write_file(output_, picture));
      return wrote(output_, environment);
    }
    const std::string nearest = nearest_name(region_, mapped);
    return fail(ErrorCode::kNotFound, fmt::format("no region '{}' was mapped", region_), {directory_},
                nearest.empty() ? fmt::format("there are: {}", fmt::join(mapped, ", "))
                                : fmt::format("did you mean '{}'?", nearest));
  }

  std::string directory_;
  std::string output_;
  std::string region_;
  std::string device_;
};

}  // namespace

std::unique_ptr<Command> make_report_command() { return std::make_unique<ReportCommand>(); }

}  // namespace heddle::cli
