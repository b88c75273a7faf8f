// Networks as ONNX files.
#pragma once

#include <filesystem>
#include <string>

#include "compiler/base/result.h"
#include "compiler/network/graph.h"

namespace heddle::frontend {

/// The network as an ONNX model of opset 17: reading it again gives the same graph. The same graph gives the same
/// bytes. Codes of minifloats are said in the domain "heddle" (docs/networks.md).
/// Fails on what opset 17 cannot say: integer operators of the lowering, dilated average pools.
Result<std::string> export_onnx(const network::Graph& graph);
/// The file appears whole or not at all.
Status save_onnx(const network::Graph& graph, const std::filesystem::path& path);

}  // namespace heddle::frontend
