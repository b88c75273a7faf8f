// The order of LLVM's passes before loops are looked at, and the analyses afterwards.
#pragma once

#include <llvm/IR/Module.h>
#include <llvm/IR/PassManager.h>

#include <memory>
#include <vector>

namespace heddle::frontend {

/// LLVM's pass and analysis managers, set up.
class Passes {
 public:
  Passes();
  ~Passes();
  Passes(const Passes&) = delete;
  Passes& operator=(const Passes&) = delete;

  /// Brings the module into the form that nests are taken from: helpers inlined, memory in registers, loops rotated and
  /// simplified, invariant code moved out, loaded values reused. No vectoriser, nothing that makes calls of loops.
  void prepare(llvm::Module& module);

  /// Cleans up after unrolling.
  void clean(llvm::Function& function);

  /// Simplified and closed (LCSSA) loops again, after a change of control flow.
  void close_loops(llvm::Function& function);

  llvm::FunctionAnalysisManager& analyses(llvm::Function& function);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace heddle::frontend
