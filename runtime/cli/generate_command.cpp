// heddle generate: a network that ships, with seeded or trained weights, as an ONNX file.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "compiler/base/files.h"
#include "compiler/frontend/onnx/export.h"
#include "compiler/frontend/onnx/import.h"
#include "runtime/cli/commands.h"
#include "workloads/networks/networks.h"

namespace heddle::cli {
namespace {

class GenerateCommand : public Command {
 public:
  std::string name() const override { return "generate"; }
  std::string summary() const override {
    return "Write a network that ships as ONNX, its weights trained or by --seed";
  }
  std::vector<OptionSpec> options() override {
    std::vector<std::string> names;
    for (const auto* list : {&workloads::networks(), &workloads::trained_networks()})
      for (const workloads::NetworkInfo& network : *list) names.push_back(network.name);
    return {{"NETWORK", &network_, "One of 'heddle list networks'", "", names, Complete::kNothing, true},
            {"-o,--output", &output_, "The file", "NET.onnx", {}, Complete::kFile, true}};
  }

  Result<int> run(Environment& environment) override {
    const bool trained = std::ranges::any_of(workloads::trained_networks(),
                                             [&](const workloads::NetworkInfo& each) { return each.name == network_; });
    HEDDLE_ASSIGN(const network::Graph graph, trained ? copy_trained(environment) : make_seeded(environment));
    std::int64_t macs = 0;
    for (const network::Node& node : graph.nodes) macs += network::macs(graph, node);
    Json object{{"schema", "heddle.generate/1"}, {"network", network_}, {"file", output_}, {"trained", trained},
                {"layers", graph.nodes.size()},  {"macs", macs}};
    if (!trained) object["seed"] = environment.context.seed;
    if (environment.json)
      environment.print(object);
    else
      environment.out << fmt::format("{}: {} layers, {} multiply-accumulates\n", output_, graph.nodes.size(), macs);
    return 0;
  }

 private:
  /// The file as it ships, byte by byte.
  Result<network::Graph> copy_trained(const Environment& environment) const {
    const std::filesystem::path file = environment.data.trained_networks() / (network_ + ".onnx");
    HEDDLE_ASSIGN(const std::string bytes, read_file(file));
    HEDDLE_TRY(write_file(output_, bytes));
    return frontend::load_onnx(output_, {});
  }
  Result<network::Graph> make_seeded(const Environment& environment) const {
    HEDDLE_ASSIGN(network::Graph graph, workloads::make_network(network_, environment.context.seed));
    HEDDLE_TRY(frontend::save_onnx(graph, output_));
    return graph;
  }

  std::string network_;
  std::string output_;
};

}  // namespace

std::unique_ptr<Command> make_generate_command() { return std::make_unique<GenerateCommand>(); }

}  // namespace heddle::cli
