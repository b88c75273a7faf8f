// Attention operators of a network that a window-attention array takes.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "compiler/arch/swat.h"
#include "compiler/attention/streams.h"
#include "compiler/network/fuse_attention.h"

namespace heddle::session {

/// Runs a program: the golden model, or a model of the array. The scale is that of the logits.
using AttentionRunner = std::function<Result<attention::Operand>(const attention::Program& program,
                                                                 const attention::Inputs& inputs, double scale)>;

/// Gives the array every attention of the graph whose mask it can classify, whose heads it has and whose operands its
/// format holds: they become Attention operators that compute what the array does, in the bits of its golden model. The
/// others stay as they are written, with the reason. `runner`: null for the golden model. Fails if the array has no
/// models of values (integers as operands or outputs of a network are not supported either).
Result<std::vector<network::AttentionRemainder>> claim_attention(network::Graph& graph, const arch::Swat& array,
                                                                 const AttentionRunner& runner = {});

/// The array that a directory of `heddle compile` was compiled for, beside the CGRA.
inline constexpr const char* kAttentionFile = "attention.json";
Result<std::optional<arch::Swat>> attention_array(const std::filesystem::path& directory);

}  // namespace heddle::session
