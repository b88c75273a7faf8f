// The order in which a file's nodes can be computed.
#pragma once

#include <onnx/onnx_pb.h>

#include <set>
#include <string>
#include <vector>

#include "compiler/base/result.h"

namespace heddle::frontend {

/// Indices of the nodes, each after what it reads; the file's order where that is one. `known` are the names of inputs
/// and initialisers. Fails on a value that is made twice, one that nothing makes, and a cycle, naming the nodes.
Result<std::vector<int>> node_order(const ::onnx::GraphProto& graph, const std::set<std::string>& known);

}  // namespace heddle::frontend
