#include "runtime/cli/quantize_options.h"

#include <fmt/format.h>

#include "compiler/network/batches.h"

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

}  // namespace

std::vector<OptionSpec> QuantizeOptions::options(bool required) {
  return {
      {"--calibration", &calibration, "Inputs by name, some hundred examples", "X.npz", {}, Complete::kFile, required},
      {"--weights", &weights,
       "Format of the weights, one scale for each output channel: int2 to int8, or a minifloat as e4m3", "FORMAT"},
      {"--activations", &activations, "Format of the activations; unsigned where they are not negative", "FORMAT"},
      {"--scales", &rule, "How the scales of activations are chosen", "", kRules}};
}

Result<QuantizeOptions::Quantised> QuantizeOptions::quantise(const network::Graph& graph,
                                                             const Context& context) const {
  HEDDLE_ASSIGN(const network::Tensors inputs, tensor::read_npz(calibration));
  HEDDLE_ASSIGN(const auto examples, network::split_batches(graph, inputs));
  compression::QuantizeOptions options;
  HEDDLE_TRY(read_format(weights, options.weight_bits, options.weight_float));
  HEDDLE_TRY(read_format(activations, options.activation_bits, options.activation_float));
  options.activation_rule = rule_named(rule);
  HEDDLE_ASSIGN(network::Graph quantised, compression::quantize(graph, examples, options, context));
  return Quantised{std::move(quantised), examples.size(),
                   options.weight_float.has_value() || options.activation_float.has_value()};
}

}  // namespace heddle::cli
