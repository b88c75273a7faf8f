// ONNX files: never a crash, and what is accepted is a sound network that can be run.
#include "compiler/frontend/onnx/import.h"
#include "compiler/network/evaluate.h"
#include "compiler/tensor/elements.h"
#include "tests/fuzz/fuzz.h"

namespace heddle::fuzz {
namespace {

/// Small enough to run for every input of a fuzzer.
bool is_quick(const network::Graph& graph) {
  std::int64_t work = 0;
  for (const network::Value& value : graph.values) work += value.type.elements();
  for (const network::Node& node : graph.nodes) {
    work += network::macs(graph, node);
    if (const auto* pool = std::get_if<network::Pool>(&node.op)) {
      std::int64_t taps = graph.value(node.outputs[0]).type.elements();
      for (const std::int64_t extent : pool->window.kernel)
        if (__builtin_mul_overflow(taps, extent, &taps)) return false;
      work += taps;
    }
    if (work < 0 || work > 100'000) return false;
  }
  return true;
}

void check_network(const network::Graph& graph) {
  const Status sound = network::verify(graph);
  require(sound.has_value(), "an imported network is not sound: " + (sound ? std::string() : sound.error().message));
  require(!network::print(graph).empty(), "a network prints as nothing");
  if (!is_quick(graph)) return;
  network::Tensors inputs;
  for (const network::ValueId id : graph.inputs) {
    const network::Value& value = graph.value(id);
    inputs[value.name] = tensor::make_tensor(value.type.element, value.type.shape);
  }
  const auto outputs = network::evaluate(graph, inputs);
  if (!outputs) check_refusal(outputs.error());
}

}  // namespace
}  // namespace heddle::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  frontend::OnnxOptions options;
  options.batch = 1;
  const auto graph = frontend::import_onnx(fuzz::text_of(data, size), "input", options);
  if (graph)
    fuzz::check_network(*graph);
  else
    fuzz::check_refusal(graph.error());
  return 0;
}
