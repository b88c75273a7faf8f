// The passes from linalg on tensors to LLVM IR. Private to this room.
#pragma once

#include <mlir/IR/BuiltinOps.h>

#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/lowering/lower.h"

namespace heddle::lowering {

/// Dialects and interfaces that the emitter and the passes need.
void register_dialects(mlir::MLIRContext& context);

/// Runs the passes in place; `dumps` gets the text after each if it is not null. A pass that fails is a bug.
void run_passes(mlir::ModuleOp module, std::vector<Dump>* dumps);

/// The module, in the LLVM dialect, as bitcode.
std::string to_bitcode(mlir::ModuleOp module);

}  // namespace heddle::lowering
