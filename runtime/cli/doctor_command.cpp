// heddle doctor: what is installed, and what would not work without it.
#include <ostream>

#include "runtime/cli/commands.h"
#include "runtime/cli/tools.h"
#include "runtime/report/text_table.h"

namespace heddle::cli {
namespace {

class DoctorCommand : public Command {
 public:
  std::string name() const override { return "doctor"; }
  std::string summary() const override { return "Say which tools are present, and what each is needed for"; }
  std::vector<OptionSpec> options() override { return {}; }

  Result<int> run(Environment& environment) override {
    const auto tools = find_tools();
    bool healthy = true;
    for (const Tool& tool : tools) healthy = healthy && (!tool.required || !tool.path.empty());
    environment.json ? print_json(tools, healthy, environment) : print_text(tools, healthy, environment);
    return healthy ? 0 : 1;
  }

 private:
  static void print_json(const std::vector<Tool>& tools, bool healthy, Environment& environment) {
    Json rows = Json::array();
    for (const Tool& tool : tools) {
      rows.push_back({{"name", tool.name},
                      {"package", tool.package},
                      {"use", tool.use},
                      {"required", tool.required},
                      {"path", tool.path},
                      {"version", tool.version}});
    }
    environment.print({{"schema", "heddle.doctor/1"},
                       {"version", heddle_version()},
                       {"data", environment.data.root.string()},
                       {"tools", rows},
                       {"healthy", healthy}});
  }

  static void print_text(const std::vector<Tool>& tools, bool healthy, Environment& environment) {
    report::TextTable table({"tool", "", "version", "needed for"});
    for (const Tool& tool : tools) {
      const std::string state = !tool.path.empty() ? "ok" : tool.required ? "MISSING" : "missing";
      table.add({tool.name, state, tool.path.empty() ? "apt install " + tool.package : tool.version, tool.use});
    }
    environment.out << table.text() << "data files: " << environment.data.root.string() << '\n';
    environment.out << (healthy ? "heddle can compile.\n" : "heddle cannot compile: a required tool is missing.\n");
  }
};

}  // namespace

std::unique_ptr<Command> make_doctor_command() { return std::make_unique<DoctorCommand>(); }

}  // namespace heddle::cli
