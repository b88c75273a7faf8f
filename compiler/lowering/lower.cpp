#include "compiler/lowering/lower.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <mlir/IR/Verifier.h>

#include <algorithm>
#include <string_view>

#include "compiler/base/check.h"
#include "compiler/lowering/emit.h"
#include "compiler/lowering/pipeline.h"
#include "compiler/network/kinds.h"

namespace heddle::lowering {
namespace {

constexpr std::string_view kQuantizeFirst =
    "; nothing in this network is quantised: 'heddle quantize NET.onnx --calibration X.npz -o Q.onnx' makes integers";

bool has_codes(const network::Graph& graph) {
  return std::ranges::any_of(graph.nodes, [](const network::Node& node) {
    return network::is_one_of<network::Quantize, network::Dequantize>(node.op);
  });
}

}  // namespace

Result<Lowered> lower(const network::Graph& graph, const Machine& machine, const std::string& file, bool dump) {
  const Plan layout = plan(graph, machine.packed);
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  register_dialects(context);
  std::vector<std::string> missing;
  mlir::OwningOpRef<mlir::ModuleOp> module = emit_module(context, graph, layout, machine, file, missing);
  if (!missing.empty())
    return fail(ErrorCode::kUnsupported, fmt::format("no lowering for {} of the network's nodes: {}{}", missing.size(),
                                                     fmt::join(missing, ", "), has_codes(graph) ? "" : kQuantizeFirst));
  HEDDLE_CHECK(mlir::succeeded(mlir::verify(*module)), "the emitted module verifies");
  Lowered result;
  run_passes(*module, dump ? &result.dumps : nullptr);
  result.bitcode = to_bitcode(*module);
  for (const network::ValueId id : graph.inputs)
    result.ports.push_back({graph.value(id).name, graph.value(id).type, false});
  for (const network::ValueId id : graph.outputs)
    result.ports.push_back({graph.value(id).name, graph.value(id).type, true});
  return result;
}

}  // namespace heddle::lowering
