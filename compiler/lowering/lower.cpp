#include "compiler/lowering/lower.h"

#include <mlir/IR/Verifier.h>

#include "compiler/base/check.h"
#include "compiler/lowering/emit.h"
#include "compiler/lowering/pipeline.h"

namespace heddle::lowering {
Lowered lower(const network::Graph& graph, const Machine& machine, const std::string& file, bool dump) {
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
