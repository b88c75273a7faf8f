// ONNX files as networks.
//
// Opsets 7 to 17, and older ones where an operator is still defined as in opset 7. Everything is static afterwards:
// shapes are known, what depends on constants and shapes alone is computed, and what was said in several ways is said
// in the one of compiler/network/operator.h. QLinear operators become Dequantize, the float operator, Quantize. What is
// covered: docs/onnx_operators.md.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/network/graph.h"

namespace heddle::frontend {

struct OnnxOptions {
  /// First extent of every input; without it the file's, or 1 where the file leaves it open.
  std::optional<std::int64_t> batch;
  /// Shapes of inputs by name, instead of the file's; for extents that the file leaves open.
  std::map<std::string, network::Extents> shapes;
  /// Inputs that become constants of this value.
  std::map<std::string, tensor::Tensor> constants;
};

/// Fails on a damaged file, a cycle, a missing value, an extent that stays open, external data, and on operators that
/// are not supported: all of them in one error, each note with operator, node, domain and opset. `file` is for
/// messages.
Result<network::Graph> import_onnx(std::string_view bytes, const std::string& file, const OnnxOptions& options = {});
Result<network::Graph> load_onnx(const std::filesystem::path& path, const OnnxOptions& options = {});

/// A tensor in ONNX's own file format (TensorProto), as test data come.
Result<tensor::Tensor> parse_onnx_tensor(std::string_view bytes, const std::string& file);

/// Name, operator, domain and opset of every node, as the file has them, or the error of a damaged file.
struct OnnxNode {
  std::string name;
  std::string op;
  std::string domain;
  std::int64_t opset = 0;
};
Result<std::vector<OnnxNode>> list_onnx_nodes(std::string_view bytes, const std::string& file);

/// The inputs that have no initialiser, in the file's order.
Result<std::vector<std::string>> list_onnx_inputs(std::string_view bytes, const std::string& file);

/// The operators with a rule, sorted; those of other domains as "domain.Operator".
std::vector<std::string> onnx_operators();

}  // namespace heddle::frontend
