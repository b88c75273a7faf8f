// heddle generate: a network that ships, with seeded weights, as an ONNX file.
#include <fmt/format.h>

#include <ostream>

#include "compiler/frontend/onnx/export.h"
#include "runtime/cli/commands.h"
#include "workloads/networks/networks.h"

namespace heddle::cli {
namespace {

class GenerateCommand : public Command {
 public:
  std::string name() const override { return "generate"; }
  std::string summary() const override { return "Write a network that ships as ONNX, its weights by --seed"; }
  std::vector<OptionSpec> options() override {
    std::vector<std::string> names;
    for (const workloads::NetworkInfo& network : workloads::networks()) names.push_back(network.name);
    return {{"NETWORK", &network_, "One of 'heddle list networks'", "", names, Complete::kNothing, true},
            {"-o,--output", &output_, "The file", "NET.onnx", {}, Complete::kFile, true}};
  }

  Result<int> run(Environment& environment) override {
    HEDDLE_ASSIGN(const network::Graph graph, workloads::make_network(network_, environment.context.seed));
    HEDDLE_TRY(frontend::save_onnx(graph, output_));
    std::int64_t macs = 0;
    for (const network::Node& node : graph.nodes) macs += network::macs(graph, node);
    const Json object{{"schema", "heddle.generate/1"},    {"network", network_},          {"file", output_},
                      {"seed", environment.context.seed}, {"layers", graph.nodes.size()}, {"macs", macs}};
    if (environment.json)
      environment.print(object);
    else
      environment.out << fmt::format("{}: {} layers, {} multiply-accumulates\n", output_, graph.nodes.size(), macs);
    return 0;
  }

 private:
  std::string network_;
  std::string output_;
};

}  // namespace

std::unique_ptr<Command> make_generate_command() { return std::make_unique<GenerateCommand>(); }

}  // namespace heddle::cli
