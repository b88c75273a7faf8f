// The IDX format of the MNIST family (LeCun, Cortes, Burges): a magic number, the extents, the elements, big-endian.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "compiler/base/result.h"
#include "compiler/tensor/tensor.h"

namespace heddle::tensor {

/// Plain or gzip-compressed. Elements come out little-endian, as everywhere here. Fails on a damaged stream, on extents
/// that the file does not hold, and on a result above 1 GiB. `file` is for messages.
Result<Tensor> parse_idx(std::string_view bytes, const std::string& file);
Result<Tensor> read_idx(const std::filesystem::path& path);

/// The examples first .. first + count - 1 of a tensor, along its first axis. Fails if there are fewer.
Result<Tensor> take_examples(const Tensor& tensor, std::int64_t first, std::int64_t count);

/// Gray images uint8 [N,H,W] as the input of a network, float32 [N,1,H,W] of 0 to 1: pixel / 255. Fails on another
/// type or rank.
Result<Tensor> gray_images(const Tensor& pixels);

}  // namespace heddle::tensor
