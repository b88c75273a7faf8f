#include "tests/onnx/standard_case.h"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "compiler/base/files.h"
#include "compiler/frontend/onnx/import.h"
#include "compiler/network/evaluate.h"
#include "compiler/tensor/elements.h"

namespace heddle::frontend {
namespace {

namespace fs = std::filesystem;
using network::Tensors;
using tensor::Tensor;

struct Data {
  std::vector<Tensor> inputs;
  std::vector<Tensor> outputs;
};

Result<std::vector<Tensor>> read_tensors(const fs::path& folder, const std::string& kind) {
  std::vector<Tensor> tensors;
  for (int i = 0;; ++i) {
    const fs::path file = folder / fmt::format("{}_{}.pb", kind, i);
    if (!fs::exists(file)) return tensors;
    HEDDLE_ASSIGN(const std::string bytes, read_file(file));
    HEDDLE_ASSIGN(Tensor tensor, parse_onnx_tensor(bytes, file.filename().string()));
    tensors.push_back(std::move(tensor));
  }
}

/// Floats within relative + 1e-6; integers are equal.
template <class T>
bool close(T ours, T theirs, double relative) {
  if (ours == theirs) return true;
  if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(ours) || std::isnan(theirs)) return std::isnan(ours) && std::isnan(theirs);
    return std::abs(ours - theirs) <= T(1e-6) + T(relative) * std::abs(theirs);
  }
  return false;
}

/// Empty if they agree.
std::string difference(const Tensor& ours, const Tensor& theirs, double relative) {
  const auto type = [](const Tensor& t) { return to_string(network::TensorType{t.type, t.shape}); };
  if (ours.type != theirs.type || ours.shape != theirs.shape)
    return fmt::format("{}, expected {}", type(ours), type(theirs));
  return tensor::dispatch(ours.type, [&](auto zero) -> std::string {
    using T = decltype(zero);
    const auto a = tensor::elements<T>(ours);
    const auto b = tensor::elements<T>(theirs);
    for (std::size_t i = 0; i < a.size(); ++i)
      if (!close(a[i], b[i], relative)) return fmt::format("element {}: {}, expected {}", i, +a[i], +b[i]);
    return {};
  });
}

/// The names of the model's inputs that are fed, in order.
Result<std::vector<std::string>> input_names(const std::string& bytes) { return list_onnx_inputs(bytes, "model.onnx"); }

/// Imports with the inputs from `first_bound` on as constants, and runs.
Result<std::vector<Tensor>> run(const std::string& bytes, const std::vector<std::string>& names, const Data& data,
                                std::size_t first_bound) {
  OnnxOptions options;
  Tensors inputs;
  for (std::size_t i = 0; i < names.size() && i < data.inputs.size(); ++i) {
    options.shapes[names[i]] = data.inputs[i].shape;
    if (i >= first_bound)
      options.constants[names[i]] = data.inputs[i];
    else
      inputs[names[i]] = data.inputs[i];
  }
  HEDDLE_ASSIGN(const network::Graph graph, import_onnx(bytes, "model.onnx", options));
  HEDDLE_ASSIGN(const Tensors outputs, network::evaluate(graph, inputs));
  std::vector<Tensor> ordered;
  for (const network::ValueId id : graph.outputs) ordered.push_back(outputs.at(graph.value(id).name));
  return ordered;
}

bool needs_constants(const Result<std::vector<Tensor>>& result) {
  return !result && result.error().message.find("shapes are static here") != std::string::npos;
}

}  // namespace

CaseResult run_standard_case(const fs::path& folder) {
  CaseResult result{folder.filename().string(), {}, 0, Verdict::kPassed, {}};
  const auto end = [&](Verdict verdict, std::string message) {
    result.verdict = verdict;
    result.message = std::move(message);
    return result;
  };
  const std::string bytes = read_file(folder / "model.onnx").value();
  const auto nodes = list_onnx_nodes(bytes, "model.onnx");
  if (!nodes) return end(Verdict::kRefused, nodes.error().message);
  std::set<std::string> operators;
  for (const OnnxNode& node : *nodes) {
    operators.insert(node.domain.empty() ? node.op : node.domain + "." + node.op);
    result.opset = node.opset;
  }
  result.operators.assign(operators.begin(), operators.end());
  const auto inputs = read_tensors(folder / "test_data_set_0", "input");
  const auto outputs = read_tensors(folder / "test_data_set_0", "output");
  const auto names = input_names(bytes);
  for (const auto* part : {&inputs, &outputs})
    if (!*part)
      return end(part->error().code == ErrorCode::kUnsupported ? Verdict::kRefused : Verdict::kNoTensor,
                 part->error().message);
  if (!names) return end(Verdict::kRefused, names.error().message);
  const Data data{*inputs, *outputs};
  auto ours = run(bytes, *names, data, names->size());
  if (needs_constants(ours)) ours = run(bytes, *names, data, 1);
  if (needs_constants(ours)) ours = run(bytes, *names, data, 0);
  if (!ours) return end(Verdict::kRefused, ours.error().message);
  if (ours->size() != data.outputs.size()) return end(Verdict::kWrong, fmt::format("{} outputs", ours->size()));
  for (std::size_t i = 0; i < ours->size(); ++i) {
    const std::string wrong = difference((*ours)[i], data.outputs[i], 1e-3);
    if (!wrong.empty()) return end(Verdict::kWrong, wrong);
    const std::string loose = difference((*ours)[i], data.outputs[i], 1e-5);
    if (!loose.empty()) end(Verdict::kLoose, loose);
  }
  return result;
}

}  // namespace heddle::frontend
