// heddle export: graphs and arrays in forms that other mappers read.
#include <fmt/format.h>

#include <ostream>

#include "compiler/base/files.h"
#include "compiler/dfg/text.h"
#include "compiler/exchange/edge_list.h"
#include "compiler/exchange/mrrg.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/import_options.h"

namespace heddle::cli {
namespace {

class ExportCommand : public Command {
 public:
  std::string name() const override { return "export"; }
  std::string summary() const override { return "Write a graph, or an array's routing resources, for other tools"; }
  std::vector<OptionSpec> options() override {
    return {
        {"INPUT", &input_, "A graph of any kind; with --to mrrg an array", "", {}, Complete::kFile, true},
        {"--to",
         &to_,
         "The form to write",
         "",
         {"edge-list", "dot", "heddle-text", "heddle-json", "mrrg"},
         Complete::kNothing,
         true},
        {"--from", &from_, "Read the graph as this kind, whatever it looks like", "", exchange::graph_kinds()},
        {"--ii", &ii_, "mrrg: the initiation interval that time is folded by", "II"},
        {"-o,--output", &output_, "Write to this file instead of the standard output", "FILE", {}, Complete::kFile},
    };
  }

  Result<int> run(Environment& environment) override {
    HEDDLE_ASSIGN(const std::string text, to_ == "mrrg" ? array_text(environment) : graph_text(environment));
    if (!output_.empty()) HEDDLE_TRY(write_file(output_, text));
    if (environment.json) {
      Json object{{"schema", "heddle.export/1"}, {"input", input_}, {"form", to_}, {"bytes", text.size()}};
      if (output_.empty()) object["text"] = text;
      environment.print(object);
    } else if (output_.empty()) {
      environment.out << text;
    }
    return 0;
  }

 private:
  Result<std::string> array_text(const Environment& environment) const {
    HEDDLE_ASSIGN(const auto array, exchange::find_cgra(input_, environment.data.architectures()));
    log_warnings(array.warnings, environment.context);
    if (ii_ < 1 || ii_ > array.cgra.config_depth)
      return fail(ErrorCode::kBadInput, fmt::format("--ii is {}, expected 1 to {}, the configuration depth of {}", ii_,
                                                    array.cgra.config_depth, array.cgra.name));
    return exchange::mrrg_json(array.cgra, static_cast<int>(ii_)).dump() + "\n";
  }

  Result<std::string> graph_text(const Environment& environment) const {
    HEDDLE_ASSIGN(const std::string text, read_file(input_));
    HEDDLE_ASSIGN(const auto read, exchange::read_graph(text, input_, exchange::graph_kind_named(from_), false));
    log_warnings(read.warnings, environment.context);
    if (to_ == "edge-list") return exchange::write_edge_list(read.graph);
    if (to_ == "dot") return dfg::to_dot(read.graph);
    return to_ == "heddle-text" ? dfg::print_text(read.graph) : dump_json(dfg::to_json(read.graph));
  }

  std::string input_;
  std::string to_;
  std::string from_;
  std::string output_;
  std::int64_t ii_ = 1;
};

}  // namespace

std::unique_ptr<Command> make_export_command() { return std::make_unique<ExportCommand>(); }

}  // namespace heddle::cli
