// A compiled network as a function of tensors.
#pragma once

#include "compiler/network/evaluate.h"
#include "runtime/session/session.h"

namespace heddle::session {

struct ExampleRun {
  network::Tensors outputs;
  LaunchCycles cycles;              ///< of all launches
  std::uint64_t host_launches = 0;  ///< refused: they ran natively, without cycles
};

/// One call of the program's function `network`. `golden` is the graph of golden_network: its inputs and outputs are
/// the parameters. Fails with kBadInput on a missing or mistyped input, and as run_kernel does.
Result<ExampleRun> run_example(const CompiledProgram& program, const network::Graph& golden,
                               const network::Tensors& inputs, Backend& backend, const Context& context);

}  // namespace heddle::session
