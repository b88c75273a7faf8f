// ONNX files: never a crash, and what is accepted is a sound network that can be run.
#include "compiler/frontend/onnx/import.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/quick_network.h"

namespace heddle::fuzz {
namespace {

void check_network(const network::Graph& graph) {
  const Status sound = network::verify(graph);
  require(sound.has_value(), "an imported network is not sound: " + (sound ? std::string() : sound.error().message));
  require(!network::print(graph).empty(), "a network prints as nothing");
  if (!is_quick(graph)) return;
  const auto outputs = network::evaluate(graph, zero_inputs(graph));
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
