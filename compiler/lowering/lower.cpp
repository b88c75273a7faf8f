#include "compiler/lowering/lower.h"

#include <fmt/format.h>
#include <mlir/IR/Verifier.h>

#include "compiler/base/check.h"
#include "compiler/lowering/emit.h"
#include "compiler/lowering/pipeline.h"

namespace heddle::lowering {
namespace {

Status check_elements(const network::Graph& graph) {
  std::vector<network::ValueId> computed = graph.inputs;
  for (const network::Node& node : graph.nodes)
    computed.insert(computed.end(), node.outputs.begin(), node.outputs.end());
  for (const network::ValueId id : computed) {
    const network::Value& value = graph.value(id);
    if (value.type.elements() == 0)
      return fail(ErrorCode::kUnsupported,
                  fmt::format("'{}' has no elements ({}); every value of a compiled network needs one at least",
                              value.name, network::to_string(value.type)));
  }
  return {};
}

}  // namespace

Result<Lowered> lower(const network::Graph& graph, const Machine& machine, const std::string& file, bool dump) {
  HEDDLE_TRY(check_elements(graph));
  const Plan layout = plan(graph, machine);
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  register_dialects(context);
  Lowered result;
  mlir::OwningOpRef<mlir::ModuleOp> module =
      emit_module(context, graph, layout, plan_memory(graph, layout), machine, file, result.host_calls);
  HEDDLE_CHECK(mlir::succeeded(mlir::verify(*module)), "the emitted module verifies");
  run_passes(*module, dump ? &result.dumps : nullptr);
  result.bitcode = to_bitcode(*module);
  for (const network::ValueId id : graph.inputs)
    result.ports.push_back({graph.value(id).name, graph.value(id).type, false});
  for (const network::ValueId id : graph.outputs)
    result.ports.push_back({graph.value(id).name, graph.value(id).type, true});
  return result;
}

}  // namespace heddle::lowering
