#include "compiler/lowering/code_ranges.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "compiler/network/kinds.h"
#include "compiler/tensor/elements.h"

namespace heddle::lowering {
namespace {

using network::Graph;
using network::Interval;
using network::Node;

/// Of a constant of codes.
Interval range_of(const tensor::Tensor& codes) {
  Interval range{std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()};
  const auto widen = [&](const auto& elements) {
    for (const auto code : elements)
      range = {std::min<std::int64_t>(range.low, code), std::max<std::int64_t>(range.high, code)};
  };
  if (codes.type == tensor::Type::kInt8) widen(tensor::elements<std::int8_t>(codes));
  if (codes.type == tensor::Type::kUint8) widen(tensor::elements<std::uint8_t>(codes));
  return range;
}

/// A Quantize behind a Clip: codes of its bounds, computed as the operators compute them.
std::optional<Interval> clipped(const Graph& graph, const Node& node) {
  const auto& quantization = graph.value(node.outputs[0]).quantization;
  if (!quantization || quantization->axis) return std::nullopt;
  for (const Node& maker : graph.nodes) {
    const auto* clip = std::get_if<network::Clip>(&maker.op);
    if (clip == nullptr || maker.outputs[0] != node.inputs[0]) continue;
    const auto code = [&](double bound) {
      const float scaled = static_cast<float>(bound) / quantization->scales[0];
      const auto whole = static_cast<double>(std::nearbyint(scaled) + static_cast<float>(quantization->zero_points[0]));
      return static_cast<std::int64_t>(std::clamp(whole, -1e6, 1e6));
    };
    return Interval{code(clip->low), code(clip->high)};
  }
  return std::nullopt;
}

class Ranges {
 public:
  explicit Ranges(const Graph& graph) : graph_(graph), ranges_(graph.values.size()) {
    for (std::size_t k = 0; k < ranges_.size(); ++k) {
      const tensor::Type type = graph.values[k].type.element;
      if (type == tensor::Type::kInt8 || type == tensor::Type::kUint8) ranges_[k] = network::centred_codes(type, 0);
    }
    for (const Node& node : graph.nodes)
      for (const network::ValueId id : node.outputs) {
        Interval& range = ranges_[id.index()];
        const auto made = std::visit([&](const auto& op) { return of(op, node); }, node.op);
        if (made) range = {std::max(range.low, made->low), std::min(range.high, made->high)};
      }
  }
  std::vector<Interval> take() && { return std::move(ranges_); }

 private:
  static std::optional<Interval> of(const network::Requantize& op, const Node& /*node*/) {
    return Interval{op.low, op.high};
  }
  static std::optional<Interval> of(const network::IntegerAdd& op, const Node& /*node*/) {
    return Interval{op.low, op.high};
  }
  static std::optional<Interval> of(const network::IntegerMultiply& op, const Node& /*node*/) {
    return Interval{op.low, op.high};
  }
  std::optional<Interval> of(const network::Lookup& /*op*/, const Node& node) const {
    const auto& table = graph_.value(node.inputs[1]).constant;
    return table ? std::optional(range_of(*table)) : std::nullopt;
  }
  std::optional<Interval> of(const network::Quantize& /*op*/, const Node& node) const { return clipped(graph_, node); }
  std::optional<Interval> of(const network::Pool& op, const Node& node) const {
    return op.kind == network::PoolKind::kMax ? moved(node) : std::nullopt;
  }
  template <class Op>
  std::optional<Interval> of(const Op& op, const Node& node) const {
    const bool moves =
        network::is_one_of<network::Reshape, network::Transpose, network::Slice, network::Split>(network::Operator(op));
    return moves ? moved(node) : std::nullopt;
  }
  std::optional<Interval> moved(const Node& node) const { return ranges_[node.inputs[0].index()]; }

  const Graph& graph_;
  std::vector<Interval> ranges_;
};

}  // namespace

std::vector<Interval> code_ranges(const Graph& graph) { return Ranges(graph).take(); }

bool fit_nibbles(tensor::Type type, const Interval& codes) {
  return type == tensor::Type::kInt8 ? codes.low >= -8 && codes.high < 8 : codes.high < 16;
}

}  // namespace heddle::lowering
