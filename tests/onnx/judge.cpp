#include "tests/onnx/judge.h"

#include <cmath>
#include <limits>

#include "compiler/base/files.h"
#include "compiler/base/json.h"
#include "compiler/base/random.h"
#include "compiler/base/scratch.h"
#include "compiler/base/tool_process.h"
#include "compiler/tensor/elements.h"

namespace heddle::frontend {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = HEDDLE_SOURCE_DIR;

tensor::Type type_named(const std::string& name) {
  for (int type = 0; type <= static_cast<int>(tensor::Type::kFloat64); ++type)
    if (tensor::name(static_cast<tensor::Type>(type)) == name) return static_cast<tensor::Type>(type);
  return tensor::Type::kBool;
}

}  // namespace

Result<network::Tensors> run_onnxruntime(const fs::path& model, const network::Tensors& inputs, bool optimized) {
  const TemporaryDirectory folder(fs::temp_directory_path());
  Json feeds = Json::object();
  for (const auto& [name, tensor] : inputs) {
    const fs::path file = folder.path() / ("input_" + std::to_string(feeds.size()));
    HEDDLE_TRY(write_file(file, {reinterpret_cast<const char*>(tensor.data.data()), tensor.data.size()}));
    feeds[name] = {{"type", tensor::name(tensor.type)}, {"dims", tensor.shape}, {"file", file.string()}};
  }
  HEDDLE_TRY(write_file(folder.path() / "feeds.json", feeds.dump()));
  const ToolCommand command = {"env",
                               "NODE_PATH=" + kOnnxruntimeModules.string(),
                               "node",
                               (kSource / "tests/onnx/onnxruntime/run_model.js").string(),
                               model.string(),
                               (folder.path() / "feeds.json").string(),
                               folder.path().string(),
                               optimized ? "all" : "disabled"};
  HEDDLE_TRY(run_tools({command}, folder.path(), 1, {}));
  HEDDLE_ASSIGN(const std::string text, read_file(folder.path() / "outputs.json"));
  network::Tensors outputs;
  const Json listed = Json::parse(text);
  for (const auto& [name, output] : listed.items()) {
    HEDDLE_ASSIGN(const std::string bytes, read_file(output["file"].get<std::string>()));
    outputs[name] = {type_named(output["type"]), output["dims"].get<network::Extents>(), {bytes.begin(), bytes.end()}};
  }
  return outputs;
}

network::Tensors random_inputs(const network::Graph& graph, std::uint64_t seed) {
  Random random(seed);
  network::Tensors inputs;
  for (const network::ValueId id : graph.inputs) {
    const network::Value& value = graph.value(id);
    tensor::Tensor tensor = tensor::make_tensor(value.type.element, value.type.shape);
    if (tensor.type == tensor::Type::kFloat32)
      for (float& element : tensor::elements<float>(tensor)) element = static_cast<float>(random.unit() * 2 - 1);
    inputs[value.name] = std::move(tensor);
  }
  return inputs;
}

double relative_difference(const tensor::Tensor& ours, const tensor::Tensor& theirs) {
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  if (ours.shape != theirs.shape || ours.type != tensor::Type::kFloat32 || theirs.type != ours.type) return kInfinite;
  const auto a = tensor::elements<float>(ours);
  const auto b = tensor::elements<float>(theirs);
  double most = 0;
  double difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isnan(a[i]) || std::isnan(b[i])) return kInfinite;
    most = std::max(most, std::abs(static_cast<double>(b[i])));
    difference = std::max(difference, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
  }
  return difference == 0 ? 0 : difference / most;
}

}  // namespace heddle::frontend
