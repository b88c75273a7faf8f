// A network of integer operators to LLVM IR, through MLIR's linalg dialect. No MLIR type crosses this header.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/base/result.h"
#include "compiler/lowering/host_call.h"
#include "compiler/lowering/machine.h"
#include "compiler/network/graph.h"

namespace heddle::lowering {

/// A parameter of the function `network`: inputs first, then outputs, in the order of the graph.
struct Port {
  std::string name;
  network::TensorType type;
  bool output = false;
};

/// The module after a pass, as text.
struct Dump {
  std::string pass;
  std::string text;
};

struct Lowered {
  std::string bitcode;  ///< LLVM bitcode: `network` calls one function per layer, whose loops front ends can launch
  std::vector<Port> ports;
  std::vector<HostCall> host_calls;  ///< in order of execution
  std::vector<Dump> dumps;           ///< if asked for
};

/// `file` is what locations in the code name; the line is the number of the node, from 1. Fails (kUnsupported) if a
/// value has no elements.
Result<Lowered> lower(const network::Graph& graph, const Machine& machine, const std::string& file, bool dump = false);

}  // namespace heddle::lowering
