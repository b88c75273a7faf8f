// A network file as a program.
#pragma once

#include <filesystem>

#include "compiler/arch/cgra.h"
#include "compiler/arch/swat.h"
#include "compiler/base/result.h"
#include "compiler/frontend/frontend.h"
#include "compiler/lowering/lower.h"
#include "compiler/network/fuse_attention.h"
#include "runtime/session/attention.h"
#include "runtime/session/program.h"

namespace heddle::session {

/// The function of a compiled network.
inline constexpr const char* kNetworkFunction = "network";

struct NetworkModule {
  frontend::Module module;  ///< one kernel, `network`: pointers to the inputs, then to the outputs
  std::vector<lowering::Dump> dumps;
  std::shared_ptr<const network::Graph> graph;  ///< of integers, as golden_network() gives it
  std::vector<HostOperator> operators;
  bool quantised = false;  ///< some operator makes or reads codes
  std::vector<network::AttentionRemainder> attention_remainders;
};

/// Turns what is quantised into integers and lowers it, with loops for the array. What has no loops becomes calls of
/// the host's library. `file` is what locations name. `attention`: an array that takes what attention it can, or null.
Result<NetworkModule> network_module(const network::Graph& graph, const arch::Cgra& cgra, const std::string& file,
                                     bool dump, const arch::Swat* attention = nullptr);

/// What the lowering must know of the array.
lowering::Machine machine_of(const arch::Cgra& cgra);

/// The request to compile it; the source and everything else are the caller's.
void set_network(CompileRequest& request, const NetworkModule& network);

/// What a compiled network keeps of its source: the file in its directory.
inline constexpr const char* kNetworkFile = "network.onnx";

/// The golden model of the network in a directory of `heddle compile`: integers wherever the file is quantised. Fails
/// with kNotFound if the directory is not of a network. `runner`: what computes attention on an array, if not its
/// golden model.
Result<network::Graph> golden_network(const std::filesystem::path& directory, const AttentionRunner& runner = {});

/// The same, or null if the directory is not of a network.
Result<std::shared_ptr<const network::Graph>> golden_network_if_any(const std::filesystem::path& directory);

}  // namespace heddle::session
