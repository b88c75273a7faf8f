// The way of a network from its file to the code that `heddle compile` hands to the front end: import, integers, MLIR,
// LLVM bitcode, for an array with dot products of bytes and for one without. Never a crash, never a module that MLIR or
// LLVM finds broken.
#include "compiler/frontend/onnx/import.h"
#include "compiler/lowering/lower.h"
#include "compiler/network/to_integer.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/quick_network.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace heddle;
  frontend::OnnxOptions options;
  options.batch = 1;
  const auto graph = frontend::import_onnx(fuzz::text_of(data, size), "input", options);
  if (!graph || !fuzz::is_quick(*graph) || graph->nodes.size() > 12) return 0;
  const auto integer = network::to_integer(*graph);
  if (!integer) return 0;
  lowering::Machine machine{64, 16, 32, 8, 4096, 1};
  for (const bool packed : {false, true}) {
    machine.packed = machine.loop_unit = machine.nibbles = machine.picks = packed;
    const auto lowered = lowering::lower(integer->graph, machine, "input");
    if (!lowered) return 0;
    fuzz::require(!lowered->bitcode.empty(), "no code");
    fuzz::require(lowered->ports.size() == integer->graph.inputs.size() + integer->graph.outputs.size(),
                  "a port that is neither input nor output");
  }
  return 0;
}
