// heddle schema: the JSON Schemas of every file that heddle reads or writes.
#include <ostream>

#include "compiler/base/files.h"
#include "runtime/cli/commands.h"

namespace heddle::cli {
namespace {

class SchemaCommand : public Command {
 public:
  std::string name() const override { return "schema"; }
  std::string summary() const override { return "Print the JSON Schema of a file format, or list the formats"; }
  std::vector<OptionSpec> options() override {
    return {{"NAME", &format_, "The format; without it, the names of all"}};
  }

  Result<int> run(Environment& environment) override {
    const auto directory = environment.data.schemas();
    if (format_.empty()) return list(environment);
    HEDDLE_ASSIGN(const auto path, resolve(format_, directory, ".json", "schema"));
    HEDDLE_ASSIGN(const std::string text, read_file(path));
    environment.out << text;
    return 0;
  }

 private:
  static Result<int> list(Environment& environment) {
    const auto names = names_in(environment.data.schemas(), ".json");
    if (environment.json) {
      environment.print({{"schema", "heddle.schemas/1"}, {"names", names}});
    } else {
      for (const std::string& each : names) environment.out << each << '\n';
    }
    return 0;
  }

  std::string format_;
};

}  // namespace

std::unique_ptr<Command> make_schema_command() { return std::make_unique<SchemaCommand>(); }

}  // namespace heddle::cli
