// heddle list: the kernels, architectures and window-attention arrays that ship and the golden functions, each with a
// line about it.
#include <fmt/format.h>

#include <ostream>

#include "compiler/arch/cgra.h"
#include "compiler/arch/swat.h"
#include "compiler/attention/workload.h"
#include "compiler/base/files.h"
#include "runtime/cli/commands.h"
#include "runtime/report/text_table.h"
#include "runtime/verify/golden.h"
#include "workloads/networks/networks.h"

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
  std::string summary() const override {
    return "List the kernels, arrays, attention workloads and networks that ship, and golden functions";
  }
  std::vector<OptionSpec> options() override {
    return {{"WHAT", &what_, "Only these", "", {"kernels", "architectures", "attention", "networks", "golden"}},
            {"--golden", &golden_, "The same as golden: functions for heddle verify --rtl, with their ports"}};
  }

  Result<int> run(Environment& environment) override {
    if (golden_ && !what_.empty() && what_ != "golden")
      return fail(ErrorCode::kBadInput, fmt::format("either {} or --golden", what_));
    if (golden_) what_ = "golden";
    Json object{{"schema", "heddle.list/1"}};
    if (wants("kernels")) {
      HEDDLE_ASSIGN(object["kernels"], list_kernels(environment.data));
    }
    if (wants("architectures")) {
      HEDDLE_ASSIGN(object["architectures"], list_architectures(environment.data));
    }
    if (wants("attention")) {
      HEDDLE_ASSIGN(object["attention_arrays"], list_attention_arrays(environment.data));
      HEDDLE_ASSIGN(object["attention_workloads"], list_attention_workloads(environment.data));
    }
    if (wants("networks")) object["networks"] = list_networks();
    if (wants("golden")) {
      HEDDLE_ASSIGN(object["golden"], list_golden());
    }
    if (environment.json) {
      environment.print(object);
      return 0;
    }
    if (wants("kernels")) print("kernel", object["kernels"], environment);
    if (what_.empty()) environment.out << '\n';
    if (wants("architectures")) print("architecture", object["architectures"], environment);
    if (what_.empty()) environment.out << '\n';
    if (wants("attention")) {
      print("window-attention array", object["attention_arrays"], environment);
      environment.out << '\n';
      print("attention workload", object["attention_workloads"], environment);
    }
    if (what_.empty()) environment.out << '\n';
    if (wants("networks")) print("network", object["networks"], environment);
    if (what_.empty()) environment.out << '\n';
    if (wants("golden")) print_golden(object["golden"], environment);
    return 0;
  }

 private:
  [[nodiscard]] bool wants(const std::string& what) const { return what_.empty() || what_ == what; }

  static Json ports_json(const std::vector<verify::GoldenPort>& ports) {
    Json list = Json::array();
    for (const verify::GoldenPort& port : ports)
      list.push_back({{"name", port.name},
                      {"bits", port.type.total_bits()},
                      {"type", port.type.text()},
                      {"optional", port.optional},
                      {"meaning", port.meaning}});
    return list;
  }

  static Result<Json> list_golden() {
    Json rows = Json::array();
    for (const verify::GoldenFamily& family : verify::golden_families()) {
      HEDDLE_ASSIGN(const verify::Golden example, verify::make_golden(family.example));
      rows.push_back({{"name", family.name},
                      {"form", family.form},
                      {"description", family.meaning},
                      {"example", family.example},
                      {"inputs", ports_json(example.inputs)},
                      {"outputs", ports_json(example.outputs)},
                      {"accumulates", example.state_words > 0}});
    }
    return rows;
  }

  /// "a 8, b 8, [first 1] -> acc 24"; optional ports in brackets.
  static std::string signature(const Json& row) {
    std::string text;
    for (const char* side : {"inputs", "outputs"}) {
      std::string ports;
      for (const Json& port : row[side]) {
        const std::string name = fmt::format("{} {}", port["name"].get<std::string>(), port["bits"].get<int>());
        ports += (ports.empty() ? "" : ", ") + (port["optional"].get<bool>() ? "[" + name + "]" : name);
      }
      text += (text.empty() ? "" : " -> ") + ports;
    }
    return text;
  }

  static void print_golden(const Json& rows, Environment& environment) {
    report::TextTable table({"golden function", "what it is", "example", "its ports and their bits"});
    for (const Json& row : rows)
      table.add({fmt::format("{}:{}", row["name"].get<std::string>(), row["form"].get<std::string>()),
                 row["description"], row["example"], signature(row)});
    environment.out << table.text();
  }

  static Json list_networks() {
    Json rows = Json::array();
    for (const auto* list : {&workloads::networks(), &workloads::trained_networks()})
      for (const workloads::NetworkInfo& network : *list)
        rows.push_back({{"name", network.name}, {"description", network.description}});
    return rows;
  }

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

  static Result<Json> list_attention_arrays(const DataFiles& data) {
    Json rows = Json::array();
    for (const std::string& name : names_in(data.attention_arrays(), ".yaml")) {
      HEDDLE_ASSIGN(const arch::Swat array, arch::find_swat(name, data.attention_arrays()));
      rows.push_back({{"name", name},
                      {"description", array.description},
                      {"kind", arch::to_json(array)["kind"]},
                      {"cores", arch::cores(array)},
                      {"head_dim", array.head_dim},
                      {"format", numerics::name(array.format)}});
    }
    return rows;
  }

  static Result<Json> list_attention_workloads(const DataFiles& data) {
    Json rows = Json::array();
    for (const std::string& name : names_in(data.attention(), ".yaml")) {
      HEDDLE_ASSIGN(const attention::Workload workload, attention::find_workload(name, data.attention()));
      rows.push_back({{"name", name},
                      {"description", workload.description},
                      {"sequence", workload.sequence},
                      {"heads", workload.heads},
                      {"kv_heads", workload.kv_heads},
                      {"head_dim", workload.head_dim}});
    }
    return rows;
  }

  static void print(const std::string& title, const Json& rows, Environment& environment) {
    report::TextTable table({title, "what it is"});
    for (const Json& row : rows) table.add({row["name"], row["description"]});
    environment.out << table.text();
  }

  std::string what_;
  bool golden_ = false;
};

}  // namespace

std::unique_ptr<Command> make_list_command() { return std::make_unique<ListCommand>(); }

}  // namespace heddle::cli
