// heddle list: the kernels and architectures that ship, each with a line about it.
#include <fmt/format.h>

#include <ostream>

#include "compiler/arch/cgra.h"
#include "compiler/base/files.h"
#include "runtime/cli/commands.h"
#include "runtime/report/text_table.h"

namespace heddle::cli {
namespace {

/// The first sentence of the comment at the head of a C file.
std::string first_comment(const std::string& text) {
  std::size_t start = text.find_first_not_of("/* \t\r\n");
  if (text.rfind('/', 0) != 0 || start == std::string::npos) return {};
  std::string line;
  for (; start < text.size() && text[start] != '\n' && text.compare(start, 2, "*/") != 0; ++start) line += text[start];
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

class ListCommand : public Command {
 public:
  std::string name() const override { return "list"; }
  std::string summary() const override { return "List the kernels and architectures that ship"; }
  std::vector<OptionSpec> options() override {
    return {{"WHAT", &what_, "Only these", "", {"kernels", "architectures"}}};
  }

  Result<int> run(Environment& environment) override {
    HEDDLE_ASSIGN(const Json kernels, list_kernels(environment.data));
    HEDDLE_ASSIGN(const Json architectures, list_architectures(environment.data));
    if (environment.json) {
      Json object{{"schema", "heddle.list/1"}};
      if (what_ != "architectures") object["kernels"] = kernels;
      if (what_ != "kernels") object["architectures"] = architectures;
      environment.print(object);
      return 0;
    }
    if (what_ != "architectures") print("kernel", kernels, environment);
    if (what_.empty()) environment.out << '\n';
    if (what_ != "kernels") print("architecture", architectures, environment);
    return 0;
  }

 private:
  static Result<Json> list_kernels(const DataFiles& data) {
    Json rows = Json::array();
    for (const std::string& name : names_in(data.kernels(), ".c")) {
      HEDDLE_ASSIGN(const std::string text, read_file(data.kernels() / (name + ".c")));
      rows.push_back({{"name", name}, {"description", first_comment(text)}});
    }
    return rows;
  }

  static Result<Json> list_architectures(const DataFiles& data) {
    Json rows = Json::array();
    for (const std::string& name : names_in(data.architectures(), ".yaml")) {
      HEDDLE_ASSIGN(const arch::Cgra cgra, arch::load(data.architectures() / (name + ".yaml")));
      rows.push_back({{"name", name},
                      {"description", cgra.description},
                      {"rows", cgra.rows},
                      {"columns", cgra.columns},
                      {"word_bits", cgra.word_bits}});
    }
    return rows;
  }

  static void print(const std::string& title, const Json& rows, Environment& environment) {
    report::TextTable table({title, "what it is"});
    for (const Json& row : rows) table.add({row["name"], row["description"]});
    environment.out << table.text();
  }

  std::string what_;
};

}  // namespace

std::unique_ptr<Command> make_list_command() { return std::make_unique<ListCommand>(); }

}  // namespace heddle::cli
