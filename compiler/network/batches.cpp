#include "compiler/network/batches.h"

#include <fmt/format.h>

namespace heddle::network {
namespace {

/// How many times the graph's first extent the inputs have; 1 for whatever evaluate() is to judge.
Result<std::int64_t> count_parts(const Graph& graph, const Tensors& inputs) {
  std::int64_t parts = 0;
  for (const ValueId id : graph.inputs) {
    const Value& value = graph.value(id);
    const auto found = inputs.find(value.name);
    if (found == inputs.end() || value.type.shape.empty() || found->second.shape.empty()) return 1;
    const std::int64_t have = found->second.shape[0];
    const std::int64_t each = value.type.shape[0];
    if (each == 0 || have % each != 0)
      return fail(ErrorCode::kBadInput,
                  fmt::format("the input '{}' has {} along its first axis, which is no multiple of the network's {}",
                              value.name, have, each));
    if (parts != 0 && parts != have / each)
      return fail(ErrorCode::kBadInput,
                  fmt::format("the input '{}' is for {} runs, others are for {}", value.name, have / each, parts));
    parts = have / each;
  }
  return parts == 0 ? 1 : parts;
}

tensor::Tensor part_of(const tensor::Tensor& whole, std::int64_t part, std::int64_t parts) {
  tensor::Tensor result{whole.type, whole.shape, {}};
  result.shape[0] /= parts;
  const auto bytes = static_cast<std::ptrdiff_t>(whole.data.size()) / parts;
  result.data.assign(whole.data.begin() + part * bytes, whole.data.begin() + (part + 1) * bytes);
  return result;
}

}  // namespace

Result<std::vector<Tensors>> split_batches(const Graph& graph, const Tensors& inputs) {
  HEDDLE_ASSIGN(const std::int64_t parts, count_parts(graph, inputs));
  if (parts == 1) return std::vector<Tensors>{inputs};
  std::vector<Tensors> result(static_cast<std::size_t>(parts));
  for (std::int64_t part = 0; part < parts; ++part)
    for (const auto& [name, tensor] : inputs)
      result[static_cast<std::size_t>(part)][name] = part_of(tensor, part, parts);
  return result;
}

Status append_examples(Tensors& joined, const Tensors& outputs) {
  for (const auto& [name, tensor] : outputs) {
    if (tensor.shape.empty())
      return fail(ErrorCode::kUnsupported,
                  fmt::format("the output '{}' has no first axis to join several runs along", name));
    auto [whole, is_new] = joined.try_emplace(name, tensor);
    if (is_new) continue;
    whole->second.shape[0] += tensor.shape[0];
    whole->second.data.insert(whole->second.data.end(), tensor.data.begin(), tensor.data.end());
  }
  return {};
}

Result<Tensors> evaluate_batches(const Graph& graph, const Tensors& inputs, const Context& context) {
  HEDDLE_ASSIGN(const std::int64_t parts, count_parts(graph, inputs));
  if (parts == 1) return evaluate(graph, inputs, context);
  Tensors joined;
  for (std::int64_t part = 0; part < parts; ++part) {
    context.progress("examples", part, parts);
    Tensors feeds;
    for (const auto& [name, tensor] : inputs) feeds[name] = part_of(tensor, part, parts);
    Context quiet = context;
    quiet.progress = [](const std::string&, std::int64_t, std::int64_t) {};
    HEDDLE_ASSIGN(const Tensors outputs, evaluate(graph, feeds, quiet));
    HEDDLE_TRY(append_examples(joined, outputs));
  }
  return joined;
}

}  // namespace heddle::network
