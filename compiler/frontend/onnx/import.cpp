#include "compiler/frontend/onnx/import.h"

#include <fmt/format.h>
#include <onnx/checker.h>
#include <onnx/defs/schema.h>

#include <map>
#include <set>

#include "compiler/base/files.h"
#include "compiler/frontend/onnx/node_reader.h"
#include "compiler/frontend/onnx/order.h"

namespace heddle::frontend {
namespace {

const Rules& all_rules() {
  static const Rules kRules = [] {
    Rules rules;
    add_window_rules(rules);
    add_matrix_rules(rules);
    add_elementwise_rules(rules);
    add_layout_rules(rules);
    add_shape_rules(rules);
    add_axis_rules(rules);
    add_quantized_rules(rules);
    add_resize_rules(rules);
    return rules;
  }();
  return kRules;
}

bool is_standard(const ::onnx::NodeProto& node) { return node.domain().empty() || node.domain() == "ai.onnx"; }

std::string rule_name(const ::onnx::NodeProto& node) {
  return is_standard(node) ? node.op_type() : node.domain() + "." + node.op_type();
}

Error with_file(Error error, const std::string& file) {
  error.where.file = file;
  return error;
}

/// The first opset that is supported as a whole.
constexpr std::int64_t kFirstOpset = 7;

/// Operators whose definition of opset 6 the rules know too.
bool known_in_opset_6(const std::string& op) {
  static const std::set<std::string> kOperators = {"Add",        "Sub",  "Mul",     "Div",   "Pow",
                                                   "And",        "Or",   "Xor",     "Equal", "Less",
                                                   "Greater",    "Gemm", "Dropout", "PRelu", "BatchNormalization",
                                                   "AveragePool"};
  return kOperators.contains(op);
}

/// Whether the node's operator is defined in its opset as the rules take it: always since opset 7, before that if the
/// definition is still the one of opset 7.
bool is_current(const ::onnx::NodeProto& node, std::int64_t opset) {
  if (opset >= kFirstOpset) return true;
  if (opset == 6 && known_in_opset_6(node.op_type())) return true;
  const auto* then = ::onnx::OpSchemaRegistry::Schema(node.op_type(), static_cast<int>(opset));
  const auto* now = ::onnx::OpSchemaRegistry::Schema(node.op_type(), kFirstOpset);
  return then != nullptr && then == now;
}

/// All nodes without a rule at once.
Status check_operators(const ::onnx::ModelProto& model) {
  std::set<std::string> kinds;
  std::vector<Note> notes;
  for (const auto& node : model.graph().node()) {
    const std::int64_t opset = opset_of(model, node.domain());
    const bool standard = is_standard(node);
    if (all_rules().contains(rule_name(node)) && (!standard || is_current(node, opset))) continue;
    kinds.insert(rule_name(node));
    notes.push_back(
        {fmt::format("{}, domain '{}', opset {}", label(node), standard ? "ai.onnx" : node.domain(), opset), {}});
  }
  if (notes.empty()) return {};
  Error error{ErrorCode::kUnsupported, fmt::format("{} node(s) of {} unsupported operator(s): {}", notes.size(),
                                                   kinds.size(), fmt::join(kinds, ", "))};
  error.notes = std::move(notes);
  return fail(std::move(error));
}

/// Inputs without which an operator outside ONNX's own domain makes no sense; the checker knows none of them.
Status check_foreign_inputs(const ::onnx::NodeProto& node) {
  static const std::map<std::string, std::vector<int>> kNeeded = {
      {"com.microsoft.Gelu", {0}},
      {"com.microsoft.QLinearAdd", {0, 1, 3, 4, 6, 7}},
      {"com.microsoft.QLinearMul", {0, 1, 3, 4, 6, 7}},
      {"com.microsoft.QLinearGlobalAveragePool", {0, 1, 3, 4}},
      {"com.microsoft.QLinearSigmoid", {0, 1, 3, 4}},
      {"com.microsoft.QLinearLeakyRelu", {0, 1, 3, 4}},
      {"heddle.EncodeFloat", {0, 1}},
      {"heddle.DecodeFloat", {0, 1}},
      {"heddle.Attention", {0, 1, 2}},
  };
  const auto found = kNeeded.find(rule_name(node));
  if (node.output_size() != 1)
    return fail(ErrorCode::kBadInput, fmt::format("{}: {} outputs", label(node), node.output_size()));
  for (const int index : found == kNeeded.end() ? std::vector<int>() : found->second)
    if (index >= node.input_size() || node.input(index).empty())
      return fail(ErrorCode::kBadInput, fmt::format("{}: input {} is missing", label(node), index));
  return {};
}

/// The checker counts an input that is left out by an empty name as given.
Status check_standard_inputs(const ::onnx::NodeProto& node, const ::onnx::OpSchema& schema) {
  for (int index = 0; index < node.input_size(); ++index) {
    const int last = static_cast<int>(schema.inputs().size()) - 1;
    if (!node.input(index).empty() || last < 0) continue;
    const auto option = schema.inputs()[static_cast<std::size_t>(std::min(index, last))].GetOption();
    if (option != ::onnx::OpSchema::Optional)
      return fail(ErrorCode::kBadInput, fmt::format("{}: input {} is missing", label(node), index));
  }
  return {};
}

/// What the operator's definition says of its attributes and of its inputs and outputs.
Status check_nodes(const ::onnx::ModelProto& model) {
  ::onnx::checker::CheckerContext context;
  context.set_ir_version(static_cast<int>(model.ir_version()));
  std::unordered_map<std::string, int> opsets;
  for (const auto& import : model.opset_import())
    opsets[import.domain() == "ai.onnx" ? "" : import.domain()] = static_cast<int>(import.version());
  context.set_opset_imports(opsets);
  for (const auto& node : model.graph().node()) {
    if (!is_standard(node)) {
      HEDDLE_TRY(check_foreign_inputs(node));
      continue;
    }
    for (const auto& attribute : node.attribute())
      if (attribute.has_g() || attribute.graphs_size() > 0 || !attribute.ref_attr_name().empty())
        return fail(ErrorCode::kUnsupported,
                    fmt::format("{}: attribute '{}' is a graph or a reference", label(node), attribute.name()));
    try {
      ::onnx::NodeProto plain = node;
      plain.clear_domain();  // the checker passes over "ai.onnx"
      ::onnx::checker::check_node(plain, context, {});
    } catch (const std::exception& refusal) {
      std::string text = refusal.what();
      text = text.substr(0, text.find("\n\n"));
      return fail(ErrorCode::kBadInput, fmt::format("{}: {}", label(node), text));
    }
    const auto* schema = ::onnx::OpSchemaRegistry::Schema(node.op_type(), opsets[""]);
    if (schema != nullptr) HEDDLE_TRY(check_standard_inputs(node, *schema));
  }
  return {};
}

class Importer {
 public:
  Importer(const ::onnx::ModelProto& model, const OnnxOptions& options)
      : model_(model), options_(options), builder_(model.graph().name()) {}

  Result<network::Graph> run() {
    HEDDLE_TRY(add_initializers());
    HEDDLE_TRY(add_inputs());
    std::set<std::string> known;
    for (const auto& [name, value] : names_) known.insert(name);
    HEDDLE_ASSIGN(const std::vector<int> order, node_order(model_.graph(), known));
    for (const int index : order) HEDDLE_TRY(add_node(model_.graph().node(index)));
    HEDDLE_TRY(add_outputs());
    return std::move(builder_).finish();
  }

 private:
  Status add_initializers() {
    for (const auto& proto : model_.graph().initializer()) {
      if (names_.contains(proto.name()))
        return fail(ErrorCode::kBadInput, fmt::format("two initialisers are named '{}'", proto.name()));
      HEDDLE_ASSIGN(tensor::Tensor tensor, read_tensor(proto, fmt::format("initialiser '{}'", proto.name())));
      names_[proto.name()] = builder_.constant(proto.name(), std::move(tensor));
    }
    return {};
  }

  Status add_inputs() {
    std::set<std::string> given;
    for (const auto& [name, shape] : options_.shapes) given.insert(name);
    for (const auto& [name, tensor] : options_.constants) given.insert(name);
    for (const auto& input : model_.graph().input()) given.erase(input.name());
    if (!given.empty()) return fail(ErrorCode::kBadInput, fmt::format("the network has no input '{}'", *given.begin()));
    for (const auto& input : model_.graph().input()) {
      if (names_.contains(input.name())) continue;  // a default value, or an old file that lists its initialisers
      HEDDLE_ASSIGN(names_[input.name()], add_input(input));
    }
    return {};
  }

  Result<ValueId> add_input(const ::onnx::ValueInfoProto& input) {
    const std::string what = fmt::format("input '{}'", input.name());
    const auto constant = options_.constants.find(input.name());
    if (constant != options_.constants.end()) return builder_.constant(input.name(), constant->second);
    if (!input.type().has_tensor_type()) return fail(ErrorCode::kUnsupported, fmt::format("{} is no tensor", what));
    const auto& proto = input.type().tensor_type();
    HEDDLE_ASSIGN(const tensor::Type element, element_type(proto.elem_type(), what));
    HEDDLE_ASSIGN(Extents shape, input_shape(input.name(), proto));
    return builder_.input(input.name(), {element, std::move(shape)});
  }

  Result<Extents> input_shape(const std::string& name, const ::onnx::TypeProto_Tensor& proto) const {
    const auto given = options_.shapes.find(name);
    if (given != options_.shapes.end()) return given->second;
    if (!proto.has_shape())
      return fail(ErrorCode::kUnsupported, fmt::format("input '{}' has no shape; give one", name));
    Extents shape;
    std::string open;
    for (int axis = 0; axis < proto.shape().dim_size(); ++axis) {
      const auto& dimension = proto.shape().dim(axis);
      std::int64_t extent = dimension.has_dim_value() ? dimension.dim_value() : -1;
      if (axis == 0 && options_.batch) extent = *options_.batch;
      if (axis == 0 && extent < 0) extent = 1;
      if (extent < 0) open += fmt::format("{}{} ('{}')", open.empty() ? "" : ", ", axis, dimension.dim_param());
      shape.push_back(extent);
    }
    if (open.empty()) return shape;
    return fail(ErrorCode::kUnsupported,
                fmt::format("input '{}' leaves its extents along axes {} open; give its shape", name, open));
  }

  Status add_node(const ::onnx::NodeProto& node) {
    NodeReader reader(node, opset_of(model_, node.domain()), builder_, names_);
    HEDDLE_TRY(all_rules().at(rule_name(node))(reader));
    for (const std::string& output : node.output()) {
      if (output.empty()) continue;
      const auto made = names_.find(output);
      if (made == names_.end())
        return fail(ErrorCode::kUnsupported, fmt::format("{}: its output '{}' is not supported", label(node), output));
      // A rule that hands an input on, such as Identity, has handed on one without a name.
      if (!made->second.valid())
        return fail(ErrorCode::kBadInput, fmt::format("{}: an input that it needs is missing", label(node)));
    }
    return {};
  }

  /// Every output gets the name it has in the file, if need be by a copy.
  Status add_outputs() {
    if (model_.graph().output_size() == 0) return fail(ErrorCode::kBadInput, "the network has no output");
    for (const auto& output : model_.graph().output()) {
      const auto found = names_.find(output.name());
      if (found == names_.end())
        return fail(ErrorCode::kBadInput, fmt::format("nothing makes the output '{}'", output.name()));
      ValueId value = found->second;
      if (builder_.value(value).name != output.name()) {
        HEDDLE_ASSIGN(value, builder_.add1(network::Reshape{builder_.value(value).type.shape}, {value}, output.name()));
      }
      builder_.mark_output(value);
    }
    return {};
  }

  const ::onnx::ModelProto& model_;
  const OnnxOptions& options_;
  network::Builder builder_;
  Names names_;
};

}  // namespace

Result<network::Graph> import_onnx(std::string_view bytes, const std::string& file, const OnnxOptions& options) {
  HEDDLE_ASSIGN(const ::onnx::ModelProto model, parse_model(bytes, file));
  const auto imported = [&]() -> Result<network::Graph> {
    HEDDLE_TRY(check_operators(model));
    HEDDLE_TRY(check_nodes(model));
    return Importer(model, options).run();
  }();
  if (!imported) return fail(with_file(imported.error(), file));
  return imported;
}

Result<network::Graph> load_onnx(const std::filesystem::path& path, const OnnxOptions& options) {
  HEDDLE_ASSIGN(const std::string bytes, read_file(path));
  return import_onnx(bytes, path.string(), options);
}

Result<tensor::Tensor> parse_onnx_tensor(std::string_view bytes, const std::string& file) {
  ::onnx::TensorProto proto;
  if (!proto.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return fail(ErrorCode::kBadInput, "not an ONNX tensor: damaged or truncated", {file});
  auto tensor = read_tensor(proto, fmt::format("tensor '{}'", proto.name()));
  if (!tensor) return fail(with_file(tensor.error(), file));
  return tensor;
}

Result<std::vector<OnnxNode>> list_onnx_nodes(std::string_view bytes, const std::string& file) {
  HEDDLE_ASSIGN(const ::onnx::ModelProto model, parse_model(bytes, file));
  std::vector<OnnxNode> nodes;
  for (const auto& node : model.graph().node())
    nodes.push_back({node.name(), node.op_type(), node.domain(), opset_of(model, node.domain())});
  return nodes;
}

Result<std::vector<std::string>> list_onnx_inputs(std::string_view bytes, const std::string& file) {
  HEDDLE_ASSIGN(const ::onnx::ModelProto model, parse_model(bytes, file));
  std::set<std::string> defaults;
  for (const auto& initializer : model.graph().initializer()) defaults.insert(initializer.name());
  std::vector<std::string> names;
  for (const auto& input : model.graph().input())
    if (!defaults.contains(input.name())) names.push_back(input.name());
  return names;
}

std::vector<std::string> onnx_operators() {
  std::vector<std::string> names;
  for (const auto& [name, rule] : all_rules()) names.push_back(name);
  return names;
}

}  // namespace heddle::frontend
