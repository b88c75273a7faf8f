// The way of a network from its file to a plan: import, quantise, integers, layers and memory, and back to a file.
// Never a crash, and every graph on the way is sound.
#include "compiler/compression/quantization/quantize.h"
#include "compiler/frontend/onnx/export.h"
#include "compiler/frontend/onnx/import.h"
#include "compiler/lowering/plan.h"
#include "compiler/network/to_integer.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/quick_network.h"

namespace heddle::fuzz {
namespace {

void require_sound(const network::Graph& graph, const std::string& what) {
  const Status sound = network::verify(graph);
  require(sound.has_value(), what + " is not sound: " + (sound ? std::string() : sound.error().message));
}

void check_plan(const network::Graph& graph) {
  const lowering::Plan plan = lowering::plan(graph);
  std::size_t nodes = 0;
  for (const lowering::Layer& layer : plan.layers) nodes += layer.nodes.size();
  require(nodes == graph.nodes.size(), "a node in no layer, or in two");
  require(plan.buffers.size() == graph.values.size(), "a plan of other values");
}

/// What `heddle compile` does with a network before it makes code.
void check_integers(const network::Graph& graph) {
  const auto integer = network::to_integer(graph);
  if (!integer) return check_refusal(integer.error());
  require_sound(integer->graph, "an integer network");
  check_plan(integer->graph);
  if (!is_quick(integer->graph)) return;
  const auto outputs = network::evaluate(integer->graph, zero_inputs(integer->graph));
  if (!outputs) check_refusal(outputs.error());
}

/// Numbers of both signs, so that scales are not trivial.
network::Tensors ramp_inputs(const network::Graph& graph) {
  network::Tensors inputs = zero_inputs(graph);
  for (auto& [name, tensor] : inputs) {
    if (tensor.type != tensor::Type::kFloat32) continue;
    float next = -1;
    for (float& value : tensor::elements<float>(tensor)) {
      value = next;
      next = next > 1 ? -1 : next + 0.137F;
    }
  }
  return inputs;
}

void check_quantised(const network::Graph& graph, const compression::QuantizeOptions& options) {
  const auto quantised = compression::quantize(graph, {ramp_inputs(graph)}, options);
  if (!quantised) return check_refusal(quantised.error());
  require_sound(*quantised, "a quantised network");
  check_integers(*quantised);
  const auto file = frontend::export_onnx(*quantised);
  if (!file) return check_refusal(file.error());
  const auto back = frontend::import_onnx(*file, "output", {});
  require(back.has_value(), "our own file is refused: " + (back ? std::string() : back.error().message));
}

}  // namespace
}  // namespace heddle::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  frontend::OnnxOptions options;
  options.batch = 1;
  const auto graph = frontend::import_onnx(fuzz::text_of(data, size), "input", options);
  if (!graph) {
    fuzz::check_refusal(graph.error());
    return 0;
  }
  fuzz::check_integers(*graph);
  if (!fuzz::is_quick(*graph)) return 0;
  compression::QuantizeOptions as;
  as.activation_rule = as.weight_rule = compression::ScaleRule::kMinMax;
  fuzz::check_quantised(*graph, as);
  as.weight_bits = as.activation_bits = 4;
  fuzz::check_quantised(*graph, as);
  as.weight_float = as.activation_float = numerics::minifloat(3, 2);
  fuzz::check_quantised(*graph, as);
  return 0;
}
