// A case of the ONNX operator test data (Debian's libonnx-testdata): a model, inputs, and the outputs it must give.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace heddle::frontend {

enum class Verdict {
  kPassed,    ///< floats within 1e-5 relative or 1e-6, all else equal
  kLoose,     ///< within what ONNX's own runner allows, 1e-3 relative
  kWrong,     ///< another result
  kRefused,   ///< the model or its data, with an error
  kNoTensor,  ///< its data are sequences, maps or optional values
};

struct CaseResult {
  std::string name;
  std::vector<std::string> operators;  ///< sorted, each once; those of other domains as "domain.Operator"
  std::int64_t opset = 0;
  Verdict verdict = Verdict::kPassed;
  std::string message;  ///< of a case that did not pass
};

/// Runs one folder: model.onnx and test_data_set_0/{input,output}_N.pb.
///
/// Shapes and bounds are inputs of these models, but static here: when the model is refused for that, the case is run
/// with all inputs but the first bound to their values, and then with all of them bound.
CaseResult run_standard_case(const std::filesystem::path& folder);

}  // namespace heddle::frontend
