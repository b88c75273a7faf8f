#include "runtime/session/attention.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "compiler/attention/check.h"
#include "compiler/attention/classify.h"
#include "compiler/attention/cycles.h"
#include "compiler/attention/golden.h"
#include "compiler/attention/schedule.h"
#include "compiler/base/files.h"
#include "compiler/tensor/elements.h"

namespace heddle::session {
namespace {

using network::Extents;

/// What one operator is to the array.
class Kernel final : public network::AttentionKernel {
 public:
  Kernel(arch::Swat array, attention::Program program, double scale, bool keys_transposed, std::string text,
         AttentionRunner runner)
      : array_(std::move(array)),
        program_(std::move(program)),
        scale_(scale),
        keys_transposed_(keys_transposed),
        text_(std::move(text)),
        runner_(std::move(runner)) {}

  Status run(const std::vector<const tensor::Tensor*>& operands, tensor::Tensor& result) const override {
    const Extents& q = operands[0]->shape;
    const auto width = static_cast<std::int32_t>(q.back());
    const auto rows = static_cast<std::int32_t>(q[q.size() - 2]);
    const auto heads = static_cast<std::int32_t>(operands[0]->data.size() / 4) / width / rows;
    attention::Inputs inputs;
    HEDDLE_ASSIGN(inputs.queries, rounded(*operands[0], heads, rows, width, false));
    HEDDLE_ASSIGN(inputs.keys, rounded(*operands[1], heads, rows, width, keys_transposed_));
    HEDDLE_ASSIGN(inputs.values, rounded(*operands[2], heads, rows, width, false));
    HEDDLE_ASSIGN(const attention::Operand outputs, play(inputs));
    const auto y = tensor::elements<float>(result);
    for (std::size_t i = 0; i < y.size(); ++i)
      y[i] = static_cast<float>(numerics::to_double(numerics::decode(array_.output, outputs.codes[i])));
    return {};
  }

  [[nodiscard]] std::string describe() const override { return text_; }

 private:
  Result<attention::Operand> play(const attention::Inputs& inputs) const {
    if (runner_) return runner_(program_, inputs, scale_);
    return attention::run_golden(program_, {array_.format, array_.output},
                                 attention::logit_scale(scale_ * std::numbers::log2e), attention::logit_scale(1),
                                 inputs);
  }

  /// The codes of [..., rows, width], or of its transpose; fails on what is not finite.
  Result<attention::Operand> rounded(const tensor::Tensor& tensor, std::int32_t heads, std::int32_t rows,
                                     std::int32_t width, bool transposed) const {
    attention::Operand operand = attention::make_operand(heads, rows, width);
    const auto from = tensor::elements<float>(tensor);
    for (std::size_t i = 0; i < from.size(); ++i) {
      if (!std::isfinite(from[i]))
        return fail(ErrorCode::kBadInput, fmt::format("an operand of attention on '{}' is {}", array_.name, from[i]));
      const auto area = static_cast<std::size_t>(rows) * static_cast<std::size_t>(width);
      const std::size_t head = i / area;
      const std::size_t place = i % area;
      const std::size_t to = transposed ? head * area +
                                              place % static_cast<std::size_t>(rows) * static_cast<std::size_t>(width) +
                                              place / static_cast<std::size_t>(rows)
                                        : i;
      operand.codes[to] = numerics::encode(array_.format, numerics::from_double(from[i]));
    }
    return operand;
  }

  arch::Swat array_;
  attention::Program program_;
  double scale_;
  bool keys_transposed_;
  std::string text_;
  AttentionRunner runner_;
};

/// The mask of one head, the same for all; empty: every key.
Result<std::vector<std::uint8_t>> mask_of(const network::AttentionCandidate& candidate, std::int64_t rows) {
  std::vector<std::uint8_t> shown;
  if (candidate.mask == nullptr) return shown;
  const Extents& shape = candidate.mask->shape;
  const bool whole = shape.size() >= 2 && shape.back() == rows && shape[shape.size() - 2] == rows;
  if (!whole || static_cast<std::int64_t>(candidate.mask->data.size()) != rows * rows)
    return fail(ErrorCode::kUnsupported, "its mask is not one for all heads");
  const auto bits = tensor::elements<std::uint8_t>(*candidate.mask);
  shown.assign(bits.begin(), bits.end());
  return shown;
}

Status claim(const network::AttentionCandidate& candidate, const arch::Swat& array, const AttentionRunner& runner,
             network::Attention& op) {
  const Extents& q = candidate.queries.shape;
  const std::int64_t rows = q[q.size() - 2];
  const std::int64_t keys = candidate.keys.shape[q.size() - (op.keys_transposed ? 1 : 2)];
  if (rows != keys || candidate.values.shape.back() != q.back())
    return fail(ErrorCode::kUnsupported, "its queries are not as many as its keys, or its values not as wide");
  HEDDLE_ASSIGN(const std::vector<std::uint8_t> shown, mask_of(candidate, rows));
  HEDDLE_ASSIGN(attention::Workload workload, attention::classify(shown, rows));
  workload.heads = workload.kv_heads = candidate.queries.elements() / rows / q.back();
  workload.head_dim = q.back();
  const attention::Mask mask(workload, 1);
  HEDDLE_ASSIGN(attention::Program program, attention::schedule(mask, array));
  HEDDLE_TRY(attention::check(program, mask, array));
  HEDDLE_ASSIGN(const attention::Cycles cycles, attention::count_cycles(program, array));
  const std::string text = fmt::format(
      "attention on {}: {}, {} cycles", array.name,
      attention::describe(std::get<attention::WindowPattern>(workload.pattern), workload.global_tokens, rows),
      cycles.cycles);
  op.kernel = std::make_shared<Kernel>(array, std::move(program), op.scale, op.keys_transposed, text, runner);
  return {};
}

}  // namespace

Result<std::vector<network::AttentionRemainder>> claim_attention(network::Graph& graph, const arch::Swat& array,
                                                                 const AttentionRunner& runner) {
  const auto* format = std::get_if<numerics::FloatFormat>(&array.format);
  if (array.kind != arch::SwatKind::kQueryStationary || format == nullptr ||
      !std::holds_alternative<numerics::FloatFormat>(array.output))
    return fail(
        ErrorCode::kUnsupported,
        fmt::format("'{}' takes no attention of networks: they want an array of floats with models of its values",
                    array.name),
        {}, "heddle_attn_8, heddle_attn_64 or heddle_attn_512");
  return network::fuse_attention(graph, [&](const network::AttentionCandidate& candidate, network::Attention& op) {
    const Status claimed = claim(candidate, array, runner, op);
    return claimed ? std::string() : claimed.error().message;
  });
}

Result<std::optional<arch::Swat>> attention_array(const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / kAttentionFile;
  if (!std::filesystem::exists(file)) return std::nullopt;
  HEDDLE_ASSIGN(std::string text, read_file(file));
  HEDDLE_ASSIGN(const Document document, parse_json(std::move(text), file.string()));
  HEDDLE_ASSIGN(arch::Swat array, arch::swat_from_document(document));
  return array;
}

}  // namespace heddle::session
