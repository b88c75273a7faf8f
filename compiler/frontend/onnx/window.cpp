#include "compiler/frontend/onnx/window.h"

#include <fmt/format.h>

#include <algorithm>

namespace heddle::frontend {
namespace {

/// Extents, strides and pads beyond this are nobody's; products of two of them cannot overflow.
constexpr std::int64_t kLargest = std::int64_t{1} << 31;

Result<Extents> read_list(const NodeReader& node, const std::string& name, std::size_t length, Extents otherwise,
                          std::int64_t least) {
  Extents list = node.has(name) ? node.integers(name) : std::move(otherwise);
  if (list.size() != length)
    return node.malformed(fmt::format("{} has {} entries, expected {}", name, list.size(), length));
  for (const std::int64_t entry : list)
    if (entry < least || entry > kLargest) return node.malformed(fmt::format("{} of {}", name, entry));
  return list;
}

}  // namespace

void share_pads(std::int64_t total, bool lower, std::int64_t& begin, std::int64_t& end) {
  begin = lower ? total - total / 2 : total / 2;
  end = total - begin;
}

Result<network::Window> read_window(const NodeReader& node, std::size_t rank, Extents kernel) {
  network::Window window;
  HEDDLE_ASSIGN(window.kernel, read_list(node, "kernel_shape", rank, std::move(kernel), 1));
  HEDDLE_ASSIGN(window.strides, read_list(node, "strides", rank, Extents(rank, 1), 1));
  HEDDLE_ASSIGN(window.dilations, read_list(node, "dilations", rank, Extents(rank, 1), 1));
  HEDDLE_ASSIGN(const Extents pads, read_list(node, "pads", 2 * rank, Extents(2 * rank, 0), 0));
  const auto half = static_cast<std::ptrdiff_t>(rank);
  window.pads_begin.assign(pads.begin(), pads.begin() + half);
  window.pads_end.assign(pads.begin() + half, pads.end());
  return window;
}

Status resolve_auto_pad(const NodeReader& node, const Extents& spatial, network::Window& window) {
  const std::string mode = node.text("auto_pad", "NOTSET");
  if (mode == "NOTSET") return {};
  const bool lower = mode == "SAME_LOWER";
  if (mode != "VALID" && mode != "SAME_UPPER" && !lower) return node.malformed(fmt::format("auto_pad '{}'", mode));
  for (std::size_t axis = 0; axis < spatial.size(); ++axis) {
    std::int64_t total = 0;
    if (mode != "VALID") {
      const std::int64_t stride = window.strides[axis];
      const std::int64_t results = (spatial[axis] + stride - 1) / stride;
      const std::int64_t reach = window.dilations[axis] * (window.kernel[axis] - 1) + 1;
      total = std::max<std::int64_t>(0, (results - 1) * stride + reach - spatial[axis]);
    }
    share_pads(total, lower, window.pads_begin[axis], window.pads_end[axis]);
  }
  return {};
}

}  // namespace heddle::frontend
