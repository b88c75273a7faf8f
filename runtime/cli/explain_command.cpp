// heddle explain: why the result is what it is.
#include <fmt/format.h>

#include <ostream>

#include "compiler/base/files.h"
#include "runtime/cli/commands.h"
#include "runtime/report/summary_text.h"

namespace heddle::cli {
namespace {

/// report.json alone: explaining must not need the mapping to be valid.
Result<Json> load_report(const std::string& directory, const DataFiles& data) {
  const std::filesystem::path path = std::filesystem::path(directory) / "report.json";
  HEDDLE_ASSIGN(const std::string text, read_file(path));
  HEDDLE_ASSIGN(Document document, parse_json(text, path.string()));
  HEDDLE_ASSIGN(const std::string schema_text, read_file(data.schemas() / "report.json"));
  HEDDLE_ASSIGN(const Document schema, parse_json(schema_text, "report.json"));
  HEDDLE_TRY(validate_schema(document, schema.root));
  return std::move(document.root);
}

class ExplainCommand : public Command {
 public:
  std::string name() const override { return "explain"; }
  std::string summary() const override { return "Say why regions have their II, and why loops stayed on the host"; }
  std::vector<OptionSpec> options() override {
    return {{"DIR", &directory_, "What 'heddle compile' wrote", "", {}, Complete::kDirectory, true},
            {"REGION", &region_, "Only this region"}};
  }

  Result<int> run(Environment& environment) override {
    HEDDLE_ASSIGN(const Json report, load_report(directory_, environment.data));
    HEDDLE_ASSIGN(const Json regions, chosen(report));
    if (environment.json) {
      Json object{{"schema", "heddle.explain/1"}, {"regions", regions}};
      if (region_.empty()) object["host"] = report["host"];
      environment.print(object);
      return 0;
    }
    for (const Json& region : regions) environment.out << report::explanation_text(region) << '\n';
    if (region_.empty()) environment.out << report::host_text(report);
    return 0;
  }

 private:
  [[nodiscard]] Result<Json> chosen(const Json& report) const {
    Json regions = Json::array();
    std::vector<std::string> names;
    for (const Json& region : report["regions"]) {
      names.push_back(region["name"]);
      if (region_.empty() || names.back() == region_) regions.push_back(region);
    }
    if (!regions.empty() || region_.empty()) return regions;
    const std::string nearest = nearest_name(region_, names);
    return fail(ErrorCode::kNotFound, fmt::format("the program has no region '{}'", region_), {directory_},
                nearest.empty() ? fmt::format("there are: {}", fmt::join(names, ", "))
                                : fmt::format("did you mean '{}'?", nearest));
  }

  std::string directory_;
  std::string region_;
};

}  // namespace

std::unique_ptr<Command> make_explain_command() { return std::make_unique<ExplainCommand>(); }

}  // namespace heddle::cli
