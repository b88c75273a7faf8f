// How often a classifier is right.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "compiler/network/evaluate.h"

namespace heddle::network {

struct Accuracy {
  std::int64_t right = 0;
  std::int64_t examples = 0;
  [[nodiscard]] double share() const { return static_cast<double>(right) / static_cast<double>(examples); }
};

/// One class an example: an .npy, or an .npz with one tensor or one named `labels`, of integers with one element an
/// example. Fails on anything else.
Result<std::vector<std::int64_t>> read_labels(const std::filesystem::path& path);

/// Examples whose largest score is at their label; of equal scores the first counts. `outputs` of a network with one
/// output, examples along its first axis. Labels beyond the examples are not looked at. Fails if there are fewer labels
/// than examples, more than one output, or a label that is no class.
Result<Accuracy> accuracy(const Tensors& outputs, std::span<const std::int64_t> labels);

}  // namespace heddle::network
