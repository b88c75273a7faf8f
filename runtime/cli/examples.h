// A compiled network on many examples: what `simulate` does with labels, or with more examples than one.
#pragma once

#include <filesystem>
#include <string>

#include "compiler/base/json.h"
#include "compiler/network/accuracy.h"
#include "runtime/cli/environment.h"
#include "runtime/session/program.h"

namespace heddle::cli {

struct ExamplesRequest {
  std::string backend;
  std::string inputs;               ///< .npz by input name
  std::string labels;               ///< empty: no accuracy
  std::string output;               ///< .npz for the outputs; empty: none
  std::int64_t count = 0;           ///< only the first so many; 0: all
  std::vector<std::string> layers;  ///< see layer_options.h
  std::string float_network = {};   ///< ONNX: the network before its quantisation, for its accuracy; empty: none
  bool resume = false;  ///< go on where a run of the same program and backend over the first of these inputs ended
};

/// Runs one example after the other (with as many images as the network's batch), compares each output byte with the
/// golden integer model, and writes DIR/examples.json (heddle.examples/1). What is done is kept in DIR/examples.npz,
/// every half minute and when interrupted. Returns 1 if some output differs. Fails as the runs do, and with kNotFound
/// if the directory is not of a network.
Result<int> simulate_examples(const session::CompiledProgram& program, const std::filesystem::path& directory,
                              const ExamplesRequest& request, Environment& environment);

Json accuracy_json(const network::Accuracy& accuracy);
/// "accuracy: 457 of 500, 91.4 %"
std::string accuracy_text(const network::Accuracy& accuracy);

}  // namespace heddle::cli
