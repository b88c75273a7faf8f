// What a module says of itself: marked functions, their parameters, its global data.
#pragma once

#include <llvm/IR/Module.h>

#include <set>
#include <string>
#include <vector>

#include "compiler/frontend/frontend.h"

namespace heddle::frontend {

/// Names of the functions marked HEDDLE_KERNEL.
std::set<std::string> marked_functions(const llvm::Module& module);

/// The function's parameters, from its debug information, attributes and HEDDLE_RANGE annotations (before they are
/// removed). Fails on an annotation that is not two integers in order.
Result<Kernel> describe_kernel(llvm::Function& function);

/// Data that the program can change or reads, sorted by name. Makes `static` data and `functions` visible by name, so
/// that a run can find them.
std::vector<GlobalVariable> publish(llvm::Module& module, const std::set<std::string>& functions);

/// Annotations have been read; they would only hinder LLVM's passes.
void remove_annotations(llvm::Module& module);

/// Marks the helpers that loops of `functions` call (small, not recursive) for inlining.
void inline_helpers(llvm::Module& module, const std::set<std::string>& functions);

}  // namespace heddle::frontend
