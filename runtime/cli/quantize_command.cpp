// heddle quantize: a float network and calibration data to a quantised network.
#include <fmt/format.h>

#include <ostream>

#include "compiler/frontend/onnx/export.h"
#include "compiler/network/to_integer.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/network_options.h"
#include "runtime/cli/quantize_options.h"

namespace heddle::cli {
namespace {

class QuantizeCommand : public Command {
 public:
  std::string name() const override { return "quantize"; }
  std::string summary() const override { return "Quantise a network (ONNX) with scales from calibration data"; }
  std::vector<OptionSpec> options() override {
    std::vector<OptionSpec> specs = {{"NETWORK", &network_, "A float ONNX file", "", {}, Complete::kFile, true},
                                     {"-o,--output",
                                      &output_,
                                      "The quantised network: QuantizeLinear and DequantizeLinear around its operators",
                                      "NET.onnx",
                                      {},
                                      Complete::kFile,
                                      true}};
    for (OptionSpec& spec : quantization_.options(true)) specs.push_back(std::move(spec));
    for (OptionSpec& spec : shape_.options()) specs.push_back(std::move(spec));
    return specs;
  }

  Result<int> run(Environment& environment) override {
    HEDDLE_ASSIGN(const network::Graph graph, shape_.load(network_));
    HEDDLE_ASSIGN(const QuantizeOptions::Quantised made, quantization_.quantise(graph, environment.context));
    HEDDLE_ASSIGN(const network::IntegerGraph integer, network::to_integer(made.graph));
    HEDDLE_TRY(frontend::save_onnx(made.graph, output_));
    Json remainders = Json::array();
    for (const network::FloatRemainder& each : integer.remainders)
      remainders.push_back({{"node", each.node}, {"reason", each.reason}});
    const Json object{{"schema", "heddle.quantize/1"},
                      {"network", network_},
                      {"file", output_},
                      {"weights", quantization_.weights},
                      {"activations", quantization_.activations},
                      {"scales", quantization_.rule},
                      {"examples", made.examples},
                      {"float", remainders}};
    if (environment.json) {
      environment.print(object);
      return 0;
    }
    environment.out << fmt::format("{}: weights {}, activations {}, {} calibration runs\n", output_,
                                   quantization_.weights, quantization_.activations, made.examples);
    if (made.minifloat) environment.out << "minifloat codes (domain heddle): for infer; compile takes integers\n";
    for (const network::FloatRemainder& each : integer.remainders)
      environment.out << fmt::format("stays float: {}: {}\n", each.node, each.reason);
    return 0;
  }

 private:
  std::string network_;
  std::string output_;
  QuantizeOptions quantization_;
  NetworkOptions shape_;
};

}  // namespace

std::unique_ptr<Command> make_quantize_command() { return std::make_unique<QuantizeCommand>(); }

}  // namespace heddle::cli
