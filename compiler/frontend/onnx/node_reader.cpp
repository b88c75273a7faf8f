#include "compiler/frontend/onnx/node_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/tensor/elements.h"

namespace heddle::frontend {

using ::onnx::AttributeProto;

const AttributeProto* NodeReader::find(const std::string& attribute) const {
  for (const AttributeProto& candidate : node_.attribute())
    if (candidate.name() == attribute) return &candidate;
  return nullptr;
}

std::int64_t NodeReader::integer(const std::string& attribute, std::int64_t otherwise) const {
  const AttributeProto* found = find(attribute);
  return found != nullptr && found->type() == AttributeProto::INT ? found->i() : otherwise;
}

float NodeReader::real(const std::string& attribute, float otherwise) const {
  const AttributeProto* found = find(attribute);
  return found != nullptr && found->type() == AttributeProto::FLOAT ? found->f() : otherwise;
}

std::string NodeReader::text(const std::string& attribute, const std::string& otherwise) const {
  const AttributeProto* found = find(attribute);
  return found != nullptr && found->type() == AttributeProto::STRING ? found->s() : otherwise;
}

Extents NodeReader::integers(const std::string& attribute) const {
  const AttributeProto* found = find(attribute);
  return found != nullptr ? Extents(found->ints().begin(), found->ints().end()) : Extents();
}

std::vector<float> NodeReader::reals(const std::string& attribute) const {
  const AttributeProto* found = find(attribute);
  return found != nullptr ? std::vector<float>(found->floats().begin(), found->floats().end()) : std::vector<float>();
}

const ::onnx::TensorProto* NodeReader::tensor(const std::string& attribute) const {
  const AttributeProto* found = find(attribute);
  return found != nullptr && found->has_t() ? &found->t() : nullptr;
}

bool NodeReader::has_input(std::size_t index) const {
  return index < inputs() && !node_.input(static_cast<int>(index)).empty();
}

ValueId NodeReader::input(std::size_t index) const {
  return has_input(index) ? names_.at(node_.input(static_cast<int>(index))) : ValueId();
}

std::vector<ValueId> NodeReader::all_inputs() const {
  std::vector<ValueId> result;
  for (std::size_t i = 0; i < inputs(); ++i) result.push_back(input(i));
  while (!result.empty() && !result.back().valid()) result.pop_back();
  return result;
}

Result<const tensor::Tensor*> NodeReader::constant(std::size_t index, const std::string& what) const {
  if (!has_input(index)) return malformed(fmt::format("the input {} is missing", what));
  const network::Value& value = builder_.value(input(index));
  if (value.constant) return value.constant.get();
  return unsupported(
      fmt::format("the input {} ('{}') depends on the network's inputs, but shapes are static here", what, value.name));
}

Result<Extents> NodeReader::constant_integers(std::size_t index, const std::string& what) const {
  HEDDLE_ASSIGN(const tensor::Tensor* tensor, constant(index, what));
  if (tensor->type != tensor::Type::kInt64 && tensor->type != tensor::Type::kInt32)
    return malformed(fmt::format("the input {} is {}, expected int64", what, tensor::name(tensor->type)));
  Extents result;
  tensor::dispatch(tensor->type, [&](auto zero) {
    for (const auto value : tensor::elements<decltype(zero)>(*tensor))
      result.push_back(static_cast<std::int64_t>(value));
  });
  return result;
}

Result<double> NodeReader::constant_number(std::size_t index, const std::string& what) const {
  HEDDLE_ASSIGN(const tensor::Tensor* tensor, constant(index, what));
  if (tensor->elements() != 1)
    return malformed(fmt::format("the input {} has {} elements, expected one", what, tensor->elements()));
  return tensor::dispatch(tensor->type,
                          [&](auto zero) { return static_cast<double>(tensor::elements<decltype(zero)>(*tensor)[0]); });
}

Result<std::optional<Extents>> NodeReader::integers_or_input(const std::string& name, std::int64_t version,
                                                             std::size_t index) const {
  if (opset_ < version) return has(name) ? std::optional(integers(name)) : std::nullopt;
  if (!has_input(index)) return std::nullopt;
  HEDDLE_ASSIGN(Extents result, constant_integers(index, name));
  return result;
}

Result<std::int64_t> NodeReader::axis(std::int64_t axis, std::int64_t rank) const {
  if (axis < -rank || axis >= rank) return malformed(fmt::format("axis {} of a tensor of rank {}", axis, rank));
  return axis < 0 ? axis + rank : axis;
}

Result<Extents> NodeReader::axes(Extents axes, std::int64_t rank) const {
  for (std::int64_t& entry : axes) {
    HEDDLE_ASSIGN(entry, axis(entry, rank));
  }
  Extents sorted = axes;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) return malformed("an axis is named twice");
  return axes;
}

bool NodeReader::wants(std::size_t output) const {
  return output < outputs() && !node_.output(static_cast<int>(output)).empty();
}

std::string NodeReader::output_name(std::size_t output) const {
  return wants(output) ? node_.output(static_cast<int>(output)) : std::string();
}

void NodeReader::set(std::size_t output, ValueId value) {
  if (wants(output)) names_[output_name(output)] = value;
}

Status NodeReader::emit(network::Operator op, std::vector<ValueId> inputs) {
  std::vector<std::string> results;
  for (std::size_t i = 0; i < outputs(); ++i) results.push_back(output_name(i));
  auto added = builder_.add(std::move(op), std::move(inputs), results, node_.name());
  if (!added) return fail(added.error().code, fmt::format("{}: {}", label(node_), added.error().message));
  for (std::size_t i = 0; i < added->size(); ++i) set(i, (*added)[i]);
  return {};
}

Result<ValueId> NodeReader::add(network::Operator op, std::vector<ValueId> inputs, const std::string& suffix) {
  auto added = builder_.add1(std::move(op), std::move(inputs), output_name(0) + "." + suffix);
  if (!added) return fail(added.error().code, fmt::format("{}: {}", label(node_), added.error().message));
  return *added;
}

ValueId NodeReader::add_constant(tensor::Tensor tensor, const std::string& suffix) {
  return builder_.constant(output_name(0) + "." + suffix, std::move(tensor));
}

tl::unexpected<Error> NodeReader::unsupported(const std::string& what) const {
  return fail(ErrorCode::kUnsupported, fmt::format("{}, domain '{}', opset {}: {}", label(node_),
                                                   node_.domain().empty() ? "ai.onnx" : node_.domain(), opset_, what));
}

tl::unexpected<Error> NodeReader::malformed(const std::string& what) const {
  return fail(ErrorCode::kBadInput, fmt::format("{}: {}", label(node_), what));
}

}  // namespace heddle::frontend
