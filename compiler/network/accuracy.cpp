#include "compiler/network/accuracy.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/base/files.h"
#include "compiler/tensor/elements.h"

namespace heddle::network {
namespace {

using tensor::Tensor;
using tensor::Type;

Result<Tensor> label_tensor(const std::filesystem::path& path) {
  if (path.extension() == ".npy") {
    HEDDLE_ASSIGN(const std::string bytes, read_file(path));
    return tensor::parse_npy(bytes, path.string());
  }
  HEDDLE_ASSIGN(auto tensors, tensor::read_npz(path));
  const auto named = tensors.size() == 1 ? tensors.begin() : tensors.find("labels");
  if (named != tensors.end()) return std::move(named->second);
  return fail(ErrorCode::kBadInput, fmt::format("expected one tensor, or one named 'labels', found {}", tensors.size()),
              {path.string()});
}

}  // namespace

Result<std::vector<std::int64_t>> read_labels(const std::filesystem::path& path) {
  HEDDLE_ASSIGN(const Tensor tensor, label_tensor(path));
  const std::int64_t examples = tensor.shape.empty() ? 0 : tensor.shape[0];
  if (tensor.type == Type::kFloat32 || tensor.type == Type::kFloat64 || tensor.type == Type::kBool ||
      tensor.elements() != examples)
    return fail(ErrorCode::kBadInput,
                fmt::format("expected labels, one integer an example, found {}",
                            to_string(TensorType{tensor.type, tensor.shape})),
                {path.string()});
  std::vector<std::int64_t> labels;
  tensor::dispatch(tensor.type, [&]<class T>(T) {
    const auto values = tensor::elements<T>(tensor);
    labels.assign(values.begin(), values.end());
  });
  return labels;
}

Result<Accuracy> accuracy(const Tensors& outputs, std::span<const std::int64_t> labels) {
  if (outputs.size() != 1)
    return fail(ErrorCode::kBadInput, fmt::format("labels go with one output, the network has {}", outputs.size()));
  const auto& [name, scores] = *outputs.begin();
  const std::int64_t examples = scores.shape.empty() ? 0 : scores.shape[0];
  if (examples == 0 || scores.elements() == 0)
    return fail(ErrorCode::kBadInput, fmt::format("the output '{}' has no scores", name));
  if (static_cast<std::int64_t>(labels.size()) < examples)
    return fail(ErrorCode::kBadInput, fmt::format("{} labels for {} examples", labels.size(), examples));
  const std::int64_t classes = scores.elements() / examples;
  Accuracy result{0, examples};
  for (std::int64_t i = 0; i < examples; ++i) {
    const std::int64_t label = labels[static_cast<std::size_t>(i)];
    if (label < 0 || label >= classes)
      return fail(ErrorCode::kBadInput, fmt::format("label {} of example {} is none of {} classes", label, i, classes));
  }
  tensor::dispatch(scores.type, [&]<class T>(T) {
    const auto values = tensor::elements<T>(scores);
    for (std::int64_t i = 0; i < examples; ++i) {
      const auto row = values.subspan(static_cast<std::size_t>(i * classes), static_cast<std::size_t>(classes));
      if (std::ranges::max_element(row) - row.begin() == labels[static_cast<std::size_t>(i)]) ++result.right;
    }
  });
  return result;
}

}  // namespace heddle::network
