// Functions of one, two and many elements.
#include <cmath>

#include "compiler/frontend/onnx/node_reader.h"
#include "compiler/tensor/elements.h"

namespace heddle::frontend {
namespace {

using network::BinaryKind;
using network::UnaryKind;

template <UnaryKind Kind>
Status unary(NodeReader& node) {
  return node.emit(network::Unary{Kind}, {node.input(0)});
}

/// Before opset 7 the second operand's axes could lie anywhere: `axis` says where they begin in the first's.
Result<ValueId> align_old(NodeReader& node, std::int64_t axis) {
  HEDDLE_ASSIGN(const std::int64_t first, node.axis(axis, node.rank(0)));
  Extents shape = node.shape(1);
  const std::int64_t missing = node.rank(0) - first - static_cast<std::int64_t>(shape.size());
  if (missing < 0) return node.malformed("the second operand's axes do not fit the first's");
  if (missing == 0) return node.input(1);
  shape.insert(shape.end(), static_cast<std::size_t>(missing), 1);
  return node.add(network::Reshape{shape}, {node.input(1)}, "aligned");
}

template <BinaryKind Kind>
Status binary(NodeReader& node) {
  if (node.inputs() != 2) return node.malformed("two inputs are expected");
  ValueId second = node.input(1);
  if (node.opset() < 7 && node.has("axis")) {
    HEDDLE_ASSIGN(second, align_old(node, node.integer("axis", 0)));
  }
  if (node.opset() < 7 && Kind == BinaryKind::kPrelu && node.type(1).elements() > 1) {  // one slope per channel
    HEDDLE_ASSIGN(second, align_old(node, 1));
  }
  return node.emit(network::Binary{Kind}, {node.input(0), second});
}

Status relu(NodeReader& node) { return node.emit(network::Clip{0, HUGE_VAL}, {node.input(0)}); }
Status leaky_relu(NodeReader& node) {
  return node.emit(network::Unary{UnaryKind::kLeakyRelu, node.real("alpha", 0.01F)}, {node.input(0)});
}
Status elu(NodeReader& node) {
  return node.emit(network::Unary{UnaryKind::kElu, node.real("alpha", 1)}, {node.input(0)});
}

Status selu(NodeReader& node) {
  const network::Unary op{UnaryKind::kSelu, node.real("alpha", 1.67326319F), node.real("gamma", 1.05070102F)};
  return node.emit(op, {node.input(0)});
}

Status hard_sigmoid(NodeReader& node) {
  return node.emit(network::Unary{UnaryKind::kHardSigmoid, node.real("alpha", 0.2F), node.real("beta", 0.5F)},
                   {node.input(0)});
}

bool is_constant(NodeReader& node, std::size_t index) {
  return !node.has_input(index) || node.builder().value(node.input(index)).constant != nullptr;
}

/// Bounds that the network computes: Max and Min instead of Clip.
Status clip_dynamic(NodeReader& node) {
  if (!node.has_input(2)) return node.emit(network::Binary{BinaryKind::kMaximum}, {node.input(0), node.input(1)});
  ValueId raised = node.input(0);
  if (node.has_input(1)) {
    HEDDLE_ASSIGN(raised, node.add(network::Binary{BinaryKind::kMaximum}, {raised, node.input(1)}, "raised"));
  }
  return node.emit(network::Binary{BinaryKind::kMinimum}, {raised, node.input(2)});
}

Status clip(NodeReader& node) {
  network::Clip op{-HUGE_VAL, HUGE_VAL};
  if (node.opset() < 11) {
    if (node.has("min")) op.low = node.real("min", 0);
    if (node.has("max")) op.high = node.real("max", 0);
    return node.emit(op, {node.input(0)});
  }
  if (!is_constant(node, 1) || !is_constant(node, 2)) return clip_dynamic(node);
  if (node.has_input(1)) {
    HEDDLE_ASSIGN(op.low, node.constant_number(1, "min"));
  }
  if (node.has_input(2)) {
    HEDDLE_ASSIGN(op.high, node.constant_number(2, "max"));
  }
  return node.emit(op, {node.input(0)});
}

/// Any number of inputs, combined from the left. One input is the output.
Result<ValueId> combine(NodeReader& node, BinaryKind kind) {
  ValueId sum = node.input(0);
  for (std::size_t i = 1; i < node.inputs(); ++i) {
    HEDDLE_ASSIGN(sum, node.add(network::Binary{kind}, {sum, node.input(i)}, "part"));
  }
  return sum;
}

template <BinaryKind Kind>
Status many(NodeReader& node) {
  if (node.inputs() == 0) return node.malformed("no inputs");
  if (node.inputs() == 2) return binary<Kind>(node);
  HEDDLE_ASSIGN(const ValueId result, combine(node, Kind));
  node.set(0, result);
  return {};
}

Status mean(NodeReader& node) {
  if (node.inputs() == 0) return node.malformed("no inputs");
  if (node.type(0).element != tensor::Type::kFloat32) return node.unsupported("a type other than float32");
  HEDDLE_ASSIGN(const ValueId sum, combine(node, BinaryKind::kAdd));
  tensor::Tensor count = tensor::make_tensor(tensor::Type::kFloat32, {});
  tensor::elements<float>(count)[0] = static_cast<float>(node.inputs());
  return node.emit(network::Binary{BinaryKind::kDivide}, {sum, node.add_constant(std::move(count), "count")});
}

Status where(NodeReader& node) {
  if (node.inputs() != 3) return node.malformed("three inputs are expected");
  return node.emit(network::Select{}, {node.input(0), node.input(1), node.input(2)});
}

Status cast_to(NodeReader& node, tensor::Type to) {
  if (node.type(0).element == to) {
    node.set(0, node.input(0));
    return {};
  }
  return node.emit(network::Cast{to}, {node.input(0)});
}

Status cast(NodeReader& node) {
  const auto to = element_type(static_cast<int>(node.integer("to", 0)), "to");
  return to ? cast_to(node, *to) : node.unsupported(to.error().message);
}

Status cast_like(NodeReader& node) { return cast_to(node, node.type(1).element); }

}  // namespace

void add_elementwise_rules(Rules& rules) {
  rules["Relu"] = relu;
  rules["Clip"] = clip;
  rules["LeakyRelu"] = leaky_relu;
  rules["Elu"] = elu;
  rules["Selu"] = selu;
  rules["HardSigmoid"] = hard_sigmoid;
  rules["HardSwish"] = unary<UnaryKind::kHardSwish>;
  rules["Sigmoid"] = unary<UnaryKind::kSigmoid>;
  rules["Tanh"] = unary<UnaryKind::kTanh>;
  rules["Erf"] = unary<UnaryKind::kErf>;
  rules["com.microsoft.Gelu"] = unary<UnaryKind::kGelu>;
  rules["Softplus"] = unary<UnaryKind::kSoftplus>;
  rules["Softsign"] = unary<UnaryKind::kSoftsign>;
  rules["Exp"] = unary<UnaryKind::kExp>;
  rules["Log"] = unary<UnaryKind::kLog>;
  rules["Sqrt"] = unary<UnaryKind::kSqrt>;
  rules["Reciprocal"] = unary<UnaryKind::kReciprocal>;
  rules["Neg"] = unary<UnaryKind::kNegate>;
  rules["Abs"] = unary<UnaryKind::kAbs>;
  rules["Sign"] = unary<UnaryKind::kSign>;
  rules["Floor"] = unary<UnaryKind::kFloor>;
  rules["Ceil"] = unary<UnaryKind::kCeil>;
  rules["Round"] = unary<UnaryKind::kRound>;
  rules["Sin"] = unary<UnaryKind::kSin>;
  rules["Cos"] = unary<UnaryKind::kCos>;
  rules["Not"] = unary<UnaryKind::kNot>;
  rules["Add"] = binary<BinaryKind::kAdd>;
  rules["Sub"] = binary<BinaryKind::kSubtract>;
  rules["Mul"] = binary<BinaryKind::kMultiply>;
  rules["Div"] = binary<BinaryKind::kDivide>;
  rules["Pow"] = binary<BinaryKind::kPower>;
  rules["PRelu"] = binary<BinaryKind::kPrelu>;
  rules["Equal"] = binary<BinaryKind::kEqual>;
  rules["Less"] = binary<BinaryKind::kLess>;
  rules["LessOrEqual"] = binary<BinaryKind::kLessOrEqual>;
  rules["Greater"] = binary<BinaryKind::kGreater>;
  rules["GreaterOrEqual"] = binary<BinaryKind::kGreaterOrEqual>;
  rules["And"] = binary<BinaryKind::kAnd>;
  rules["Or"] = binary<BinaryKind::kOr>;
  rules["Xor"] = binary<BinaryKind::kXor>;
  rules["Max"] = many<BinaryKind::kMaximum>;
  rules["Min"] = many<BinaryKind::kMinimum>;
  rules["Sum"] = many<BinaryKind::kAdd>;
  rules["Mean"] = mean;
  rules["Where"] = where;
  rules["Cast"] = cast;
  rules["CastLike"] = cast_like;
}

}  // namespace heddle::frontend
