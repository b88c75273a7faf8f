#include "compiler/network/fuse_attention.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "compiler/network/infer_kinds.h"
#include "compiler/network/kinds.h"
#include "compiler/tensor/elements.h"

namespace heddle::network {
namespace {

/// An additive mask below this hides a key: its weight is 0 in float32 beside any shown key of a like score.
constexpr float kHidden = -1e3F;

struct Match {
  ValueId q, k, v;
  float scale = 1;
  std::shared_ptr<const tensor::Tensor> mask;  ///< bool
  std::string mask_name;
};

class Fuser {
 public:
  Fuser(Graph& graph, const ClaimAttention& claim)
      : graph_(graph), claim_(claim), makers_(producers(graph)), readers_(consumers(graph)) {}

  std::vector<AttentionRemainder> run() {
    std::vector<AttentionRemainder> remainders;
    for (std::size_t k = 0; k < graph_.nodes.size(); ++k) {
      const auto* softmax = std::get_if<Softmax>(&graph_.nodes[k].op);
      if (softmax == nullptr || softmax->log) continue;
      reason_.clear();
      if (!replace(k, *softmax)) remainders.push_back({graph_.nodes[k].name, reason_});
    }
    remove_unused(graph_);
    return remainders;
  }

 private:
  bool refuse(std::string reason) {
    reason_ = std::move(reason);
    return false;
  }

  [[nodiscard]] const Node* maker(ValueId id) const {
    return makers_[id.index()].valid() ? &graph_.node(makers_[id.index()]) : nullptr;
  }
  /// The value that was rounded to make `id`, if a Quantize and its Dequantize did: those that only this chain reads.
  [[nodiscard]] ValueId before_rounding(ValueId id) const {
    const Node* back = maker(id);
    if (back == nullptr || !is_one_of<Dequantize, DecodeFloat>(back->op) || !read_once(id)) return id;
    const Node* codes = maker(back->inputs[0]);
    if (codes == nullptr || !is_one_of<Quantize, EncodeFloat>(codes->op) || !read_once(back->inputs[0])) return id;
    return codes->inputs[0];
  }
  [[nodiscard]] bool read_once(ValueId id) const {
    return readers_[id.index()].size() == 1 &&
           std::find(graph_.outputs.begin(), graph_.outputs.end(), id) == graph_.outputs.end();
  }
  /// The one reader of `id`, seen through rounding; null if there is none, or another reader.
  [[nodiscard]] const Node* reader(ValueId& id) const {
    if (!read_once(id)) return nullptr;
    const Node* node = &graph_.node(readers_[id.index()][0]);
    if (!is_one_of<Quantize, EncodeFloat>(node->op)) return node;
    const ValueId codes = node->outputs[0];
    if (!read_once(codes)) return nullptr;
    const Node* back = &graph_.node(readers_[codes.index()][0]);
    if (!is_one_of<Dequantize, DecodeFloat>(back->op)) return nullptr;
    id = back->outputs[0];
    return reader(id);
  }

  /// A float constant, or the Dequantize of constant codes of one scale; null otherwise.
  [[nodiscard]] std::shared_ptr<const tensor::Tensor> real(ValueId id) const {
    const Value& value = graph_.value(id);
    if (value.constant) return value.type.element == tensor::Type::kFloat32 ? value.constant : nullptr;
    const Node* back = maker(id);
    if (back == nullptr || !std::holds_alternative<Dequantize>(back->op)) return nullptr;
    const Value& codes = graph_.value(back->inputs[0]);
    if (!codes.constant || !codes.quantization || codes.quantization->axis || !is_byte(codes.type.element))
      return nullptr;
    auto tensor = std::make_shared<tensor::Tensor>(tensor::make_tensor(tensor::Type::kFloat32, codes.type.shape));
    auto to = tensor::elements<float>(*tensor);
    const auto zero = static_cast<float>(codes.quantization->zero_points[0]);
    for (std::size_t i = 0; i < to.size(); ++i) {
      const std::uint8_t byte = codes.constant->data[i];
      const float code = codes.type.element == tensor::Type::kInt8 ? static_cast<float>(static_cast<std::int8_t>(byte))
                                                                   : static_cast<float>(byte);
      to[i] = (code - zero) * codes.quantization->scales[0];
    }
    return tensor;
  }
  [[nodiscard]] std::optional<float> number(ValueId id) const {
    const auto tensor = graph_.value(id).type.elements() == 1 ? real(id) : nullptr;
    return tensor ? std::optional(tensor::elements<float>(*tensor)[0]) : std::nullopt;
  }

  /// Where each key is shown, of an additive mask.
  bool take_sum(const tensor::Tensor& sum, Match& match) {
    tensor::Tensor shown = tensor::make_tensor(tensor::Type::kBool, sum.shape);
    const auto from = tensor::elements<float>(sum);
    auto to = tensor::elements<std::uint8_t>(shown);
    bool finite = false;
    for (std::size_t i = 0; i < from.size(); ++i) {
      if (from[i] != 0 && !(from[i] <= kHidden))
        return refuse(fmt::format("the mask adds {}, a bias of the score", from[i]));
      to[i] = from[i] == 0 ? 1 : 0;
      finite = finite || (from[i] != 0 && std::isfinite(from[i]));
    }
    const auto keys = static_cast<std::size_t>(sum.shape.empty() ? 1 : sum.shape.back());
    for (std::size_t row = 0; finite && row + keys <= to.size(); row += keys)
      if (std::all_of(to.begin() + static_cast<std::ptrdiff_t>(row),
                      to.begin() + static_cast<std::ptrdiff_t>(row + keys),
                      [](std::uint8_t shows) { return shows == 0; }))
        return refuse("a row of the mask hides every key by a finite number");
    return set_mask(std::move(shown), match);
  }

  bool set_mask(tensor::Tensor shown, Match& match) {
    if (match.mask) return refuse("it has two masks");
    match.mask = std::make_shared<tensor::Tensor>(std::move(shown));
    return true;
  }

  /// A step back from the scores; false and a reason if it is none that is known, `id` unchanged at the product.
  bool step(ValueId& id, Match& match, bool& more) {
    const Node* node = maker(id);
    more = false;
    if (node == nullptr) return refuse("its scores are an input");
    if (std::holds_alternative<MatMul>(node->op)) return true;
    if (!read_once(id)) return refuse(fmt::format("'{}' is read elsewhere", graph_.value(id).name));
    more = true;
    if (std::holds_alternative<Select>(node->op)) return where(*node, id, match);
    const auto* binary = std::get_if<Binary>(&node->op);
    if (binary == nullptr) return refuse(fmt::format("its scores pass {}", name(node->op)));
    for (std::size_t side = 0; side < 2; ++side) {
      const ValueId other = node->inputs[1 - side];
      const auto factor = number(other);
      if (factor && binary->kind == BinaryKind::kMultiply && *factor > 0)
        return scaled(id, node->inputs[side], *factor, match);
      if (factor && side == 0 && binary->kind == BinaryKind::kDivide && *factor > 0)
        return scaled(id, node->inputs[side], 1 / *factor, match);
      const auto sum = binary->kind == BinaryKind::kAdd ? real(other) : nullptr;
      if (!sum) continue;
      match.mask_name = graph_.value(other).name;
      id = node->inputs[side];
      return take_sum(*sum, match);
    }
    return refuse(fmt::format("its scores pass {} of what is not a constant", name(node->op)));
  }
  static bool scaled(ValueId& id, ValueId before, float factor, Match& match) {
    match.scale *= factor;
    id = before;
    return true;
  }
  /// Where(condition, scores, large negative) or the other way round.
  bool where(const Node& node, ValueId& id, Match& match) {
    const tensor::Tensor* condition = graph_.value(node.inputs[0]).constant.get();
    if (condition == nullptr) return refuse("its mask is not a constant");
    const bool scores_first = !number(node.inputs[1]).has_value();
    const auto filler = number(node.inputs[scores_first ? 2 : 1]);
    if (!filler || !(*filler <= kHidden))
      return refuse("Where does not choose between scores and a large negative number");
    tensor::Tensor sum = tensor::make_tensor(tensor::Type::kFloat32, condition->shape);
    const auto from = tensor::elements<std::uint8_t>(*condition);
    auto to = tensor::elements<float>(sum);
    for (std::size_t i = 0; i < from.size(); ++i) to[i] = (from[i] != 0) == scores_first ? 0 : *filler;
    match.mask_name = graph_.value(node.inputs[0]).name;
    id = node.inputs[scores_first ? 1 : 2];
    return take_sum(sum, match);
  }

  bool replace(std::size_t index, const Softmax& softmax) {
    const ValueId scores = graph_.nodes[index].inputs[0];
    const Extents shape = graph_.value(scores).type.shape;
    if (shape.size() < 2 || softmax.axis + 1 != static_cast<std::int64_t>(shape.size()))
      return refuse("it is not over the last axis of several");
    ValueId weights = graph_.nodes[index].outputs[0];
    const Node* mixing = reader(weights);
    if (mixing == nullptr || !std::holds_alternative<MatMul>(mixing->op) || mixing->inputs[0] != weights)
      return refuse("its weights are not the first factor of one matrix product");
    Match match;
    ValueId id = before_rounding(scores);
    for (bool more = true; more; id = more ? before_rounding(id) : id)
      if (!step(id, match, more)) return false;
    if (!read_once(id)) return refuse(fmt::format("'{}' is read elsewhere", graph_.value(id).name));
    const Node& product = *maker(id);
    return rewrite(product, *mixing, match);
  }

  bool rewrite(const Node& product, const Node& mixing, Match& match) {
    match.q = product.inputs[0];
    match.k = product.inputs[1];
    match.v = mixing.inputs[1];
    const auto batch = [&](ValueId id) {
      const Extents& shape = graph_.value(id).type.shape;
      return Extents(shape.begin(), shape.end() - std::min<std::ptrdiff_t>(2, std::ssize(shape)));
    };
    if (batch(match.k) != batch(match.q) || batch(match.v) != batch(match.q))
      return refuse("queries, keys and values have not the same heads");
    std::vector<ValueId> inputs{match.q, match.k, match.v};
    if (match.mask) {
      Extents scores = graph_.value(product.outputs[0]).type.shape;
      const Extents& mask = match.mask->shape;
      const bool fits =
          mask.size() <= scores.size() && std::equal(mask.rbegin(), mask.rend(), scores.rbegin(),
                                                     [](std::int64_t m, std::int64_t s) { return m == s || m == 1; });
      if (!fits) return refuse("the mask widens the scores");
    }
    Attention op{match.scale, true, nullptr};
    if (claim_) {
      const AttentionCandidate candidate{graph_.value(match.q).type, graph_.value(match.k).type,
                                         graph_.value(match.v).type, match.mask.get()};
      if (std::string reason = claim_(candidate, op); !reason.empty()) return refuse(std::move(reason));
    }
    if (match.mask) {
      graph_.values.push_back(
          {unique(match.mask_name + ".shown"), {tensor::Type::kBool, match.mask->shape}, match.mask, {}});
      inputs.emplace_back(static_cast<std::int64_t>(graph_.values.size() - 1));
      makers_.emplace_back();
      readers_.emplace_back();
    }
    Node& node = graph_.nodes[static_cast<std::size_t>(&mixing - graph_.nodes.data())];
    node.op = std::move(op);
    node.inputs = std::move(inputs);
    return true;
  }

  [[nodiscard]] std::string unique(std::string name) const {
    while (std::ranges::any_of(graph_.values, [&](const Value& value) { return value.name == name; })) name += "'";
    return name;
  }

  Graph& graph_;
  const ClaimAttention& claim_;
  std::vector<NodeId> makers_;
  std::vector<std::vector<NodeId>> readers_;
  std::string reason_;
};

}  // namespace

std::vector<AttentionRemainder> fuse_attention(Graph& graph, const ClaimAttention& claim) {
  return Fuser(graph, claim).run();
}

}  // namespace heddle::network
