// Puts a graph together node by node: types are inferred, operators of constants are computed at once.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/network/graph.h"

namespace heddle::network {

/// What computing constants may cost, so that a small file cannot ask for much.
struct FoldingBudget {
  std::int64_t bytes = std::int64_t{256} << 20U;  ///< of all results together
  std::int64_t macs = 1'000'000'000;
};

class Builder {
 public:
  explicit Builder(std::string name, FoldingBudget budget = {});

  /// Fails if the name is taken or the type is too large.
  Result<ValueId> input(const std::string& name, TensorType type);
  /// A name that is taken gets a number behind it.
  ValueId constant(const std::string& name, tensor::Tensor tensor);
  /// Adds an operator; `names` name its results (missing ones are made up), the first one names the node unless
  /// `node_name` is given. If every input is a constant, the results are constants and no node is added (but Dequantize
  /// and DecodeFloat stay: codes are not thrown away). Quantize and Dequantize of constant scale note what the codes
  /// mean. Fails where infer() does, or where the budget ends.
  Result<std::vector<ValueId>> add(Operator op, std::vector<ValueId> inputs, const std::vector<std::string>& names = {},
                                   const std::string& node_name = {});
  /// The same for an operator with one result.
  Result<ValueId> add1(Operator op, std::vector<ValueId> inputs, const std::string& name = {});

  [[nodiscard]] const Graph& graph() const { return graph_; }
  [[nodiscard]] const Value& value(ValueId id) const { return graph_.value(id); }
  void mark_output(ValueId id) { graph_.outputs.push_back(id); }
  /// The graph without what no output needs, verified.
  Result<Graph> finish() &&;

 private:
  std::string unique(const std::string& wanted);

  Graph graph_;
  FoldingBudget budget_;
  std::map<std::string, int> taken_;
};

}  // namespace heddle::network
