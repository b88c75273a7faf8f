// heddle quantize: a float network and calibration data to a quantised network.
#include <fmt/format.h>

#include <ostream>

#include "compiler/compression/quantization/quantize.h"
#include "compiler/frontend/onnx/export.h"
#include "compiler/network/batches.h"
#include "compiler/network/to_integer.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/network_options.h"

namespace heddle::cli {
namespace {

const std::vector<std::string> kRules = {"mse", "percentile", "minmax"};

/// "int2" to "int8", or a minifloat: bits or format.
Status read_format(const std::string& name, int& bits, std::optional<numerics::FloatFormat>& format) {
  if (name.size() == 4 && name.starts_with("int") && name[3] >= '2' && name[3] <= '8') {
    bits = name[3] - '0';
    return {};
  }
  auto parsed = numerics::parse_float_format(name);
  if (!parsed)
    return fail(ErrorCode::kBadInput, fmt::format("the format '{}': expected int2 to int8, or a minifloat", name), {},
                parsed.error().hint);
  format = *parsed;
  return {};
}

compression::ScaleRule rule_named(const std::string& name) {
  if (name == "percentile") return compression::ScaleRule::kPercentile;
  return name == "minmax" ? compression::ScaleRule::kMinMax : compression::ScaleRule::kMse;
}

class QuantizeCommand : public Command {
 public:
  std::string name() const override { return "quantize"; }
  std::string summary() const override { return "Quantise a network (ONNX) with scales from calibration data"; }
  std::vector<OptionSpec> options() override {
    std::vector<OptionSpec> specs = {
        {"NETWORK", &network_, "A float ONNX file", "", {}, Complete::kFile, true},
        {"--calibration", &calibration_, "Inputs by name, some hundred examples", "X.npz", {}, Complete::kFile, true},
        {"-o,--output",
         &output_,
         "The quantised network: QuantizeLinear and DequantizeLinear around its operators",
         "NET.onnx",
         {},
         Complete::kFile,
         true},
        {"--weights", &weights_,
         "Format of the weights, one scale for each output channel: int2 to int8, or a minifloat as e4m3", "FORMAT"},
        {"--activations", &activations_, "Format of the activations; unsigned where they are not negative", "FORMAT"},
        {"--scales", &rule_, "How the scales of activations are chosen", "", kRules},
    };
    for (OptionSpec& spec : shape_.options()) specs.push_back(std::move(spec));
    return specs;
  }

  Result<int> run(Environment& environment) override {
    HEDDLE_ASSIGN(const network::Graph graph, shape_.load(network_));
    HEDDLE_ASSIGN(const network::Tensors inputs, tensor::read_npz(calibration_));
    HEDDLE_ASSIGN(const auto examples, network::split_batches(graph, inputs));
    compression::QuantizeOptions options;
    HEDDLE_TRY(read_format(weights_, options.weight_bits, options.weight_float));
    HEDDLE_TRY(read_format(activations_, options.activation_bits, options.activation_float));
    options.activation_rule = rule_named(rule_);
    HEDDLE_ASSIGN(const network::Graph quantised, compression::quantize(graph, examples, options, environment.context));
    HEDDLE_ASSIGN(const network::IntegerGraph integer, network::to_integer(quantised));
    HEDDLE_TRY(frontend::save_onnx(quantised, output_));
    Json remainders = Json::array();
    for (const network::FloatRemainder& each : integer.remainders)
      remainders.push_back({{"node", each.node}, {"reason", each.reason}});
    const Json object{{"schema", "heddle.quantize/1"}, {"network", network_},         {"file", output_},
                      {"weights", weights_},           {"activations", activations_}, {"scales", rule_},
                      {"examples", examples.size()},   {"float", remainders}};
    if (environment.json) {
      environment.print(object);
      return 0;
    }
    environment.out << fmt::format("{}: weights {}, activations {}, {} calibration runs\n", output_, weights_,
                                   activations_, examples.size());
    if (options.weight_float || options.activation_float)
      environment.out << "minifloat codes (domain heddle): for infer; compile takes integers\n";
    for (const network::FloatRemainder& each : integer.remainders)
      environment.out << fmt::format("stays float: {}: {}\n", each.node, each.reason);
    return 0;
  }

 private:
  std::string network_;
  std::string calibration_;
  std::string output_;
  std::string weights_ = "int8";
  std::string activations_ = "int8";
  std::string rule_ = "mse";
  NetworkOptions shape_;
};

}  // namespace

std::unique_ptr<Command> make_quantize_command() { return std::make_unique<QuantizeCommand>(); }

}  // namespace heddle::cli
