// How a float network is quantised, for the subcommands that do it.
#pragma once

#include "compiler/base/context.h"
#include "compiler/compression/quantization/quantize.h"
#include "runtime/cli/command.h"

namespace heddle::cli {

struct QuantizeOptions {
  std::string calibration;  ///< an .npz of inputs; empty: nothing is quantised
  std::string weights = "int8";
  std::string activations = "int8";
  std::string rule = "mse";

  struct Quantised {
    network::Graph graph;
    std::size_t examples = 0;  ///< of the calibration data
    bool minifloat = false;    ///< some codes are minifloats
  };

  /// --calibration, --weights, --activations, --scales.
  std::vector<OptionSpec> options(bool required);
  /// Fails on unknown formats, and as compression::quantize does.
  [[nodiscard]] Result<Quantised> quantise(const network::Graph& graph, const Context& context) const;
};

}  // namespace heddle::cli
